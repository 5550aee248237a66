import Testing
import Vocabulary

@testable import Docker

@Suite("What people read of a call")
struct ShownTests {
    @Test("what it does comes first, then what is dangerous, what it may touch, and the rest")
    func order() throws {
        let action = try action(
            "POST /containers/create?name=web2",
            #"{"Image":"bb","Cmd":["sh","-c","echo hi; id"],"Env":["A=b"],"User":"7","HostConfig":{"Privileged":true,"Binds":["/etc:/a:ro","plain:/b"],"PortBindings":{"80/tcp":[{"HostPort":"8080"}]}}}"#
        )
        #expect(
            action.shown == """
                create a container of bb, named web2
                dangerous: privileged
                the host's files: /etc, to read, as bind
                a port of the host (address 0.0.0.0, inside 80/tcp, port 8080)
                volume: plain, to write
                network: bridge
                cmd: sh -c 'echo hi; id'
                as user: 7
                the image was made or loaded here, not pulled from its registry
                image: /docker.io/library/bb \(KnownEngine.bbID)
                with A=b
                """)
    }

    @Test("a character that could be taken for another, or for the end of a line, is spelled out")
    func characters() throws {
        let made = try action(
            "POST /containers/web/exec",
            #"{"Cmd":["echo","a\nroot\u202e"],"User":"x\"y","Env":["A=\r"]}"#)
        #expect(
            made.shown == """
                run echo 'a\\u{a}root\\u{202e}' in web (a1a1a1a1a1a1, of /docker.io/library/bb)
                as user: x"y
                with A=\\u{d}
                """)
    }

    @Test("nothing that runs is left out, however long it is")
    func long() throws {
        let word = String(repeating: "x", count: 10_000) + "END"
        let made = try action(
            "POST /containers/web/exec", #"{"Cmd":["\#(word)"],"Env":["A=\#(word)"]}"#)
        #expect(made.shown.components("END") == 2)
    }

    @Test(
        "secrets are masked in what is shown and recorded, and go out as they are",
        arguments: [
            (#""Env":["DB_PASSWORD=hunter2"]"#, "DB_PASSWORD=***"),
            (#""Env":["DB_PASSWORD=hunter2;x"]"#, "DB_PASSWORD=***"),
            (#""Env":["URL=postgres://app:hunter2@db/x"]"#, "postgres://app:***@db/x"),
            (#""Cmd":["psql","--password=hunter2"]"#, "--password=***"),
            (#""Cmd":["curl","-H","Authorization: Bearer hunter2"]"#, "Authorization: Bearer ***"),
            (#""Cmd":["git","clone","https://hunter2@x.org/a"]"#, "https://***@x.org/a"),
            (#""Cmd":["x","--env=DB_PASS=hunter2"]"#, "--env=DB_PASS=***"),
            (#""Labels":{"api_token":"hunter2"}"#, "of bb"),
        ])
    func secrets(_ members: String, _ shown: String) throws {
        let action = try action("POST /containers/create", #"{"Image":"bb",\#(members)}"#)
        #expect(!action.shown.contains("hunter2"))
        #expect(action.shown.contains(shown))
        #expect(!text(action.maskedBody).contains("hunter2"))
        #expect(text(action.maskedBody).contains("***"))
        #expect(text(action.body).contains("hunter2"))
        #expect(try JSONValue(parsing: action.maskedBody)["Image"]?.text == KnownEngine.bbID)
    }

    @Test(
        "what a shell could make something of is not masked",
        arguments: [
            #""Env":["A_TOKEN=rm -rf /"]"#, #""Env":["A_TOKEN=$(id)"]"#,
            #""Cmd":["sh","-c","X_TOKEN=a;id"]"#,
        ])
    func code(_ members: String) throws {
        let action = try action("POST /containers/create", #"{"Image":"bb",\#(members)}"#)
        for sign in ["-rf", "$(id)", ";id"] where members.contains(sign) {
            #expect(action.shown.contains(sign))
            #expect(text(action.maskedBody).contains(sign))
        }
    }

    @Test(
        "threat 17: who is asked sees the exact body where a command in it may run what is masked",
        arguments: [
            (#""Cmd":["sh","-c","$A_TOKEN -rf /srv"]"#, false),
            (#""Entrypoint":"`printenv A_TOKEN`""#, false),
            (#""Cmd":["python3","-c","import os;os.system(os.environ['A_TOKEN'])"]"#, false),
            (#""Healthcheck":{"Test":["CMD-SHELL","env | sh"]}"#, false),
            (#""Cmd":["sh","-c","cat /srv/a"]"#, true), (#""Labels":{"a":"$A_TOKEN"}"#, true),
        ])
    func usedSecrets(_ members: String, _ isWithheld: Bool) throws {
        let body = #"{"Image":"bb","Env":["A_TOKEN=rm"],\#(members)}"#
        let action = try action("POST /containers/create", body)
        #expect(action.withholdsBody == isWithheld)
        #expect(action.shown.contains("the exact JSON shows it") == !isWithheld)
        #expect(action.shown.contains("A_TOKEN=***"))
        #expect(text(action.maskedBody).contains("A_TOKEN=***"))
    }

    @Test(
        "threat 17: of a command that is given code nothing is hidden, to who is asked and in the record",
        arguments: [
            #"["sh","-c","IFS=_; token=rm_-rf_/srv/data; $token"]"#,
            ##"["sh","-c","\"$@\"","--token=/tmp/evil.sh"]"##,
        ])
    func code(of command: String) throws {
        let made = try action("POST /containers/web/exec", #"{"Cmd":\#(command)}"#)
        #expect(made.maskedBody == made.body && !made.shown.contains("***"))
    }

    @Test("threat 17: a word behind an option is shown: to some programs it is what they act on")
    func operand() throws {
        let action = try action(
            "POST /containers/web/exec", #"{"Cmd":["dropdb","--password","production"]}"#)
        #expect(action.shown.contains("dropdb --password production"))
    }

    @Test("masking looks at each byte of a long text a few times, whatever it is made of")
    func linear() throws {
        for sign in [":", "=", "//a:", "a@:", "http://a:", "://", "a=", "pass="] {
            let text = String(repeating: sign, count: 20_000)
            #expect(mask(text).utf8.count <= text.utf8.count)
        }
    }

    @Test("a registry's password is masked whole")
    func login() throws {
        let action = try action(
            "POST /auth", #"{"username":"ann","password":"hun ter;2","identitytoken":"t0k"}"#)
        #expect(
            text(action.maskedBody)
                == #"{"identitytoken":"***","password":"***","username":"ann"}"#)
        #expect(action.effects.map(short) == ["system.login /docker.io"])
    }
}

extension String {
    /// How often a text is in it.
    fileprivate func components(_ part: String) -> Int {
        split(separator: part, omittingEmptySubsequences: false).count - 1
    }
}
