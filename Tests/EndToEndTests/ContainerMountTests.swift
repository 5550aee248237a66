import Foundation
import TestKit
import Testing

/// A directory of the host that may only be read, where something is mounted below it.
@Suite("Files of the host to read", .engine, .serialized, .realParts)
struct ContainerMountTests {
    private static let policy =
        Policies.containers.components(separatedBy: "  - rule: ways-out")[0]
            + """
              - rule: to-read
                effects: [container.mount]
                attributes: { writable: false }
                decide: allow
            """

    private struct Opened {
        let containers: ContainerGateway
        let agent: ContainerGateway.Agent
        /// A directory of the engine's host; in it a file, and a file system (`_data`) that a running container has.
        let directory: String
        /// That container, which has the file system at `/data`.
        let holder: String
    }

    private static let shared = Task {
        let containers = try ContainerGateway(policies: [policy])
        let (engine, volume) = (containers.engine, containers.name("memory"))
        try engine.docker([
            "volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", volume,
        ])
        let holder = containers.name("holder")
        try engine.docker([
            "run", "--detach", "--name", holder, "--volume", volume + ":/data", "bb", "sleep",
            "1000",
        ])
        let directory = engine.directory.file("data/volumes/" + volume)
        try "read".write(toFile: directory + "/file", atomically: false, encoding: .utf8)
        return Opened(
            containers: containers, agent: try await containers.agent(), directory: directory,
            holder: holder)
    }

    @Test("the engine lets a container write below what it may only read")
    func engine() async throws {
        let opened = try await Self.shared.value
        try opened.containers.engine.docker([
            "run", "--rm", "--volume", opened.directory + ":/a:ro", "bb", "sh", "-c",
            "! touch /a/x 2>/dev/null && touch /a/_data/past-the-gateway",
        ])
        let found = try opened.containers.engine.docker(["exec", opened.holder, "ls", "/data"])
        #expect(found == "past-the-gateway")
        try opened.containers.engine.docker(["exec", opened.holder, "rm", "/data/" + found])
    }

    @Test(
        "threat 29: a container that may only read writes nothing below either",
        arguments: [
            ["--volume", "DIRECTORY:/a:ro"], ["--volume", "/DIRECTORY/./:/a/:ro,cached"],
            ["--mount", "type=bind,src=DIRECTORY,dst=/a,readonly"],
            ["--mount", "type=bind,src=DIRECTORY,dst=/a,readonly,bind-nonrecursive"],
        ])
    func reads(options: [String]) async throws {
        let opened = try await Self.shared.value
        let given = options.map { $0.replacingOccurrences(of: "DIRECTORY", with: opened.directory) }
        let said = try await opened.agent.docker(
            ["run", "--rm"] + given + [
                "bb", "sh", "-c", "cat /a/file; ls /a/_data; touch /a/x || touch /a/_data/x",
            ]
        ).run()
        #expect(said.status == 1 && said.out == "read", "\(said)")
        #expect(said.err.components(separatedBy: "Read-only file system").count == 3, "\(said)")
        let found = try opened.containers.engine.docker(["exec", opened.holder, "ls", "/data"])
        #expect(found.isEmpty)
    }

    @Test(
        "threat 29: what could write below is not allowed as reading",
        arguments: [
            ["--volume", "DIRECTORY:/a:ro,rprivate"], ["--volume", "DIRECTORY:/a:ro,rslave"],
            ["--mount", "type=bind,src=DIRECTORY,dst=/a,readonly,bind-propagation=rprivate"],
            ["--volumes-from", "READER"],
        ])
    func writes(options: [String]) async throws {
        let opened = try await Self.shared.value
        let reader = opened.containers.name("reader")
        _ = try? opened.containers.engine.docker([
            "create", "--name", reader, "--volume", opened.directory + ":/a:ro", "bb",
        ])
        let given = options.map {
            $0.replacingOccurrences(of: "DIRECTORY", with: opened.directory)
                .replacingOccurrences(of: "READER", with: reader)
        }
        let said = try await opened.agent.docker(["create"] + given + ["bb"]).run()
        #expect(said.status == 1 && said.err.contains("container.mount"), "\(said)")
        let started = try await opened.agent.docker(["start", reader]).run()
        #expect(started.status == 1 && started.err.contains("container.mount"), "\(started)")
    }

    @Test("threat 29: nothing is made on the host by one who may only read")
    func missing() async throws {
        let opened = try await Self.shared.value
        let path = opened.directory + "/missing"
        let said = try await opened.agent.docker([
            "run", "--rm", "--volume", path + ":/a:ro", "bb", "true",
        ]).run()
        #expect(said.status != 0 && said.err.contains("does not exist: \(path)"), "\(said)")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("docker-compose and the Python SDK bind what they read as ever")
    func clients() async throws {
        let opened = try await Self.shared.value
        let project = opened.containers.prefix
        let file = opened.containers.gateway.directory.file("compose.yml")
        try """
        version: "3"
        services:
          web:
            image: bb
            network_mode: bridge
            command: ["sleep", "1000"]
            volumes: ["\(opened.directory):/conf:ro", "\(opened.directory)/file:/one:ro"]
        """.write(toFile: file, atomically: true, encoding: .utf8)
        func compose(_ arguments: [String]) async throws -> Output {
            try await opened.agent.program(
                "/usr/bin/docker-compose",
                ["--project-name", project, "--file", file] + arguments
            ).run()
        }
        for (arguments, word) in [
            (["up", "--detach"], "Creating"), (["up", "--detach"], "up-to-date"),
            (["up", "--detach", "--force-recreate", "--timeout", "0"], "Recreating"),
        ] {
            let said = try await compose(arguments)
            #expect(said.status == 0 && said.err.contains(word), "\(said)")
        }
        let read = try await compose(["exec", "-T", "web", "cat", "/conf/file", "/one"])
        #expect(read.status == 0 && read.out == "readread", "\(read)")
        let down = try await compose(["down", "--timeout", "0"])
        #expect(down.status == 0, "\(down)")
        let script = """
            import docker, sys
            volumes = {sys.argv[1]: {"bind": "/a", "mode": "ro"}}
            said = docker.from_env().containers.run("bb", ["cat", "/a/file"], volumes=volumes, remove=True)
            print(said.decode())
            """
        let said = try await opened.agent.program(
            "/usr/bin/python3", ["-c", script, opened.directory]
        ).run()
        #expect(said.status == 0 && said.out == "read\n", "\(said)")
    }
}
