import Testing
import Vocabulary

@testable import Docker

@Suite("What builds do")
struct BuildPlanTests {
    private static let dockerfile = """
        ARG A=x
        FROM $A AS s
        RUN one \\
          two
        FROM y/z:1
        COPY --from=r.example/w / /
        ADD https://h.example:444/f /
        """

    private func effects(_ query: [(name: String, value: String)]) throws -> [String] {
        try BuildArchive(dockerfile: Self.dockerfile).plan(query).effects.map { effect in
            let attributes = effect.attributes.map { "\($0.key)=\($0.value)" }.sorted()
            return ([effect.verb.rawValue, text(effect.object)] + attributes).joined(separator: " ")
        }
    }

    private func text(_ object: ObjectReference) -> String {
        switch object {
        case .exactly(let name): name.description
        case .oneOf(let names): names.map(\.description).joined(separator: "|")
        case .known(as: let names): names.map(\.description).joined(separator: "=")
        case .anything: "?"
        }
    }

    private static let rest = [
        "image.pull /docker.io/library/x tag=latest", "image.pull /docker.io/y/z tag=1",
        "image.pull /r.example/w tag=latest",
        "build.fetch /h.example port=444 secure=true url=https://h.example:444/f",
    ]

    @Test("threat 29: each image, address and name of a build is an effect of its own")
    func whole() throws {
        let query = [
            (name: "t", value: "team/app"), ("t", "team/app:2"), ("networkmode", "host"),
            ("pull", "1"), ("target", ""), ("cachefrom", #"["c.example/x:3", "x"]"#),
        ]
        let expected =
            [
                "build /docker.io/team/app network=host pull=true runs=true tag=latest",
                "build /docker.io/team/app network=host pull=true runs=true tag=2",
                "image.tag /docker.io/team/app built=true tag=latest",
                "image.tag /docker.io/team/app built=true tag=2",
            ] + Self.rest[..<3] + ["image.pull /c.example/x tag=3"] + Self.rest[3...]
        #expect(try effects(query) == expected)
    }

    @Test("a build without a name is one all the same")
    func nameless() throws {
        let expected = ["build - network=default pull=false runs=true"] + Self.rest
        #expect(try effects([("t", ""), ("cachefrom", "[]")]) == expected)
        let first = try effects([("target", "s"), ("platform", "linux/amd64")])
        #expect(
            first == [
                "build - network=default platform=linux/amd64 pull=false runs=true target=s",
                Self.rest[0],
            ])
    }

    @Test("an id that is not there is taken for a tag by the engine: both count")
    func id() throws {
        let hex = String(repeating: "0a", count: 32)
        let plan = try BuildArchive(dockerfile: "FROM sha256:\(hex)").plan()
        let object = try #require(plan.effects.first { $0.verb == .imagePull }?.object)
        #expect(text(object) == "/sha256:\(hex)|/docker.io/library/sha256")
    }

    @Test(
        "what is no name for an image, or no list of them, is refused",
        arguments: [
            ("t", "X"), ("t", "x:"), ("t", "x@sha256:" + String(repeating: "0", count: 64)),
            ("t", "a b"),
            ("t", String(repeating: "0", count: 64)), ("t", "sha256:1"), ("cachefrom", "{}"),
            ("cachefrom", "[1]"), ("cachefrom", "[\"cafe\"]"), ("cachefrom", "["),
            ("buildargs", "["),
        ])
    func names(_ name: String, _ value: String) {
        #expect(throws: DockerRefusal.self) { try effects([(name, value)]) }
    }

    @Test(
        "people see first what comes of it and what it runs, then the file, each character of it"
    )
    func shown() throws {
        let text = "FROM x\nRUN echo \u{202E}olleh\t\u{1B}[2J\nADD $U /"
        let plan = try BuildArchive(dockerfile: text).plan([("t", "y"), ("networkmode", "host")])
        #expect(
            plan.shown == [
                "build docker.io/library/y:latest", "in the network host",
                "with docker.io/library/x:latest", #"runs: echo \u{202e}olleh \u{1b}[2J"#,
                "Dockerfile:",
                "FROM x", #"RUN echo \u{202e}olleh \u{1b}[2J"#, "ADD $U /",
            ])
    }
}
