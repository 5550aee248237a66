import Testing
import Vocabulary

@testable import Docker

@Suite("What the engine says of its objects")
struct KnownObjectTests {
    @Test(
        "an answer that does not say what an object is ends the call",
        arguments: [
            "{}", #"{"Id":"short","Name":"/x","Image":"y","Config":{},"HostConfig":{}}"#,
            #"{"Id":"\#(KnownEngine.web)","Name":"/x","Image":"bb","Config":{},"HostConfig":{}}"#,
            #"{"Id":"\#(KnownEngine.web)","Name":"/x","Image":"\#(KnownEngine.bbID)","HostConfig":{}}"#,
            #"{"Id":"\#(KnownEngine.web)","Name":"/x","Image":"\#(KnownEngine.bbID)","Config":{},"HostConfig":null}"#,
        ])
    func containers(_ answer: String) {
        var engine = KnownEngine()
        engine.add("containers/x1/json", answer)
        #expect(refusal("POST /containers/x1/stop", nil, engine)?.status == 502)
        #expect(
            refusal(
                "POST /containers/create", #"{"Image":"bb","HostConfig":{"VolumesFrom":["x1"]}}"#,
                engine)?.status == 502)
    }

    @Test("an answer that is no JSON, or no answer, is an error of the engine's")
    func nonsense() throws {
        var facts = EngineFacts()
        #expect(throws: DockerRefusal.self) {
            try facts.take(.image("bb"), status: 200, body: Array("<html>".utf8))
        }
        #expect(throws: DockerRefusal.self) {
            try facts.take(.image("bb"), status: 500, body: Array(#"{"message":"x"}"#.utf8))
        }
        do {
            try facts.take(
                .network("n"), status: 400, body: Array(#"{"message":"ambiguous"}"#.utf8))
        } catch {
            #expect(error.status == 502)
            #expect(error.message.contains("ambiguous"))
        }
    }

    @Test("a call that depends on too many objects is refused")
    func many() throws {
        var facts = EngineFacts()
        for number in 0..<DockerLimits.questionsMax {
            try facts.take(.volume("v\(number)"), status: 404, body: [])
        }
        #expect(throws: DockerRefusal.self) {
            try facts.take(.volume("one-more"), status: 404, body: [])
        }
    }

    @Test(
        "threat 29: a push is of one tag, and of the image that has it now",
        arguments: [
            "POST /images/bb/push?tag=1", "POST /images/bb:1/push",
            "POST /images/docker.io/library/bb/push?tag=1", "POST /images/bb:7/push?tag=1",
        ])
    func push(_ line: String) throws {
        let push = try action(line)
        #expect(push.effects.map(short) == ["image.push /docker.io/library/bb"])
        #expect(push.effects[0].attributes["digest"] == .text(KnownEngine.bbID))
        #expect(push.effects[0].attributes["tag"] == .text("1"))
        #expect(push.head.path == ["v1.41", "images", "docker.io", "library", "bb", "push"])
        #expect(push.head.query.map { "\($0.name)=\($0.value)" } == ["tag=1"])
        #expect(
            push.shown.hasPrefix(
                "push docker.io/library/bb:1\nimage: /docker.io/library/bb \(KnownEngine.bbID)"))
        var engine = KnownEngine()
        engine.addImage(Self.another, tags: ["bb:1"], config: "{}")
        let other = try action(line, nil, engine)
        #expect(other.effects[0].attributes["digest"] == .text(Self.another))
        #expect(other.effects != push.effects && other.shown != push.shown)
    }

    private static let another = "sha256:" + String(repeating: "0e", count: 32)

    @Test("a push of all tags, of a digest, of an id or of what the engine does not have is none")
    func pushOfNothing() {
        let digest = "@sha256:" + String(repeating: "0", count: 64)
        #expect(refusal("POST /images/bb/push")?.status == 400)
        #expect(refusal("POST /images/bb/push?tag=")?.status == 400)
        #expect(refusal("POST /images/bb\(digest)/push")?.status == 400)
        #expect(refusal("POST /images/bb\(digest)/push?tag=1")?.status == 400)
        #expect(refusal("POST /images/bb/push?tag=7")?.status == 404)
        #expect(refusal("POST /images/d4d4/push?tag=1")?.status == 404)
        var engine = KnownEngine()
        engine.addImage(Self.another, tags: ["x:1"], config: "{}", also: ["docker.io/library/y:1"])
        #expect(refusal("POST /images/y/push?tag=1", nil, engine)?.status == 409)
    }

    @Test("threat 29: a build is of the images that its names mean now")
    func builds() throws {
        func built(_ query: String, _ engine: KnownEngine) throws -> EngineAction {
            var call = try call("POST /build?cachefrom=%5B%22bb:latest%22%5D\(query)", "x")
            try call.read(
                context: BuildArchive(dockerfile: "FROM bb:1\nCOPY --from=nope / /").plan([
                    ("cachefrom", "[\"bb:latest\"]"), ("pull", query.isEmpty ? "0" : "1"),
                ]))
            guard case .action(let action) = try meaning(call, engine) else {
                throw DockerRefusal(500, "no action")
            }
            return action
        }
        let build = try built("", KnownEngine())
        func there(_ build: EngineAction) -> [AttributeValue?] {
            build.effects.filter { $0.verb == .imagePull }.map { $0.attributes["there"] }
        }
        #expect(there(build) == [.text(KnownEngine.bbID), nil, .text(KnownEngine.bbID)])
        #expect(
            build.shown.contains(
                "with docker.io/library/bb:1 (\(KnownEngine.bbID))\nwith docker.io/library/nope:latest\n"
            ), "\(build.shown)")
        var engine = KnownEngine()
        engine.addImage(Self.another, tags: ["bb:1"], config: "{}")
        #expect(
            there(try built("", engine)) == [.text(Self.another), nil, .text(KnownEngine.bbID)])
        // The engine gets what its registry has then.
        #expect(there(try built("&pull=1", engine)) == [nil, nil, nil])
    }

    static let sources: [(tags: [String], sources: [String], given: String, isPulled: Bool)] = [
        (["x:1"], [], "x:1", false), (["x:1"], ["x"], "x:1", true), (["x:1"], ["x"], "x", true),
        // By another's digest it is that other's.
        (["x:1"], ["y"], "x:1", false), (["x:1", "y:1"], ["y"], "y:1", true),
        (["x:1", "y:1"], ["y"], "x:1", false), (["x:1", "y:1"], ["x", "y"], "x:1", true),
        // Its id is none of its names.
        (["x:1"], ["x"], Self.another, true), (["x:1", "y:1"], ["y"], Self.another, false),
        (["x:1"], [], Self.another, false), ([], ["x"], Self.another, true),
        ([], [], Self.another, false), (["x:1"], ["x"], "0e0e", true),
        (["x:1", "y:1"], ["y"], "0e0e", false),
    ]

    @Test(
        "threat 29: an image of a name is of that name's registry, or was made here",
        arguments: sources)
    func pulled(_ tags: [String], _ sources: [String], _ given: String, _ isPulled: Bool) throws {
        var engine = KnownEngine()
        engine.addImage(Self.another, tags: tags, config: "{}", also: [given], sources: sources)
        let made = try action("POST /containers/create", "{\"Image\":\"\(given)\"}", engine)
        #expect(made.effects[0].attributes["pulled"] == .flag(isPulled))
        #expect(made.shown.contains("made or loaded here") != isPulled, "\(made.shown)")
    }

    @Test(
        "threat 29: a container starts of an image from its registry, or of one that was made here")
    func started() throws {
        var engine = KnownEngine()
        engine.addContainer("ours", String(repeating: "66", count: 32), image: KnownEngine.oursID)
        for (name, isPulled) in [("ours", true), ("web", false)] {
            let start = try action("POST /containers/\(name)/start", nil, engine)
            #expect(start.effects[0].attributes["pulled"] == .flag(isPulled))
            #expect(start.shown.contains("made or loaded here") != isPulled)
        }
    }

    static let ours = "registry.example.com/team/app"

    @Test(
        "threat 29: who loses a name is said, and whether it came from a registry",
        arguments: [
            ("POST /images/bb/tag?repo=\(ours)&tag=7", "pulled"),
            ("POST /images/\(ours):7/tag?repo=\(ours)&tag=7", "nothing"),
            ("POST /images/bb/tag?repo=\(ours)&tag=8", "nothing"),
            ("POST /images/bb:1/tag?repo=bb", "nothing"),
            ("POST /images/\(ours):7/tag?repo=bb", "made"),
            ("POST /commit?container=web&repo=\(ours)&tag=7", "pulled"),
            ("POST /commit?container=web&repo=bb", "made"),
            ("POST /images/create?fromSrc=-&repo=\(ours)&tag=7", "pulled"),
            ("POST /build?remote=x&t=\(ours):7", "pulled"),
            ("POST /build?remote=x&t=new", "nothing"),
        ])
    func replaced(_ line: String, _ kind: String) throws {
        let action = try action(line)
        let effect = action.effects.first { [.imageTag, .imageLoad].contains($0.verb) }
        #expect(effect?.attributes["replaces"] == .text(kind))
        #expect(
            action.shown.contains("the name /\(Self.ours):7 is taken from an image that was pulled")
                == (kind == "pulled"), "\(action.shown)")
        #expect(
            action.shown.contains("is taken from an image that was made here") == (kind == "made"))
    }

    @Test("threat 29: a build says of each name that it takes what has it now")
    func builtNames() throws {
        var call = try call("POST /build", "x")
        try call.read(
            context: BuildArchive(dockerfile: "FROM scratch\nCOPY x /").plan([
                ("t", "\(Self.ours):7"), ("t", "bb"), ("t", "\(Self.ours):8"),
            ]))
        guard case .action(let action) = try meaning(call) else {
            throw DockerRefusal(500, "no action")
        }
        let replaced = action.effects.filter { $0.verb == .imageTag }.map {
            $0.attributes["replaces"]
        }
        #expect(replaced == [.text("pulled"), .text("made"), .text("nothing")])
    }

    @Test("a volume that is removed is the one that has the name now")
    func volumes() throws {
        func created(_ engine: KnownEngine, _ name: String) throws -> AttributeValue? {
            try action("DELETE /volumes/\(name)?force=1", nil, engine).effects[0]
                .attributes["created"]
        }
        var engine = KnownEngine()
        engine.add("volumes/v1", #"{"Name":"v1","CreatedAt":"2026-11-22T02:00:00Z"}"#)
        #expect(try created(engine, "v1") == .text("2026-11-22T02:00:00Z"))
        #expect(try created(engine, "nope") == .text(""))
    }

    @Test("of what is not there, the engine's words are the answer")
    func missing() throws {
        let engine = KnownEngine()
        guard case .answer(404, let body) = try meaning(call("POST /containers/nope/start"), engine)
        else {
            Issue.record("no answer")
            return
        }
        #expect(text(body) == #"{"message":"no containers/nope/json"}"#)
    }

    @Test("an image is known by all its names; a tag is one that is sure")
    func images() throws {
        var engine = KnownEngine()
        let id = "sha256:" + String(repeating: "0a", count: 32)
        engine.addImage(
            id, tags: ["registry.example.com/a:1", "other:2", "registry.example.com/a:3"],
            config: "{}",
            also: ["other:2", "registry.example.com/a:1", "0a0a"])
        func effect(_ reference: String) throws -> Effect? {
            try action("GET /images/\(reference)/json", nil, engine).effects.first
        }
        let names = ["/registry.example.com/a", "/docker.io/library/other"].compactMap {
            ObjectName(path: Array($0.utf8))
        }
        #expect(try effect("0a0a")?.object == .known(as: names))
        #expect(try effect("0a0a")?.attributes["tag"] == nil)
        #expect(try effect("other:2")?.object == .known(as: names.reversed()))
        // Also known as another's `1`: no rule may take `2` for the tag of all.
        #expect(try effect("other:2")?.attributes["tag"] == nil)
        #expect(
            try action("GET /images/bb:1/json").effects.first?.attributes["tag"] == .text("1"))
        #expect(
            try action("GET /images/bb/json").effects.first?.attributes["tag"] == .text("latest"))
        #expect(
            try action("GET /images/\(KnownEngine.bareID)/json").effects.map(short) == [
                #"image.inspect /"\#(KnownEngine.bareID)""#
            ]
                || action("GET /images/\(KnownEngine.bareID)/json").effects.map(short) == [
                    "image.inspect /\(KnownEngine.bareID)"
                ])
    }

    @Test("an image is removed and saved by its name where it was asked for by one, else by its id")
    func sentNames() throws {
        #expect(
            try action("DELETE /images/bb").head.path == [
                "v1.41", "images", "docker.io", "library", "bb:latest",
            ])
        #expect(try action("DELETE /images/d4d4").head.path.last == KnownEngine.bbID)
        #expect(
            try action("GET /images/get?names=bb&names=d4d4").head.query.map(\.value) == [
                "docker.io/library/bb:latest", KnownEngine.bbID,
            ])
        #expect(try action("GET /images/bb/history").head.path[2] == KnownEngine.bbID)
    }

    @Test("a container whose image is gone is on its id")
    func goneImage() throws {
        var engine = KnownEngine()
        let gone = "sha256:" + String(repeating: "9c", count: 32)
        engine.addContainer("old", String(repeating: "0", count: 64), image: gone)
        #expect(
            try action("POST /containers/old/stop", nil, engine).effects.first?.object
                == .exactly(ObjectName(["/", gone])))
    }

    @Test("labels that only look like another's name are none")
    func labels() throws {
        var engine = KnownEngine()
        engine.addContainer(
            "odd", String(repeating: "0", count: 64),
            config: #"{"Labels":{"\u212aEY":"x","a b":"y"}}"#)
        let attributes = try #require(
            action("POST /containers/odd/stop", nil, engine).effects.first?.attributes)
        #expect(attributes["label.KEY"] == nil)
        #expect(attributes["labels"] == .number(1))
    }

    @Test(
        "threat 29: a container that was made elsewhere is judged, when it starts, as one that is made",
        arguments: escapes.filter { !$0.isMount })
    func starts(_ escape: Escape) throws {
        var engine = KnownEngine()
        let id = String(repeating: "0", count: 64)
        // As the engine shows it: with its defaults filled in, and what it adds by itself.
        let defaults =
            #""CgroupnsMode":"private","Runtime":"runc","SecurityOpt":["label=disable"],"LogConfig":{"Type":"json-file","Config":{}},"IpcMode":"private""#
        let given = try #require(
            try JSONValue(parsing: Array("{\(escape.host)}".utf8)).members.first)
        var host = try JSONValue(parsing: Array("{\(defaults)}".utf8))
        let addsLabel = ["Privileged", "PidMode", "IpcMode"].contains(given.key)
        if !addsLabel { host.set("SecurityOpt", nil) }
        host.set(given.key, given.value)
        engine.addContainer("other", id, host: text(host.canonical))
        engine.add("info", #"{"CgroupVersion":"2"}"#)
        let start = try action("POST /containers/other/start", nil, engine)
        #expect(
            start.effects.map(short) == ["container.start /docker.io/library/bb"] + escape.effects)
        #expect(
            try action("POST /containers/other/exec", #"{"Cmd":["id"]}"#, engine).effects.first?
                .attributes["exposed"] == .flag(escape.effects != ["network.publish -"]))
        // One of our own is what it was when it was made.
        let judged = JudgedObjects(containers: [id])
        let own = try action("POST /containers/other/start", nil, engine, judged: judged)
        #expect(own.effects.map(short) == ["container.start /docker.io/library/bb"])
    }

    @Test(
        "threat 29: the networks that a container is in count when it starts, not what it once asked for"
    )
    func joined() throws {
        var engine = KnownEngine()
        let id = String(repeating: "0", count: 64)
        engine.addContainer(
            "other", id, host: #"{"NetworkMode":"bridge"}"#,
            networks: #"{"bridge":{"NetworkID":""},"n2":{"NetworkID":"\#(KnownEngine.net)"}}"#)
        #expect(
            try action("POST /containers/other/start", nil, engine).effects.map(short) == [
                "container.start /docker.io/library/bb", "network.connect bridge",
                "network.connect n2",
            ])
    }

    @Test("a container of another's making with more than is judged is refused when it starts")
    func crowded() {
        var engine = KnownEngine()
        for (count, status) in [
            (DockerLimits.elementsMax, nil), (DockerLimits.elementsMax + 1, 400),
        ] {
            let names = Array(repeating: #""CHOWN""#, count: count).joined(separator: ",")
            engine.addContainer(
                "odd", String(repeating: "0", count: 64), host: #"{"CapAdd":[\#(names)]}"#)
            #expect(refusal("POST /containers/odd/start", nil, engine)?.status == status)
        }
    }
}
