import HTTP
import Testing
import Vocabulary

@testable import Docker

@Suite("What containers have of the host's files")
struct MountTests {
    private func mounts(_ made: EngineAction) -> [String] {
        made.effects.filter { $0.verb == .containerMount }.map {
            short($0) + ($0.attributes["writable"] == .flag(false) ? " to read" : " to write")
        }
    }

    /// What goes out of a create with these host settings: its binds and its mounts.
    private func sent(
        _ host: String, version: String = "1.41"
    ) throws -> (made: EngineAction, binds: [String], mounts: String) {
        let made = try action(
            "POST /v\(version)/containers/create", #"{"Image":"bb","HostConfig":{\#(host)}}"#)
        let host = try JSONValue(parsing: made.body)["HostConfig"]
        return (
            made, host?["Binds"]?.texts ?? [],
            text(host?["Mounts"]?.canonical ?? [])
        )
    }

    /// `/srv` alone, to read.
    private static let alone =
        #"[{"BindOptions":{"NonRecursive":true},"ReadOnly":true,"Source":"/srv","Target":"/a","Type":"bind"}]"#

    @Test(
        "threat 29: a directory to read goes out without what is mounted below it",
        arguments: [
            #""Binds":["/srv/:/a:ro"]"#, #""Binds":["/srv:/a:ro,cached"]"#,
            #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/a","ReadOnly":true}]"#,
            #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/a","ReadOnly":true,"BindOptions":{}}]"#,
            #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/a","ReadOnly":true,"BindOptions":{"NonRecursive":false}}]"#,
        ])
    func alone(_ host: String) throws {
        let sent = try sent(host)
        #expect(mounts(sent.made) == ["container.mount /srv to read"])
        #expect(sent.binds.isEmpty)
        #expect(sent.mounts == Self.alone)
        #expect(!sent.made.shown.contains("below"))
    }

    @Test("each bind to read stands where it would have stood, beside what is to write")
    func beside() throws {
        let sent = try sent(
            #""Binds":["/srv:/a:ro","/etc:/b","plain:/c:ro","/d"],"Mounts":[{"Type":"tmpfs","Target":"/t"}]"#
        )
        #expect(
            mounts(sent.made) == ["container.mount /srv to read", "container.mount /etc to write"])
        #expect(sent.binds == ["/etc:/b", "plain:/c:ro", "/d"])
        #expect(sent.mounts == Self.alone.dropLast() + #",{"Target":"/t","Type":"tmpfs"}]"#)
    }

