import Foundation
import TestKit
import Testing

/// Other clients of the engine's API, as Debian has them.
@Suite("Containers by other clients", .engine, .serialized, .realParts)
struct ContainerClientTests {
    private static let shared = Task {
        let containers = try ContainerGateway()
        return (containers, try await containers.agent())
    }

    @Test("the Python SDK works unchanged")
    func python() async throws {
        let (containers, agent) = try await Self.shared.value
        let script = projectDirectory + "/Tests/EndToEndTests/Clients/with_docker.py"
        let said = try await agent.program(
            "/usr/bin/python3", [script, containers.name("python"), "bb"]
        ).run()
        #expect(said.status == 0, "\(said)")
        let lines = said.out.split(separator: "\n").map(String.init)
        #expect(
            lines.dropLast() == [
                "version 1.41", "run hello", "listed True", "exec 4 (b'out\\n', b'err\\n')",
                "put True", "get 100000 True", "wait 137", "gone 404",
            ])
        #expect(lines.last?.hasPrefix("refused 403 sallyport: ") == true, "\(said)")
        #expect(lines.last?.contains("containers/no-socket") == true, "\(said)")
    }

    @Test("testcontainers works unchanged, without its reaper, which asks for the engine's socket")
    func testcontainers() async throws {
        let containers = try ContainerGateway(policies: [Policies.containers, Self.publishing])
        let agent = try await containers.agent()
        let script = projectDirectory + "/Tests/EndToEndTests/Clients/with_testcontainers.py"
        var command = agent.program(try PythonEnvironment.shared.get(), [script, "bb"])
        command.environment["TESTCONTAINERS_RYUK_DISABLED"] = "true"
        let said = try await command.run()
        #expect(said.status == 0, "\(said)")
        #expect(
            said.out.split(separator: "\n") == [
                "exec 0 b'hello\\n'", "port True",
                "fetched b'hello'", "logs b'ready\\n'", "gone 404",
            ])
        command.environment["TESTCONTAINERS_RYUK_DISABLED"] = "false"
        // Not by the name that the script's own containers have, for which no reaper is started.
        command.environment["RYUK_CONTAINER_IMAGE"] = "bb:latest"
        let reaped = try await command.run()
        #expect(reaped.status != 0 && reaped.err.contains("containers/no-socket"), "\(reaped)")
    }

    private static let publishing = """
        policy: publishing
        targets: { kind: docker }
        rules:
          - rule: ports
            effects: [network.publish]
            decide: allow
        """

    @Test("docker-compose brings a project up and takes it down")
    func compose() async throws {
        let (containers, agent) = try await Self.shared.value
        let project = containers.prefix
        let directory = containers.gateway.directory.file("project")
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        try """
        version: "3"
        services:
          web:
            image: bb
            command: ["sh", "-c", "echo up > /data/file; exec sleep 1000"]
            volumes: ["data:/data"]
          worker:
            image: bb
            command: ["sh", "-c", "echo working; exec sleep 1000"]
            depends_on: [web]
        volumes:
          data: {}
        """.write(toFile: directory + "/docker-compose.yml", atomically: true, encoding: .utf8)
        func compose(_ arguments: [String]) async throws -> Output {
            try await agent.program(
                "/usr/bin/docker-compose",
                [
                    "--project-name", project, "--project-directory", directory, "--file",
                    directory + "/docker-compose.yml",
                ] + arguments
            ).run()
        }
        let up = try await compose(["up", "--detach"])
        #expect(up.status == 0, "\(up)")
        let running = try containers.engine.docker([
            "ps", "--filter", "label=com.docker.compose.project=\(project)", "--format",
            "{{.Label \"com.docker.compose.service\"}}",
        ])
        #expect(Set(running.split(separator: "\n")) == ["web", "worker"])
        // What was started does its work a moment later.
        try await until("the file is written") {
            let inside = try await compose(["exec", "-T", "web", "cat", "/data/file"])
            return inside.status == 0 && inside.out == "up\n"
        }
        try await until("the line is logged") {
            try await compose(["logs", "worker"]).out.contains("working")
        }
        let down = try await compose(["down", "--volumes", "--timeout", "0"])
        #expect(down.status == 0, "\(down)")
        let left = try containers.engine.docker([
            "ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project=\(project)",
        ])
        #expect(left.isEmpty)
    }

    @Test("a token in the client's own headers opens the engine, and without one nothing does")
    func headers() async throws {
        let (containers, agent) = try await Self.shared.value
        let place = containers.gateway.directory.file("headers")
        let files = agent.variables["DOCKER_CERT_PATH"] ?? ""
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: files + "/ca.pem", toPath: place + "/ca.pem")
        func list(_ headers: [String: String]) async throws -> Output {
            try JSONSerialization.data(withJSONObject: ["HttpHeaders": headers])
                .write(to: URL(fileURLWithPath: place + "/config.json"))
            var command = agent.docker([
                "--config", place, "--tlsverify", "--tlscacert", place + "/ca.pem", "images",
                "--quiet",
            ])
            command.environment = [
                "DOCKER_HOST": agent.variables["DOCKER_HOST"] ?? "", "HOME": place,
            ]
            return try await command.run()
        }
        let known = try await list(["Authorization": "Bearer \(agent.token)"])
        #expect(known.status == 0 && !known.out.isEmpty, "\(known)")
        let nobody = try await list([:])
        #expect(nobody.status == 1 && nobody.err.contains("certificate or a token"), "\(nobody)")
        let stranger = try await list(["Authorization": "Bearer spt_nobody"])
        #expect(
            stranger.status == 1 && stranger.err.contains("authentication failed"), "\(stranger)")
    }
}
