import Foundation
import HTTP
import Testing
import Vocabulary

@testable import Docker

/// Calls with texts that are judged by their parts, each between `«` and `»`.
private let judgedTexts: [(line: String, body: String)] =
    [
        #""Binds":["«/etc/x:/m:ro,z»"]"#, #""Binds":["«plain:/m»"]"#, #""Binds":["«/m»"]"#,
        #""VolumesFrom":["«data:ro»"]"#, #""Links":["«web:db»"]"#,
        #""Mounts":[{"Type":"«bind»","Source":"«/etc/x»","Target":"«/m»"}]"#,
        #""Mounts":[{"Type":"volume","Source":"«vol»","Target":"/m","VolumeOptions":{"DriverConfig":{"Options":{"«type»":"«none»","o":"«ro,bind»","device":"«/etc/x»"}}}}]"#,
        #""SecurityOpt":["«seccomp=unconfined»","«label:type:x»","«no-new-privileges»"]"#,
        #""Sysctls":{"«net.ipv4.ip_forward»":"1"}"#,
        #""Devices":[{"PathOnHost":"«/dev/kmsg»","CgroupPermissions":"«rwm»"}]"#,
        #""DeviceCgroupRules":["«c 1:3 rwm»"]"#, #""CgroupParent":"«/x/y»""#,
        #""DeviceRequests":[{"Driver":"«nvidia»","Capabilities":[["«gpu»"]]}]"#,
        #""Tmpfs":{"«/t»":"«size=1m,rw»"}"#, #""CapAdd":["«SYS_ADMIN»"]"#,
        #""PortBindings":{"«80/tcp»":[{"HostIp":"«127.0.0.1»","HostPort":"«80»"}]}"#,
        #""GroupAdd":["«docker»"]"#, #""NetworkMode":"«container:web»""#,
        #""NetworkMode":"«n2»""#, #""PidMode":"«container:web»""#, #""IpcMode":"«host»""#,
        #""UTSMode":"«host»""#, #""UsernsMode":"«host»""#, #""CgroupnsMode":"«host»""#,
        #""Runtime":"«kata»""#, #""MaskedPaths":["«/proc/kcore»"]"#,
        #""ReadonlyPaths":["«/proc/sys»"]"#, #""LogConfig":{"Type":"«syslog»","Config":{}}"#,
        #""RestartPolicy":{"Name":"«always»"}"#, #""ExtraHosts":["«a:127.0.0.1»"]"#,
        #""VolumeDriver":"«x»""#, #""BlkioDeviceReadBps":[{"Path":"«/dev/vda»","Rate":1}]"#,
        #""Ulimits":[{"Name":"«nofile»","Soft":1,"Hard":1}]"#,
    ].map { ("POST /containers/create", #"{"Image":"bb","HostConfig":{\#($0)}}"#) }
    + [
        ("POST /containers/create", #"{"Image":"«bb:1»"}"#),
        ("POST /containers/create", #"{"Image":"bb","User":"«1000:0»"}"#),
        (
            "POST /containers/create",
            #"{"Image":"bb","NetworkingConfig":{"EndpointsConfig":{"«n2»":{"Links":["«web:db»"]}}}}"#
        ),
        (
            "POST /volumes/create",
            #"{"Name":"«vol»","Driver":"local","DriverOpts":{"type":"«tmpfs»","o":"«size=1m,bind»","device":"«/etc/x»"}}"#
        ),
        (
            "POST /networks/create",
            #"{"Name":"«n9»","Driver":"«bridge»","Options":{"«a.b»":"«c»"},"IPAM":{"Driver":"«default»","Config":[{"Subnet":"«192.0.2.0/24»","Gateway":"«192.0.2.1»"}]}}"#
        ),
        ("POST /networks/n2/connect", #"{"Container":"«web»"}"#),
        ("POST /auth", #"{"serveraddress":"«https://registry.example.com:5000/v2»"}"#),
        (
            "POST /containers/web/exec", #"{"Cmd":["id"],"User":"«1000:0»","WorkingDir":"«/a/b»"}"#
        ),
        ("POST /containers/web/update", #"{"CpusetCpus":"«0-1,3»"}"#),
    ]

/// What belongs to the character behind it, to the one before it, and to both.
private let joiners: [Unicode.Scalar] = ["\u{600}", "\u{301}", "\u{200D}"]

@Suite("Texts of which something is not seen")
struct UnseenTextTests {
    @Test(
        "threat 29: what is joined to any byte of a text that is judged by its parts refuses the call",
        arguments: judgedTexts)
    func bodies(_ line: String, _ body: String) {
        let pieces = body.split(separator: "«").flatMap { $0.split(separator: "»") }.map(
            String.init)
        #expect(refusal(line, pieces.joined()) == nil)
        for place in stride(from: 1, to: pieces.count, by: 2) {
            for cut in 0...pieces[place].utf8.count {
                for joiner in joiners {
                    var with = pieces
                    with[place].unicodeScalars.insert(
                        joiner,
                        at: with[place].utf8.index(with[place].startIndex, offsetBy: cut))
                    let refusal = refusal(line, with.joined())
                    #expect(refusal?.status == 400, "\(with)")
                    #expect(refusal?.message.contains("printable ASCII") == true, "\(with)")
                }
            }
        }
    }

    @Test(
        "threat 29: parameters that are judged by their parts are printable ASCII too",
        arguments: [
            ("POST /images/create?fromSrc=", "http://files.example.com/a@registry.example.com"),
            ("POST /images/create?fromImage=", "registry.example.com:5000/a:1"),
            ("POST /images/bb/tag?repo=", "registry.example.com/a:1"),
            ("POST /images/bb/tag?repo=a&tag=", "1"), ("POST /images/bb/push?tag=", "1"),
            ("GET /images/get?names=", "bb:1"), ("POST /commit?container=web&repo=", "a:1"),
            ("POST /containers/web/kill?signal=", "SIGKILL"),
            ("POST /containers/create?name=", "/a"), ("POST /containers/web/rename?name=", "a"),
            ("GET /containers/web/top?ps_args=", "-e -o pid"),
        ])
    func parameters(_ line: String, _ value: String) throws {
        let body = line.contains("create?name") ? #"{"Image":"bb"}"# : nil
        for cut in 0...value.utf8.count {
            for joiner in joiners {
                var text = value
                text.unicodeScalars.insert(
                    joiner, at: text.utf8.index(text.startIndex, offsetBy: cut))
                let written = text.utf8.map { "%" + String($0, radix: 16) }
                    .map { $0.count == 2 ? "%0" + $0.dropFirst() : $0 }.joined()
                #expect(refusal(line + written, body)?.status == 400, "\(text)")
            }
        }
    }

    @Test("what is no part of a judgement is any text: commands, variables, labels, passwords")
    func free() throws {
        let text = "\u{600}ü:\u{301},="
        for (line, body) in [
            (
                "POST /containers/create",
                #"{"Image":"bb","Cmd":["TEXT"],"Env":["A=TEXT"],"Labels":{"TEXT":"TEXT"}}"#
            ),
            ("POST /containers/web/exec", #"{"Cmd":["TEXT"],"Env":["TEXT"]}"#),
            ("POST /auth", #"{"username":"TEXT","password":"TEXT","email":"TEXT"}"#),
        ] {
            #expect(refusal(line, body.replacing("TEXT", with: text)) == nil)
        }
    }

    @Test(
        "threat 29: what the engine has of such texts is judged byte by byte, as it reads them",
        arguments: joiners)
    func engines(_ joiner: Unicode.Scalar) throws {
        for (before, behind) in [("\(joiner)", ""), ("", "\(joiner)")] {
            var engine = KnownEngine()
            engine.addVolume(
                "odd",
                options: #"{"type":"tmpfs","o":"size=1m\#(before),\#(behind)bind","device":"/etc"}"#
            )
            let made = try creating(#""Binds":["odd:/a"]"#, engine)
            #expect(
                made.special.contains { $0.hasPrefix("container.mount ") }, "\(made.special)")
        }
        let id = String(repeating: "0", count: 64)
        var engine = KnownEngine()
        // Of another container: a volume that is in its list of binds is not its own.
        engine.addContainer(
            "other", id, host: #"{"Binds":["\#(String(repeating: "9", count: 64)):\#(joiner)/a"]}"#,
            mounts:
                #"[{"Type":"volume","Name":"\#(String(repeating: "9", count: 64))","Driver":"local","RW":true}]"#
        )
        let start = try action("POST /containers/other/start", nil, engine)
        #expect(start.effects.contains { $0.verb == .containerVolume })
    }

    @Test(
        "threat 29: no text is cut by characters, which are not what the engine cuts by",
        arguments: [
            #"split(separator: ""#, #"firstIndex(of: ""#, #"lastIndex(of: ""#, "firstRange(of:",
            "hasPrefix(", "hasSuffix(", ".ranges(of:", "dropFirst(\"", ".trimmingPrefix(",
            #".replacing(""#, "{ $0 == \"", "{ $0 != \"", ": Character",
        ])
    func sources(_ code: String) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Docker").standardizedFileURL
        let files = try #require(
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            // Dockerfiles are read scalar by scalar, which their types show.
            if file.lastPathComponent.hasPrefix("Dockerfile") { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!text.contains(code), "\(file.lastPathComponent)")
            count += 1
        }
        #expect(count > 30)
    }

    @Test(
        "threat 29: a volume's flag in capitals is no bind to the engine, and is judged as what it may be",
        arguments: ["BIND", "Bind", "rBind", "bind\u{2C}x".replacing("bind", with: "BIND")])
    func capitals(_ flags: String) throws {
        let made = try action(
            "POST /volumes/create",
            #"{"Name":"vol","DriverOpts":{"type":"ext4","o":"\#(flags)","device":"/srv"}}"#)
        #expect(made.effects.map(short) == ["volume.create vol", "container.mount anything"])
    }

    @Test(
        "threat 29: a volume's device goes out as it came: with steps back, behind which nobody sees, it is refused",
        arguments: ["/srv/link/..", "/srv/link/../etc", "/..", "/srv/../srv"])
    func devices(_ device: String) throws {
        let options = #"{"type":"none","o":"bind","device":"\#(device)"}"#
        #expect(refusal("POST /volumes/create", #"{"DriverOpts":\#(options)}"#)?.status == 400)
        for source in [#""Source":"vol","#, ""] {
            let mount =
                #"{"Type":"volume",\#(source)"Target":"/a","VolumeOptions":{"DriverConfig":{"Options":\#(options)}}}"#
            #expect(
                refusal(
                    "POST /containers/create",
                    #"{"Image":"bb","HostConfig":{"Mounts":[\#(mount)]}}"#)?.status == 400)
        }
        var engine = KnownEngine()
        engine.addVolume("vol", options: options)
        #expect(
            try creating(#""Binds":["vol:/a"]"#, engine).special == [
                "container.volume vol", "container.mount anything",
            ])
    }

    @Test(
        "what an import is fetched from is read as what a build fetches",
        arguments: [
            ("http://files.example.com/a.tar", "build.fetch /files.example.com"),
            ("https://FILES.example.com:8443/a@b", "build.fetch /files.example.com"),
        ])
    func fetches(_ source: String, _ effect: String) throws {
        let made = try action("POST /images/create?fromSrc=\(source)")
        #expect(made.effects.map(short) == [effect, "image.load -"])
        #expect(made.effects.first?.attributes["url"] == .text(source))
        #expect(made.shown.contains("the engine fetches \(source)"))
    }

    @Test(
        "threat 29: an address of which another host may be read is none",
        arguments: [
            "http://evil.example.com%5C@registry.example.com/a", "files.example.com/a",
            "http://user@files.example.com/a", "HTTP://files.example.com/a", "ftp://a/b", "http://",
            "http:///a", "http://a:b:1/c", "http://files.example.com%20/a", "http://%5B::1%5D/",
        ])
    func noFetches(_ source: String) {
        #expect(refusal("POST /images/create?fromSrc=\(source)")?.status == 400)
    }

    @Test(
        "credentials are for the registry that the engine shows them to",
        arguments: [
            ("", "/docker.io"), ("https://index.docker.io/v1/", "/docker.io"),
            ("registry-1.docker.io", "/docker.io"), ("http://docker.io", "/docker.io"),
            ("Registry.example.com", "/registry.example.com"),
            ("files.example.com/x://registry.example.com", "/files.example.com"),
            ("https://registry.example.com:5000/v2/", "/registry.example.com:5000"),
        ])
    func logins(_ server: String, _ object: String) throws {
        let made = try action("POST /auth", #"{"serveraddress":"\#(server)"}"#)
        let path = try #require(ObjectName(path: Array(object.utf8)))
        #expect(made.effects.map(\.object) == [.exactly(path)])
    }

    @Test(
        "threat 29: a registry that could be read as another is refused",
        arguments: [
            "https://https://registry.example.com",
            "http://https://registry.example.com", "HTTPS://registry.example.com",
            "user@registry.example.com", "registry.example.com?x", "registry.example.com#x",
            "registry.example.com\\\\x", "registry.example.com:", "registry.example.com:port",
            " registry.example.com", "https://", "/registry.example.com",
            "registry.example.com:5000:6000",
        ])
    func noLogins(_ server: String) {
        let refusal = refusal("POST /auth", #"{"serveraddress":"\#(server)"}"#)
        #expect(refusal?.status == 400)
    }

    @Test(
        "threat 29: a path in a container goes out as it was judged: clean, with the ending that the engine tells apart",
        arguments: [
            ("/etc/", "/etc", "/etc/"), ("/etc/.", "/etc", "/etc/."), ("etc", "/etc", "/etc"),
            ("/a/../etc", "/etc", "/etc"), ("//a/./b", "/a/b", "/a/b"), ("/", "/", "/"),
            (".", "/", "/."), ("/a/b/..", "/a", "/a"), ("/a/./", "/a", "/a/."),
            ("/etc/\u{301}/../tmp", "/etc/tmp", "/etc/tmp"),
            ("/etc/\u{600}/../tmp", "/etc/tmp", "/etc/tmp"), ("/\u{301}", "/\u{301}", "/\u{301}"),
            ("/etc/a\u{301}", "/etc/a\u{301}", "/etc/a\u{301}"),
        ])
    func archives(_ given: String, _ path: String, _ sent: String) throws {
        let written = given.utf8.map {
            0x21..<0x7F ~= $0 ? String(UnicodeScalar($0)) : "%" + String($0, radix: 16)
        }
        for method in ["GET", "HEAD", "PUT"] {
            let made = try action(
                "\(method) /containers/web/archive?path=\(written.joined())",
                method == "PUT" ? "x" : nil)
            guard case .text(let judged) = made.effects.first?.attributes["path"] else {
                Issue.record("no path")
                continue
            }
            #expect(judged.utf8.elementsEqual(path.utf8), "\(judged)")
            let value = made.head.query.first { $0.name == "path" }?.value
            #expect(value?.utf8.elementsEqual(sent.utf8) == true, "\(value ?? "none")")
        }
    }
}
