import Foundation
import TestKit

/// A real gateway with a shell target `host`, and the runner that starts its programs: as an account of the tests' own.
final class ShellGateway: @unchecked Sendable {
    // Unchecked: `runner` is replaced only by the test that owns the gateway.
    static let account = "sallyport-test"
    private static let accountIsThere: Result<Void, Failure> = makeAccount()

    let gateway: TestGateway
    private let socket: String
    private(set) var runner: Conversation
    private var tokens: [String: String] = [:]

    /// - Parameter target: more lines of the target's section, each with its indentation of four blanks.
    init(
        policies: [String] = [Policies.host], target: [String] = [],
        environment: [String: String] = [:]
    ) throws {
        try Self.accountIsThere.get()
        let socket = "/run/sallyport-test-\(UUID().uuidString.prefix(8))/runner.sock"
        self.socket = socket
        runner = try Self.start(socket)
        gateway = try TestGateway(policies: policies, environment: environment) { home in
            let path = home + "/sallyport.yaml"
            var text = try String(contentsOfFile: path, encoding: .utf8)
            let lines =
                [
                    "  host:", "    kind: shell", "    runner: local", "    socket: \(socket)",
                    "    account: \(Self.account)", "    labels: { env: production }",
                ] + target
            text = text.replacingOccurrences(
                of: "targets: [orders]", with: "targets: [orders, host]")
            text =
                text.trimmingCharacters(in: .newlines) + "\n" + lines.joined(separator: "\n") + "\n"
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        }
    }

    deinit { stop() }

    private static func start(_ socket: String) throws -> Conversation {
        let runner = try Conversation(
            Command(
                TestGateway.binaries + "/sallyportd",
                ["runner", "--socket", socket, "--account", account]))
        processes.add(runner.processIdentifier)
        guard runner.expect("listening at") != nil else { throw Failure("runner: \(runner.rest)") }
        return runner
    }

    func stopRunner() {
        runner.killNow()
        runner.finish()
        processes.remove(runner.processIdentifier)
    }

    func restartRunner() throws { runner = try Self.start(socket) }

    func stop() {
        stopRunner()
        try? FileManager.default.removeItem(
            atPath: URL(fileURLWithPath: socket).deletingLastPathComponent().path)
        gateway.stop()
    }

    /// Alice, who owns the agent, and its token.
    func agent() async throws -> String {
        try await gateway.logIn("alice")
        return try await gateway.agentToken()
    }

    /// `sallyport` as the agent runs it.
    func agent(_ token: String, _ arguments: [String], input: String? = nil) -> Command {
        let place = gateway.directory.file("agent")
        try? FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        var command = Command(TestGateway.binaries + "/sallyport", arguments)
        command.environment = [
            "SALLYPORT_HOME": place, "SALLYPORT_GATEWAY": "localhost:\(gateway.port)",
            "SALLYPORT_TOKEN": token, "SALLYPORT_CA": gateway.home + "/certs/ca.pem",
            "HOME": gateway.directory.path,
            "PATH": "/usr/bin:/bin", "TERM": "xterm",
        ]
        command.input = input
        return command
    }

    /// `sallyport exec host -- WORDS` as the agent.
    func exec(_ token: String, _ words: [String], input: String? = nil, options: [String] = [])
        async throws -> Output
    {
        try await agent(token, ["exec"] + options + ["host", "--"] + words, input: input).run()
    }

    static func makeSureOfAccount() throws { try accountIsThere.get() }

    private static func makeAccount() -> Result<Void, Failure> {
        if getpwnam(account) != nil { return .success(()) }
        do {
            let made = try Command(
                "/usr/sbin/useradd", ["--create-home", "--shell", "/bin/bash", account]
            ).runToEnd()
            // Another test process may have been first.
            guard made.status == 0 || getpwnam(account) != nil else {
                return .failure(Failure("useradd: \(made)"))
            }
            return .success(())
        } catch {
            return .failure(Failure("useradd: \(error)"))
        }
    }
}
