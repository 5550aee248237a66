import Testing
import Vocabulary

@testable import Docker

@Suite("Names that an image has from several")
struct ImageClaimTests {
    private static let theirs = "registry.example.com/other/db"
    private static let ours = "registry.example.com/team/z2"
    private static let theirTag = "registry.example.com/other/db:2"
    private static let ourTag = "registry.example.com/team/z2:1"
    private static let id = "sha256:" + String(repeating: "0d", count: 32)
    private static let container = String(repeating: "0c", count: 32)

    private static func object(_ name: String) -> ObjectName {
        ObjectName(["/"] + name.split(separator: "/").map(String.init))
    }

    /// With a container that was made under a name, or under an id.
    private static func engine(_ tags: [String], made: String = Self.id) -> KnownEngine {
        var engine = KnownEngine()
        engine.addImage(id, tags: tags, config: "{}", also: ["0d0d"])
        engine.addContainer("db", container, config: #"{"Image":"\#(made)"}"#, image: id)
        return engine
    }

    static let calls: [(String, String?)] = [
        ("POST /containers/db/start", nil), ("POST /containers/db/stop", nil),
        ("POST /containers/db/kill", nil), ("DELETE /containers/db?force=1", nil),
        ("GET /containers/db/json", nil), ("GET /containers/db/logs?stdout=1", nil),
        ("GET /containers/db/archive?path=/etc", nil),
        ("PUT /containers/db/archive?path=/etc", nil),
        ("POST /containers/db/attach?stream=1&stdin=1", nil),
        ("POST /containers/db/exec", #"{"Cmd":["id"]}"#),
        ("POST /containers/db/rename?name=x", nil), ("POST /commit?container=db", nil),
    ]

    @Test(
        "threat 29: a container is on each name of its image: one that is added makes it nobody's own",
        arguments: calls)
    func added(_ line: String, _ body: String?) throws {
        func object(_ tags: [String]) throws -> ObjectReference? {
            try action(line, body, Self.engine(tags)).effects.first?.object
        }
        let (ours, theirs) = (Self.object(Self.ours), Self.object(Self.theirs))
        #expect(try object([Self.theirTag]) == .exactly(theirs))
        #expect(try object([Self.theirTag, "\(Self.theirs):3"]) == .exactly(theirs))
        #expect(try object([Self.theirTag, Self.ourTag]) == .oneOf([theirs, ours]))
    }

    static let makings: [(tags: [String], made: String, names: [String])] = [
        ([ourTag], theirTag, [ours, theirs]), ([theirTag], theirTag, [theirs]),
        (["registry.example.com/other/db:3"], theirTag, [theirs]),
        ([ourTag, theirTag], theirTag, [ours, theirs]),
        // Ids are no names, neither whole nor in part.
        ([ourTag], id, [ours]), ([ourTag], "0d0d", [ours]), ([ourTag], "sha256:0d0d", [ours]),
        ([ourTag], "", [ours]), ([ourTag], "cafe", [ours, "docker.io/library/cafe"]),
        ([], id, [id]), ([], theirTag, [id, theirs]),
    ]

    @Test(
        "threat 29: a container stays on the name by which it was made, whoever has that name now",
        arguments: makings)
    func made(_ tags: [String], _ made: String, _ names: [String]) throws {
        let objects = names.map(Self.object)
        let expected: ObjectReference =
            objects.count == 1 ? .exactly(objects[0]) : .oneOf(objects)
        let stop = try action("POST /containers/db/stop", nil, Self.engine(tags, made: made))
        #expect(stop.effects.first?.object == expected)
    }

    @Test("threat 29: the image of a container that is gone is still called as it was")
    func gone() throws {
        var engine = KnownEngine()
        engine.addContainer(
            "db", Self.container, config: #"{"Image":"\#(Self.theirs):2"}"#, image: Self.id)
        #expect(
            try action("POST /containers/db/stop", nil, engine).effects.first?.object
                == .oneOf([Self.object(Self.id), Self.object(Self.theirs)]))
    }

    @Test("threat 29: whoever removes a name needs that one, and by an id all that the image has")
    func removed() throws {
        let tags = [Self.theirTag, Self.ourTag]
        func object(_ reference: String) throws -> ObjectReference? {
            try action("DELETE /images/\(reference)?force=1", nil, Self.engine(tags)).effects.first?
                .object
        }
        let (ours, theirs) = (Self.object(Self.ours), Self.object(Self.theirs))
        #expect(try object(Self.theirTag) == .exactly(theirs))
        #expect(try object(Self.ourTag) == .exactly(ours))
        #expect(try object("0d0d") == .oneOf([theirs, ours]))
        #expect(try object(Self.id) == .oneOf([theirs, ours]))
    }

    // MARK: Builds

    static let builds: [(file: String, query: [(String, String)], base: String?)] = [
        ("FROM bb:1", [], KnownEngine.bbID), ("from bb:1 as s\n# x\n", [], KnownEngine.bbID),
        ("ARG A=bb:1\nFROM $A", [], KnownEngine.bbID),
        ("FROM bb:1 AS s\nFROM S AS t\nFROM t", [], KnownEngine.bbID),
        ("FROM x AS bb\nRUN x\nFROM bb:1", [], KnownEngine.bbID),
        ("FROM \(KnownEngine.bbID)", [], KnownEngine.bbID),
        ("FROM bb:1 AS s\nFROM bb:1\nRUN x", [("target", "s")], KnownEngine.bbID),
        ("FROM triggers:1 AS s\nRUN x\nFROM bb:1", [], KnownEngine.bbID),
        ("FROM bb:1", [("labels", "{}")], KnownEngine.bbID),
        // It is not known which these are.
        ("FROM nope", [], ""), ("FROM bb:1", [("pull", "1")], ""),
        ("FROM bb:1\nENV a b", [], nil), ("FROM bb:1\nARG A", [], nil),
        ("FROM bb:1 AS s\nUSER x\nFROM s", [], nil), ("FROM scratch\nCOPY x /", [], nil),
        ("FROM bb:1 AS s\nRUN x\nFROM bb:1", [("target", "s")], nil),
        ("FROM bb:1 AS s\nONBUILD RUN x\nFROM s", [], nil), ("FROM triggers:1", [], nil),
        ("FROM bb:1", [("labels", #"{"a":"b"}"#)], nil),
    ]

    @Test(
        "threat 29: a build that does nothing to an image gives that one a name, and counts as that",
        arguments: builds)
    func built(_ file: String, _ query: [(String, String)], _ base: String?) throws {
        var engine = KnownEngine()
        engine.addImage(
            "sha256:" + String(repeating: "0f", count: 32), tags: ["triggers:1"],
            config: #"{"OnBuild":["RUN y"]}"#)
        let given = [(name: "t", value: "team/a:1")] + query.map { (name: $0.0, value: $0.1) }
        var call = try call("POST /build?t=team/a:1", "x")
        try call.read(context: BuildArchive(dockerfile: file).plan(given))
        guard case .action(let action) = try meaning(call, engine) else {
            throw DockerRefusal(500, "no action")
        }
        let tag = try #require(action.effects.first { $0.verb == .imageTag })
        #expect(tag.object == .exactly(Self.object("docker.io/team/a")))
        #expect(tag.attributes["built"] == .flag(base == nil))
        let digest = base.flatMap { $0.isEmpty ? nil : AttributeValue.text($0) }
        #expect(tag.attributes["digest"] == digest)
        #expect(action.shown.contains("itself gets the name") == (base != nil))
        if digest != nil {
            let looked = action.effects.first { $0.verb == .imageInspect }
            #expect(looked?.object == .exactly(Self.object("docker.io/library/bb")))
        }
    }

    @Test("threat 29: an image that has the name already loses it to no other by such a build")
    func again() throws {
        for (name, replaces) in [("bb", "nothing"), (KnownObjectTests.ours + ":7", "pulled")] {
            var call = try call("POST /build?t=\(name)", "x")
            try call.read(context: BuildArchive(dockerfile: "FROM bb:1").plan([("t", name)]))
            guard case .action(let action) = try meaning(call) else {
                throw DockerRefusal(500, "no action")
            }
            let tag = action.effects.first { $0.verb == .imageTag }
            #expect(tag?.attributes["replaces"] == .text(replaces))
        }
    }
}