    @Test(
        "threat 29: a directory with what is mounted below it can be written to, whatever is asked",
        arguments: [
            (#""Binds":["/srv:/a:ro,rprivate"]"#, "1.41"),
            (#""Binds":["/srv:/a:ro,rslave"]"#, "1.41"),
            (#""Binds":["/srv:/a:ro"]"#, "1.39"),
            (
                #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/a","ReadOnly":true,"BindOptions":{"Propagation":"rprivate"}}]"#,
                "1.41"
            ),
            (
                #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/a","ReadOnly":true,"BindOptions":{"Propagation":"rslave","NonRecursive":true}}]"#,
                "1.41"
            ),
            (
                #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/a","ReadOnly":true}]"#, "1.39"
            ),
            (
                #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/a","ReadOnly":true,"BindOptions":{"NonRecursive":true}}]"#,
                "1.39"
            ),
        ])
    func below(_ host: String, _ version: String) throws {
        let sent = try sent(host, version: version)
        #expect(mounts(sent.made) == ["container.mount /srv to write"])
        #expect(
            sent.made.shown.contains(
                "the host's files: /srv, to write, as bind\n")
                && sent.made.shown.contains("to read, but for what is mounted below: /srv\n"),
            "\(sent.made.shown)")
        // As it was asked for.
        let isBind = host.hasPrefix(#""Binds""#)
        #expect(sent.binds.count == (isBind ? 1 : 0))
        #expect(
            isBind || sent.mounts.contains("NonRecursive") == host.contains("NonRecursive"))
    }

    @Test("what is alone already may say that nothing is passed on")
    func plain() throws {
        let sent = try sent(
            #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/a","ReadOnly":true,"BindOptions":{"Propagation":"private","NonRecursive":true}}]"#
        )
        #expect(mounts(sent.made) == ["container.mount /srv to read"])
    }

    @Test(
        "threat 29: what a container that is there only reads is what the engine bound alone",
        arguments: [
            (#""Binds":["/srv:/a:ro"]"#, "rprivate", false),
            (
                #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/a","ReadOnly":true}]"#,
                "rprivate", false
            ),
            (
                #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/a/","ReadOnly":true,"BindOptions":{"NonRecursive":true}}]"#,
                "rprivate", true
            ),
            (
                #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/a","ReadOnly":true,"BindOptions":{"NonRecursive":true}}]"#,
                "rslave", false
            ),
            (
                #""Mounts":[{"Type":"bind","Source":"/srv","Target":"/b","ReadOnly":true,"BindOptions":{"NonRecursive":true}}]"#,
                "rprivate", false
            ),
        ])
    func existing(_ host: String, _ propagation: String, _ isToRead: Bool) throws {
        var engine = KnownEngine()
        engine.addContainer(
            "odd", String(repeating: "12", count: 32), host: "{\(host)}",
            mounts:
                #"[{"Type":"bind","Source":"/srv","Destination":"/a","RW":false,"Propagation":"\#(propagation)"}]"#
        )
        let expected = ["container.mount /srv to " + (isToRead ? "read" : "write")]
        #expect(mounts(try action("POST /containers/odd/start", nil, engine)) == expected)
        #expect(mounts(try creating(#""VolumesFrom":["odd:ro"]"#, engine)) == expected)
        #expect(mounts(try creating(#""VolumesFrom":["odd"]"#, engine)) == expected)
    }

    @Test(
        "threat 29: another's directory, which that one writes to, is not only read, whatever it is called",
        arguments: [(false, "write"), (true, "read")], ["odd", "ro"])
    func borrowed(_ mode: (isAlone: Bool, expected: String), _ name: String) throws {
        var engine = KnownEngine()
        engine.addContainer(
            name, String(repeating: "12", count: 32),
            host:
                #"{"Mounts":[{"Type":"bind","Source":"/srv","Target":"/a","BindOptions":{"NonRecursive":\#(mode.isAlone)}}]}"#,
            mounts:
                #"[{"Type":"bind","Source":"/srv","Destination":"/a","RW":true,"Propagation":"rprivate"}]"#
        )
        #expect(
            mounts(try creating(#""VolumesFrom":["\#(name):ro"]"#, engine))
                == ["container.mount /srv to \(mode.expected)"])
        #expect(
            mounts(try creating(#""VolumesFrom":["\#(name)"]"#, engine))
                == ["container.mount /srv to write"])
    }

    @Test(
        "threat 29: a volume that binds the host has all that comes to be mounted there",
        arguments: ["bind", "bind,ro", "rbind,ro"])
    func volumes(_ flags: String) throws {
        var engine = KnownEngine()
        engine.addVolume("srv", options: #"{"type":"none","o":"\#(flags)","device":"/srv"}"#)
        let made = try creating(#""Binds":["srv:/a:ro"]"#, engine)
        #expect(mounts(made) == ["container.mount /srv to write"])
        #expect(
            made.effects.first { $0.verb == .containerVolume }?.attributes["writable"]
                == .flag(false))
    }

    @Test(
        "threat 29: what gives the host's files another label is a privilege",
        arguments: [
            (#""Binds":["/srv:/a:z"]"#, "/srv"), (#""Binds":["/srv:/a:ro,Z"]"#, "/srv"),
            (#""Binds":["plain:/a:Z"]"#, "plain"), (#""VolumesFrom":["web:z"]"#, "web"),
            (#""VolumesFrom":["web:Z"]"#, "web"),
        ])
    func labels(_ host: String, _ source: String) throws {
        let made = try creating(host)
        let privileges = made.effects.filter { $0.verb == .containerPrivilege }
        #expect(privileges.map(short) == ["container.privilege security.label"])
        #expect(privileges.first?.attributes == ["relabels": .text(source)])
        #expect(made.shown.contains("dangerous: security.label (relabels \(source))\n"))
        // Mounts have no such mode.
        #expect(!text(made.body).contains("Mounts"))
    }

    @Test("threat 29: so it is when a container of another's making starts")
    func labelsOfExisting() throws {
        var engine = KnownEngine()
        for host in [#"{"Binds":["/srv:/a:Z"]}"#, #"{"VolumesFrom":["web:z"]}"#] {
            engine.addContainer("odd", String(repeating: "12", count: 32), host: host)
            let made = try action("POST /containers/odd/start", nil, engine)
            #expect(made.special.contains("container.privilege security.label"))
        }
    }

    @Test(
        "threat 29: what a volume's options mount is on a line, each option",
        arguments: [
            ("POST /volumes/create", #"{"Name":"vol","DriverOpts":OPTIONS}"#, "the volume vol"),
            ("POST /volumes/create", #"{"DriverOpts":OPTIONS}"#, "a new volume"),
            (
                "POST /containers/create",
                #"{"Image":"bb","HostConfig":{"Mounts":[{"Type":"volume","Source":"fresh","Target":"/a","VolumeOptions":{"DriverConfig":{"Options":OPTIONS}}}]}}"#,
                "the volume fresh"
            ),
            (
                "POST /containers/create",
                #"{"Image":"bb","HostConfig":{"Binds":["known:/a"]}}"#, "the volume known"
            ),
            (
                // It has them already: they are there once.
                "POST /containers/create",
                #"{"Image":"bb","HostConfig":{"Mounts":[{"Type":"volume","Source":"known","Target":"/a","VolumeOptions":{"DriverConfig":{"Options":OPTIONS}}}]}}"#,
                "the volume known"
            ),
        ])
    func options(_ line: String, _ body: String, _ owner: String) throws {
        let options = #"{"type":"cifs","o":"username=a,password=hunter2","device":"//far/share"}"#
        var engine = KnownEngine()
        engine.addVolume("known", options: options)
        let made = try action(line, body.replacing("OPTIONS", with: options), engine)
        #expect(mounts(made) == ["container.mount anything to write"])
        #expect(
            made.shown.split(separator: "\n").map(String.init).filter { $0.hasPrefix("option of ") }
                == [
                    "option of \(owner): device=//far/share",
                    "option of \(owner): o=username=a,password=***",
                    "option of \(owner): type=cifs",
                ])
    }

    @Test("threat 29: a volume that gets other options than it has is shown with both")
    func others() throws {
        let made = try creating(
            #""Mounts":[{"Type":"volume","Source":"disk","Target":"/a","VolumeOptions":{"DriverConfig":{"Options":{"type":"none","o":"bind","device":"/etc"}}}}]"#
        )
        #expect(made.shown.contains("option of the volume disk: device=/dev/vda\n"))
        #expect(made.shown.contains("option of the volume disk: device=/etc\n"))
    }
}
