import HTTP
import Testing
import Vocabulary

@testable import Docker

@Suite("What rules and people see of calls")
struct SeenCallTests {
    @Test(
        "threat 29: each range of addresses that a network puts on the host is an effect, and a line",
        arguments: [
            (
                #"{"Subnet":"192.0.2.0/24","Gateway":"192.0.2.1"}"#, "192.0.2.0/24", "192.0.2.1",
                "subnet 192.0.2.0/24, gateway 192.0.2.1"
            ),
            (
                #"{"Subnet":"fd00::/64","IPRange":"fd00::/80"}"#, "fd00:0:0:0:0:0:0:0/64", nil,
                "subnet fd00:0:0:0:0:0:0:0/64, range fd00:0:0:0:0:0:0:0/80"
            ),
            (#"{"Gateway":"169.254.169.254"}"#, "", "169.254.169.254", "gateway 169.254.169.254"),
        ] as [(String, String, String?, String)])
    func pools(_ pool: String, _ subnet: String, _ gateway: String?, _ line: String) throws {
        let made = try action(
            "POST /networks/create",
            #"{"Name":"n9","IPAM":{"Config":[{"Subnet":"10.9.0.0/16"},\#(pool)]}}"#)
        #expect(made.effects.map(short) == Array(repeating: "network.create n9", count: 3))
        #expect(made.effects[0].attributes["subnet"] == nil)
        #expect(made.effects[1].attributes["subnet"] == .text("10.9.0.0/16"))
        #expect(made.effects[2].attributes["subnet"] == .text(subnet))
        #expect(made.effects[2].attributes["gateway"] == gateway.map { .text($0) })
        #expect(made.shown.contains("addresses of the host: \(line)"), "\(made.shown)")
        #expect(text(made.body).contains(pool.split(separator: ",")[0].dropFirst().dropLast()))
    }

    @Test(
        "threat 29: what is no address of a network's is refused",
        arguments: [
            #"{"Subnet":"192.0.2.0"}"#, #"{"Subnet":"192.0.2.0/33"}"#,
            #"{"Subnet":"192.0.2.0/024"}"#,
            #"{"Subnet":"::ffff:192.0.2.0/120"}"#, #"{"Subnet":"192.0.2.0/24/1"}"#,
            #"{"Subnet":"x/8"}"#, #"{"Gateway":"192.0.2.1/24"}"#, #"{"Gateway":"192.0.2.01"}"#,
            #"{"IPRange":"/8"}"#, #"{"Subnet":"fd00::/129"}"#, #"{"Subnet":"192.0.2.0/+8"}"#,
        ])
    func noPools(_ pool: String) {
        #expect(
            refusal("POST /networks/create", #"{"Name":"n9","IPAM":{"Config":[\#(pool)]}}"#)?.status
                == 400)
    }

    @Test("threat 29: who hands out a network's addresses, and how, is seen")
    func drivers() throws {
        let made = try action(
            "POST /networks/create",
            #"{"Name":"n9","Ingress":true,"Options":{"a":"b"},"IPAM":{"Driver":"x","Options":{"c":"d"}}}"#
        )
        #expect(made.effects.allSatisfy { $0.attributes["addresses"] == .text("x") })
        #expect(made.effects.allSatisfy { $0.attributes["ingress"] == .flag(true) })
        #expect(made.effects.last?.attributes["addresses_option"] == .text("c"))
        #expect(made.shown.hasSuffix("option a: b\noption of addresses c: d"))
    }

    @Test("a command's variables are counted, and its directory is told")
    func commands() throws {
        let made = try action(
            "POST /containers/web/exec",
            #"{"Cmd":["true"],"Env":["PATH=/tmp","LD_PRELOAD=/x"],"WorkingDir":"/tmp"}"#)
        #expect(made.effects.first?.attributes["environment"] == .number(2))
        #expect(made.effects.first?.attributes["directory"] == .text("/tmp"))
        let plain = try action("POST /containers/web/exec", #"{"Cmd":["true"]}"#)
        #expect(plain.effects.first?.attributes["environment"] == .number(0))
    }

    @Test("threat 29: the swarm's answer has the secrets by which machines join it")
    func swarm() throws {
        #expect(try action("GET /swarm").effects.map(short) == ["secret.inspect -"])
    }

    @Test(
        "threat 29: a container of which something is not there any more counts as open to the host"
    )
    func gone() throws {
        var engine = KnownEngine()
        engine.addContainer(
            "odd", String(repeating: "0", count: 64),
            host: #"{"PidMode":"container:\#(String(repeating: "9", count: 64))"}"#)
        let made = try action("POST /containers/odd/exec", #"{"Cmd":["id"]}"#, engine)
        #expect(made.effects.first?.attributes["exposed"] == .flag(true))
    }

    @Test(
        "threat 29: people read what an image that is made would run, and where files go",
        arguments: [
            (
                "POST /commit?container=web",
                #"{"Entrypoint":["sh","-c","it's"],"OnBuild":["RUN x"],"User":"root","WorkingDir":"/w","Env":["A=b"],"Healthcheck":{"Test":["CMD","y"]}}"#,
                [
                    #"entrypoint: sh -c 'it'\''s'"#, "checked with: CMD y",
                    "builds from it do: RUN x",
                    "as user: root", "in the directory: /w", "with A=b",
                ]
            ),
            ("PUT /containers/web/archive?path=/a/../etc/", "x", ["path: /etc"]),
            ("GET /containers/web/archive?path=/etc/shadow", nil, ["path: /etc/shadow"]),
            ("POST /containers/web/kill?signal=USR1", nil, ["signal: USR1"]),
            (
                "POST /containers/hostly/exec", #"{"Cmd":["id"]}"#,
                [
                    "dangerous: the container is open to the host: what is done in it may be done to the host",
                    "as user: root, as the image says nothing",
                ]
            ),
            (
                "POST /containers/create",
                #"{"Image":"bb","HostConfig":{"RestartPolicy":{"Name":"always"},"Links":["web:db"],"ExtraHosts":["a:192.0.2.1"],"Tmpfs":{"/t":"suid,dev"}}}"#,
                [
                    "started again by the engine: always", "link: \(KnownEngine.web):db",
                    "host: a:192.0.2.1", "memory at /t: suid,dev",
                    "image: /docker.io/library/bb \(KnownEngine.bbID)",
                ]
            ),
        ] as [(String, String?, [String])])
    func lines(_ line: String, _ body: String?, _ expected: [String]) throws {
        let lines = try action(line, body).shown.split(separator: "\n").map(String.init)
        #expect(lines.filter(expected.contains) == expected, "\(lines)")
    }

    @Test(
        "threat 29: a build's commands reach what every container does, and its hosts and values are shown"
    )
    func builds() throws {
        let given = #"{"A":"b","A_TOKEN":"c"}"#
        func built(_ dockerfile: String) throws -> EngineAction {
            var call = try call("POST /build?t=bb&extrahosts=a:192.0.2.1", "x")
            try call.read(
                context: BuildArchive(dockerfile: dockerfile).plan([
                    ("t", "bb"), ("buildargs", given),
                ]))
            guard case .action(let action) = try meaning(call) else {
                throw DockerRefusal(500, "no action")
            }
            return action
        }
        let made = try built("FROM bb:1\nRUN x")
        #expect(made.effects.map(short).contains("network.connect bridge"))
        #expect(made.effects.first { $0.verb == .imageTag }?.attributes["built"] == .flag(true))
        #expect(
            made.shown.contains("host: a:192.0.2.1\nargument A=b\nargument A_TOKEN=***\n"),
            "\(made.shown)")
        #expect(try !built("FROM bb:1").effects.map(short).contains("network.connect bridge"))
        let tagged = try action("POST /images/bb/tag?repo=a").effects.first
        #expect(tagged?.attributes["built"] == .flag(false))
    }

    @Test("what an image checks its containers with runs in them too")
    func healthchecks() throws {
        var engine = KnownEngine()
        let id = "sha256:" + String(repeating: "0b", count: 32)
        engine.addImage(
            id, tags: ["checked:latest"],
            config: #"{"Healthcheck":{"Test":["CMD-SHELL","curl x"]}}"#, also: ["checked"])
        for (members, isChecked) in [
            ("", true), (#","Healthcheck":{"Test":["NONE"]}"#, false),
            (#","Healthcheck":{"Test":[]}"#, true),
        ] {
            let made = try action(
                "POST /containers/create", #"{"Image":"checked"\#(members)}"#, engine)
            #expect(made.effects.first?.attributes["healthcheck"] == .flag(isChecked))
            #expect(made.shown.contains("checked with: CMD-SHELL 'curl x'") == isChecked)
        }
    }

    @Test(
        "no two texts are shown alike",
        arguments: [
            ("a\nb", #"a\u{a}b"#), (#"a\u{a}b"#, #"a\u{5c}u{a}b"#), (#"\"#, #"\"#),
            (#"\\u{"#, #"\\u{5c}u{"#), (#"\u5c"#, #"\u5c"#), ("u{a}", "u{a}"),
            (#"\u{5c}u{a}"#, #"\u{5c}u{5c}u{a}"#),
        ])
    func whole(_ text: String, _ expected: String) { #expect(shownWhole(text) == expected) }

    @Test("the name of a program that asks for a password is shown, whatever it is called")
    func programs() {
        #expect(maskVariable("GIT_ASKPASS=/tmp/x") == "GIT_ASKPASS=/tmp/x")
        #expect(mask("SSH_ASKPASS=/tmp/x") == "SSH_ASKPASS=/tmp/x")
        #expect(maskVariable("MY_PASS=x") == "MY_PASS=***")
    }

    @Test("threat 29: an image is removed by the very name that was judged, or not at all")
    func removals() throws {
        var engine = KnownEngine()
        let id = "sha256:" + String(repeating: "0b", count: 32)
        let digest = "sha256:" + String(repeating: "1c", count: 32)
        let answer =
            #"{"Id":"\#(id)","RepoTags":["one:a","one:b"],"RepoDigests":["one@\#(digest)"],"Config":{}}"#
        for name in ["one@\(digest)", "one:a", "one:gone", "0b0b", id] {
            engine.add("images/\(name)/json", answer)
        }
        func sent(_ name: String) throws -> String {
            try action("DELETE /images/\(name)", nil, engine).head.path.dropFirst(2)
                .joined(separator: "/")
        }
        #expect(try sent("one@\(digest)") == "docker.io/library/one@\(digest)")
        #expect(try sent("one:a") == "docker.io/library/one:a")
        #expect(try sent("0b0b") == id)
        #expect(try sent(id) == id)
        #expect(refusal("DELETE /images/one:gone", nil, engine)?.status == 409)
        #expect(refusal("GET /images/get?names=one:gone", nil, engine)?.status == 409)
    }

    @Test("a tag that is none is refused where an image is named")
    func tags() {
        for line in [
            "POST /commit?container=web&repo=a&tag=b%2Fc", "POST /images/bb/tag?repo=a&tag=:",
            "POST /images/bb/push?tag=a@b", "POST /images/create?fromSrc=-&repo=a&tag=..",
        ] { #expect(refusal(line)?.status == 400, "\(line)") }
    }
}
