import Foundation
import TestKit
import Testing

/// Debian's `docker`, unchanged, with nothing but what `sallyport env` says.
@Suite("Containers by docker's command line", .engine, .serialized, .realParts)
struct ContainerTests {
    /// Shared by the tests: each has containers of its own.
    private static let shared = Task {
        let containers = try ContainerGateway()
        return (containers, try await containers.agent())
    }

    private typealias Opened = (containers: ContainerGateway, agent: ContainerGateway.Agent)

    private func opened() async throws -> Opened { try await Self.shared.value }

    @Test("what is there is listed as the engine lists it")
    func listing() async throws {
        let (containers, agent) = try await opened()
        let version = try await agent.docker(["version", "--format", "{{.Server.APIVersion}}"])
            .run()
        #expect(version.status == 0 && version.out == "1.41\n", "\(version)")
        let images = try await agent.docker(["images", "--format", "{{.Repository}}:{{.Tag}}"])
            .run()
        #expect(images.status == 0, "\(images)")
        let names = images.out.split(separator: "\n")
        for name in ["bb:latest", "bb:second", "registry.example.com/team/app:1"] {
            #expect(names.contains { $0 == name }, "\(images)")
        }
        let name = containers.name("listed")
        try containers.engine.docker(["create", "--name", name, "bb"])
        let all = try await agent.docker(["ps", "--all", "--format", "{{.Names}}"]).run()
        #expect(all.status == 0 && all.out.contains(name + "\n"), "\(all)")
        let inspected = try await agent.docker(["inspect", "--format", "{{.Id}}", name]).run()
        #expect(
            inspected.out == (try containers.engine.inspect(name, "{{.Id}}")) + "\n", "\(inspected)"
        )
    }

    @Test("what is not there is told in the engine's own words")
    func missing() async throws {
        let (containers, agent) = try await opened()
        let name = containers.name("nowhere")
        let said = try await agent.docker(["rm", name]).run()
        #expect(said.status == 1 && said.err.contains("No such container: \(name)"), "\(said)")
        let image = try await agent.docker(["inspect", "bb:\(name)"]).run()
        #expect(image.status == 1 && image.err.contains("No such object"), "\(image)")
    }

    @Test(
        "a container runs: its output, its errors and its status are its own",
        arguments: [
            ("echo hello", "hello\n", "", 0), ("echo a; echo b >&2; exit 3", "a\n", "b\n", 3),
        ])
    func run(line: String, out: String, err: String, status: Int32) async throws {
        let (_, agent) = try await opened()
        let said = try await agent.docker(["run", "--rm", "bb", "sh", "-c", line]).run()
        #expect((said.out, said.err, said.status) == (out, err, status), "\(said)")
    }

    /// More than any buffer on the way.
    private static let lines = (1...200_000).map { "line \($0)\n" }.joined()

    @Test("standard input goes in to its end, and what comes out is all of it")
    func input() async throws {
        let (_, agent) = try await opened()
        let said = try await agent.docker(["run", "--rm", "-i", "bb", "cat"], input: Self.lines)
            .run()
        #expect(said.status == 0 && said.out == Self.lines, "\(said.status) \(said.err)")
    }

    @Test("a command in a container has its own streams and status")
    func exec() async throws {
        let (containers, agent) = try await opened()
        let name = try await running("exec")
        let status = try await agent.docker(["exec", name, "sh", "-c", "echo in; exit 7"]).run()
        #expect(status.status == 7 && status.out == "in\n", "\(status)")
        let piped = try await agent.docker(["exec", "-i", name, "sort", "-u"], input: "b\na\nb\n")
            .run()
        #expect(piped.status == 0 && piped.out == "a\nb\n", "\(piped)")
        let whose = try await agent.docker(
            ["exec", "--user", "alice", "--env", "WHO=me", name, "sh", "-c", "id -u; echo $WHO"]
        ).run()
        #expect(whose.out == "1000\nme\n", "\(whose)")
        let detached = try await agent.docker(["exec", "-d", name, "touch", "/tmp/made"]).run()
        #expect(detached.status == 0, "\(detached)")
        try await until("the command has run") {
            (try? containers.engine.docker(["exec", name, "ls", "/tmp/made"])) != nil
        }
    }

    @Test("a terminal works in a container, has the client's size, and is recorded")
    func terminal() async throws {
        let (containers, agent) = try await opened()
        let terminal = try containers.gateway.onTerminal(
            agent.docker(["run", "--rm", "-it", "--name", containers.name("tty"), "bb", "sh"]),
            columns: 99, rows: 33)
        #expect(terminal.expect("# ") != nil, "\(terminal.rest)")
        // The client says its size when the container runs already.
        try await until("the size has come") {
            terminal.send("stty size; echo e''nd\n")
            return terminal.expect("end\r\n")?.contains("33 99\r\n") == true
        }
        try terminal.resize(columns: 70, rows: 20)
        try await until("the new size has come") {
            terminal.send("stty size; echo e''nd\n")
            return terminal.expect("end\r\n")?.contains("20 70\r\n") == true
        }
        terminal.send("echo t''yped; exit 5\n")
        let said = terminal.finish()
        #expect(said.status == 5, "\(said)")
        try await until("the recording has what was shown") {
            try await containers.gateway.person("alice", ["search", "typed"]).out
                .contains("ses_")
        }
    }

    @Test("logs are followed until the container ends")
    func logs() async throws {
        let (_, agent) = try await opened()
        let name = try await running("logs", "echo one; echo two >&2; exec sleep 1000")
        let following = try Conversation(agent.docker(["logs", "--follow", name]))
        #expect(following.expect("one\n") != nil, "\(following.rest)")
        #expect(following.expect("two\n") != nil, "\(following.rest)")
        let killed = try await agent.docker(["kill", name]).run()
        #expect(killed.status == 0 && killed.out == name + "\n", "\(killed)")
        #expect(following.finish().status == 0)
    }

    @Test("events are followed while other calls go on")
    func events() async throws {
        let (containers, agent) = try await opened()
        let name = containers.name("events")
        let following = try Conversation(
            agent.docker(["events", "--since", "1", "--filter", "container=\(name)"]))
        let made = try await agent.docker(["create", "--name", name, "bb"]).run()
        #expect(made.status == 0, "\(made)")
        #expect(following.expect("container create") != nil, "\(following.rest)")
        following.terminate()
        following.finish()
    }

    @Test("files go in and come out as they are")
    func copy() async throws {
        let (containers, agent) = try await opened()
        let name = try await running("copy")
        let (from, to) = (
            containers.gateway.directory.file("in"), containers.gateway.directory.file("out")
        )
        var generator = SystemRandomNumberGenerator()
        let bytes = Data((0..<(3 << 20)).map { _ in UInt8.random(in: 0...255, using: &generator) })
        try bytes.write(to: URL(fileURLWithPath: from))
        let into = try await agent.docker(["cp", from, name + ":/tmp/file"]).run()
        #expect(into.status == 0, "\(into)")
        let back = try await agent.docker(["cp", name + ":/tmp/file", to]).run()
        #expect(back.status == 0, "\(back)")
        #expect(FileManager.default.contents(atPath: to) == bytes)
    }

    @Test("an image is built from a directory, and runs")
    func build() async throws {
        let (containers, agent) = try await opened()
        let context = containers.gateway.directory.file("context")
        try FileManager.default.createDirectory(
            atPath: context + "/sub", withIntermediateDirectories: true)
        for (file, text) in [
            (
                "Dockerfile",
                "FROM bb:second\nCOPY sub /data\nRUN cat /data/a > /b && echo more >> /b\nCMD [\"cat\", \"/b\"]\n"
            ), ("sub/a", "text\n"),
        ] {
            try text.write(toFile: "\(context)/\(file)", atomically: true, encoding: .utf8)
        }
        let tag = "built:\(containers.prefix)"
        let said = try await agent.docker(["build", "--tag", tag, context]).run()
        #expect(said.status == 0 && said.out.contains("Successfully tagged \(tag)"), "\(said)")
        let run = try await agent.docker(["run", "--rm", tag]).run()
        #expect(run.out == "text\nmore\n", "\(run)")
        let saved = containers.gateway.directory.file("saved.tar")
        let save = try await agent.docker(["save", "--output", saved, tag]).run()
        #expect(save.status == 0, "\(save)")
        let removed = try await agent.docker(["rmi", tag]).run()
        #expect(removed.status == 0, "\(removed)")
    }

    /// A container that does nothing, or runs `line`, started by the agent.
    private func running(_ name: String, _ line: String = "exec sleep 1000") async throws -> String
    {
        let (containers, agent) = try await opened()
        let name = containers.name(name)
        let said = try await agent.docker(["run", "-d", "--name", name, "bb", "sh", "-c", line])
            .run()
        try #require(said.status == 0, "\(said)")
        return name
    }
}
