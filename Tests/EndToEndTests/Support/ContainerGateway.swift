import Foundation
import TestKit

/// A real gateway with a target `box`: the tests' container engine, which other tests use too.
final class ContainerGateway: Sendable {
    let gateway: TestGateway
    let engine: EngineServer
    /// The first part of the names of all that a test makes; nobody else's begin so.
    let prefix = "t" + UUID().uuidString.prefix(8).lowercased()

    /// - Parameters:
    ///   - label: the target's `env`.
    ///   - target: more lines of the target's section, each with its indentation of four blanks.
    ///   - prepare: called with the gateway's directory before the daemon starts.
    init(
        policies: [String] = [Policies.containers], label: String = "production",
        target: [String] = [], engine: EngineServer? = nil,
        prepare: (String) throws -> Void = { _ in }
    ) throws {
        let engine = try engine ?? EngineServer.shared.get()
        self.engine = engine
        gateway = try TestGateway(policies: policies) { home in
            try prepare(home)
            let path = home + "/sallyport.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(
                of: "targets: [orders]", with: "targets: [orders, box]")
            let place =
                target.contains { $0.contains("address:") }
                ? [] : ["    socket: \(engine.socket)"]
            let lines =
                ["  box:", "    kind: docker", "    labels: { env: \(label) }"] + place + target
            try
                (text.trimmingCharacters(in: .newlines) + "\n" + lines.joined(separator: "\n")
                + "\n").write(toFile: path, atomically: false, encoding: .utf8)
        }
    }

    deinit { stop() }

    /// The gateway, and every container, network and volume that the test made.
    func stop() {
        gateway.stop()
        for (list, remove) in [
            (["ps", "--all", "--quiet"], ["rm", "--force", "--volumes"]),
            (["network", "ls", "--quiet"], ["network", "rm"]),
            (["volume", "ls", "--quiet"], ["volume", "rm", "--force"]),
        ] {
            let found = try? engine.docker(list + ["--filter", "name=\(prefix)"])
                .split(separator: "\n").map(String.init)
            if let found, !found.isEmpty { _ = try? engine.docker(remove + found) }
        }
    }

    /// A name of this test's own.
    func name(_ name: String) -> String { "\(prefix)-\(name)" }

    // MARK: Clients

    /// Alice, who owns the agent, logged in, and bob, who may consent; the agent's variables for `docker`.
    func agent() async throws -> Agent {
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let token = try await gateway.agentToken()
        let said = try await gateway.agent(
            token, TestGateway.binaries + "/sallyport", ["env", "box", "--json"]
        ).run()
        let object = try JSONSerialization.jsonObject(with: Data(said.out.utf8)) as? [String: Any]
        guard let variables = object?["variables"] as? [String: String] else {
            throw Failure("env: \(said)")
        }
        return Agent(token: token, variables: variables, home: gateway.directory.file("agent"))
    }

    /// Who has a token, and a certificate for it.
    struct Agent: Sendable {
        let token: String
        /// What `sallyport env` says.
        let variables: [String: String]
        let home: String

        /// `docker` through the gateway.
        func docker(_ arguments: [String], input: String? = nil) -> Command {
            program(EngineServer.client, arguments, input: input)
        }

        /// One request, as it stands here; its answer's status and body.
        func call(
            _ method: String, _ path: String, _ body: String? = nil,
            type: String = "application/json", headers: [String] = []
        ) async throws -> (status: Int, body: String) {
            let files = variables["DOCKER_CERT_PATH"] ?? ""
            let place = (variables["DOCKER_HOST"] ?? "").replacing("tcp://", with: "https://")
            var command = Command(
                "curl",
                [
                    "--silent", "--show-error", "--path-as-is", "--globoff", "--max-time", "60",
                    "--cacert", files + "/ca.pem", "--cert", files + "/cert.pem", "--key",
                    files + "/key.pem", "--write-out", "\n%{http_code}", "--request", method,
                ]
                    + (body == nil
                        ? [] : ["--header", "Content-Type: \(type)", "--data-binary", "@-"])
                    + headers.flatMap { ["--header", $0] } + [place + path])
            command.input = body
            let said = try await command.run()
            let lines = said.out.split(separator: "\n", omittingEmptySubsequences: false)
            guard said.status == 0, let status = lines.last.flatMap({ Int($0) }) else {
                throw Failure("curl: \(said)")
            }
            return (status, lines.dropLast().joined(separator: "\n"))
        }

        /// What finds the engine by its environment.
        func program(_ program: String, _ arguments: [String], input: String? = nil) -> Command {
            var command = Command(program, arguments)
            command.environment = variables
            command.environment["HOME"] = home
            command.input = input
            return command
        }
    }

    /// The effects that the ledger's entries of this kind have, entry by entry.
    func enteredEffects(_ kind: String) throws -> [[String]] {
        try gateway.entered(kind).map { line in
            let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let body = entry?["body"] as? [String: Any]
            return body?["effects"] as? [String] ?? []
        }
    }

    /// The id of the hold that waits, and what bob is shown of it.
    func pendingHold(of client: Conversation) async throws -> (id: String, shown: String) {
        let id = try await gateway.pendingHold(asked: client)
        return (id, try await gateway.person("bob", ["hold", id]).out)
    }
}
