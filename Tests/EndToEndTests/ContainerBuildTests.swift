import Foundation
import TestKit
import Testing

/// `docker build`, of contexts that are judged before the engine has any of them. Only `bb` may be built from.
@Suite("Builds of images", .engine, .serialized, .realParts)
struct ContainerBuildTests {
    private static let shared = Task {
        let containers = try ContainerGateway()
        return (containers, try await containers.agent())
    }

    struct Build: Sendable, CustomTestStringConvertible {
        let dockerfile: String
        var options: [String] = []
        /// What the refusal names, or what the image's `/out` has.
        let said: String
        var name = "Dockerfile"

        var testDescription: String { dockerfile + options.joined(separator: " ") }
    }

    static let good = [
        Build(dockerfile: "FROM bb:latest\nRUN echo made > /out\n", said: "made"),
        Build(
            dockerfile: "ARG BASE=bb:latest\nFROM $BASE AS first\nRUN echo one > /x\n"
                + "FROM bb:second\nCOPY --from=first /x /out\n", said: "one"),
        Build(
            dockerfile: "ARG BASE\nFROM ${BASE}\nRUN echo arg > /out\n",
            options: ["--build-arg", "BASE=bb:latest"], said: "arg"),
        Build(
            dockerfile: "from bb:latest\ncopy file /out\n", options: ["--file", "CONTEXT/other"],
            said: "of the context", name: "other"),
        Build(
            dockerfile: "FROM bb:latest\nRUN ec\\\nho continued \\\n > /out\n", said: "continued"),
        Build(
            dockerfile: "FROM bb:latest\nRUN ulimit -n > /out\n",
            options: ["--ulimit", "nofile=64:64", "--label", "a=b"], said: "64"),
    ]

    /// What the engine would take for another file, or would not survive.
    static let misread = [
        Build(
            dockerfile:
                "FROM bb:latest\nRUN true <<CMD\nFROM scratch AS busybox\nCMD\nFROM busybox\n",
            said: "RUN with << is not for this builder"),
        Build(
            dockerfile: "# check=x\n# escape=`\nFROM bb:latest\nENV a \\\nFROM busybox\n",
            said: "put it first"),
    ]

    static let bad = [
        Build(
            dockerfile: "FROM registry.example.com/team/app:1\n",
            said: "/registry.example.com/team/app"),
        Build(
            dockerfile: "FR\\\nOM registry.example.com/team/app:1\n",
            said: "/registry.example.com/team/app"),
        Build(
            dockerfile: "ARG BASE=bb:latest\nFROM $BASE\n",
            options: ["--build-arg", "BASE=registry.example.com/team/app:1"],
            said: "/registry.example.com/team/app"),
        Build(
            dockerfile:
                "FROM bb:latest\nCOPY --from=registry.example.com/team/app:1 /etc/passwd /x\n",
            said: "/registry.example.com/team/app"),
        Build(
            dockerfile: "FROM bb:latest\nADD https://example.org/install.sh /x\n",
            said: "build.fetch"),
        Build(
            dockerfile: "FROM bb:latest\nRUN true\n", options: ["--tag", "elsewhere/image"],
            said: "/docker.io/elsewhere/image"),
    ]

    private func build(_ build: Build, _ tag: String) async throws -> Output {
        let (containers, agent) = try await Self.shared.value
        let context = containers.gateway.directory.file("context-" + UUID().uuidString)
        try FileManager.default.createDirectory(
            atPath: context, withIntermediateDirectories: true)
        for (name, text) in [(build.name, build.dockerfile), ("file", "of the context\n")] {
            try text.write(toFile: "\(context)/\(name)", atomically: true, encoding: .utf8)
        }
        let options = build.options.map { $0.replacingOccurrences(of: "CONTEXT", with: context) }
        return try await agent.docker(["build", "--tag", tag] + options + [context]).run()
    }

    @Test("what is allowed is built as it is written", arguments: good)
    func allowed(_ wanted: Build) async throws {
        let (containers, agent) = try await Self.shared.value
        let tag = "built:\(containers.prefix)-\(UUID().uuidString.prefix(8).lowercased())"
        let said = try await build(wanted, tag)
        #expect(said.status == 0, "\(said)")
        let ran = try await agent.docker(["run", "--rm", tag, "cat", "/out"]).run()
        #expect(ran.out == wanted.said + "\n", "\(ran)")
    }

    @Test(
        "what a build would use, fetch or overwrite is refused with its name, and nothing is made",
        arguments: bad)
    func refused(_ wanted: Build) async throws {
        let (containers, _) = try await Self.shared.value
        let tag = "built:\(containers.prefix)-bad"
        let said = try await build(wanted, tag)
        #expect(said.status == 1, "\(said)")
        #expect(said.err.contains("no policy allows it"), "\(said)")
        #expect(said.err.contains(wanted.said), "\(said)")
        #expect(try containers.engine.docker(["images", "--quiet", tag]).isEmpty)
    }

    @Test("threat 28: what engines read in several ways is refused", arguments: misread)
    func misunderstood(_ wanted: Build) async throws {
        let (containers, _) = try await Self.shared.value
        let said = try await build(wanted, "built:\(containers.prefix)-misread")
        #expect(said.status == 1 && said.err.contains(wanted.said), "\(said)")
    }

    /// A build whose limits are `null` ends the engine's calls on its container, and then all that look at containers.
    @Test("threat 28: limits that are none do not reach the engine")
    func limits() async throws {
        let (containers, agent) = try await Self.shared.value
        let tag = "built:\(containers.prefix)-limits"
        for value in ["[null]", #"[{"Name":"nofile","Soft":1,"Hard":1},null]"#, "[1]"] {
            let query = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let said = try await agent.call(
                "POST", "/build?t=\(tag)&ulimits=\(query)",
                "x", type: "application/x-tar")
            #expect(said.status == 400 && said.body.contains("`ulimits["), "\(said)")
        }
        #expect(try containers.engine.docker(["images", "--quiet", tag]).isEmpty)
        let pruned = try containers.engine.docker([
            "container", "prune", "--force", "--filter", "label=none",
        ])
        #expect(pruned.contains("Total reclaimed space"), "\(pruned)")
    }

    @Test("a build in the host's network is held")
    func network() async throws {
        let (containers, agent) = try await Self.shared.value
        let context = containers.gateway.directory.file("network")
        try FileManager.default.createDirectory(
            atPath: context, withIntermediateDirectories: true)
        try "FROM bb:latest\nRUN true\n".write(
            toFile: context + "/Dockerfile", atomically: true, encoding: .utf8)
        let client = try Conversation(
            agent.docker([
                "build", "--network", "host", "--tag", "built:\(containers.prefix)-net", context,
            ]))
        let (hold, shown) = try await containers.pendingHold(of: client)
        #expect(shown.contains("namespace.network.host"), "\(shown)")
        let said = try await containers.gateway.person("bob", ["deny", hold, "--reason", "no"])
        #expect(said.status == 0, "\(said)")
        let refused = client.finish()
        #expect(refused.status == 1 && refused.err.contains("denied by bob"), "\(refused)")
    }
}
