import Foundation
import TestKit

/// A real gateway with a shell target `host`, and the runner that starts its programs: as an account of the tests' own.
final class ShellGateway: @unchecked Sendable {
    // Unchecked: `runner` is replaced only by the test that owns the gateway.
    static let account = "sallyport-test"
    private static let accountIsThere = makeAccount(account, ["--create-home"])
    /// Who a gateway may run as that has no rights.
    static let gatewayAccount = "sallyport-test-gw"
    private static let gatewayAccountIsThere = makeAccount(
        gatewayAccount, ["--system", "--home-dir", "/"])

    let gateway: TestGateway
    let socket: String
    private let gatewayUser: String
    private let runnerEnvironment: [String: String]
    private(set) var runner: Conversation
    private var tokens: [String: String] = [:]

    /// - Parameters:
    ///   - target: more lines of the target's section, each with its indentation of four blanks.
    ///   - environment: the gateway's.
    ///   - runnerEnvironment: the runner's.
    ///   - isPrivileged: the gateway runs as root, as the tests do; otherwise as `gatewayAccount`.
    ///   - place: where the runner's directory with its socket is made.
    ///   - prepare: called with the gateway's directory before the daemon starts for the first time.
    init(
        policies: [String] = [Policies.host], target: [String] = [],
        environment: [String: String] = [:], runnerEnvironment: [String: String] = [:],
        isPrivileged: Bool = true, place: String = "/run",
        prepare: (String) throws -> Void = { _ in }
    ) throws {
        try Self.accountIsThere.get()
        if !isPrivileged { try Self.gatewayAccountIsThere.get() }
        gatewayUser = isPrivileged ? "root" : Self.gatewayAccount
        let socket = "\(place)/sallyport-test-\(UUID().uuidString.prefix(8))/runner.sock"
        self.socket = socket
        self.runnerEnvironment = runnerEnvironment
        runner = try Self.start(socket, gatewayUser, runnerEnvironment)
        gateway = try TestGateway(
            policies: policies, environment: environment,
            account: isPrivileged ? nil : Self.gatewayAccount
        ) { home in
            try prepare(home)
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

    private static func start(
        _ socket: String, _ gatewayUser: String, _ environment: [String: String]
    ) throws -> Conversation {
        var command = Command(
            TestGateway.binaries + "/sallyportd",
            [
                "runner", "--socket", socket, "--account", account, "--gateway-user", gatewayUser,
            ])
        command.environment = environment
        let runner = try Conversation(command)
        processes.add(runner.processIdentifier)
        guard runner.expect("listening at") != nil else { throw Failure("runner: \(runner.rest)") }
        return runner
    }

    func stopRunner() {
        runner.killNow()
        runner.finish()
        processes.remove(runner.processIdentifier)
    }

    func restartRunner() throws {
        runner = try Self.start(socket, gatewayUser, runnerEnvironment)
    }

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

    /// The newest session that alice sees, once one is filed: that may be a moment behind its end.
    func filedSession() async throws -> String {
        var session: String?
        try await until("a session is filed") {
            let listed = try await gateway.person("alice", ["sessions", "--json"])
            session = listed.out.firstMatch(of: /ses_[a-z0-9]+/).map { String($0.output) }
            return session != nil
        }
        return session ?? ""
    }

    static func makeSureOfAccount() throws { try accountIsThere.get() }

    private static func makeAccount(_ name: String, _ options: [String]) -> Result<Void, Failure> {
        if getpwnam(name) != nil { return .success(()) }
        do {
            let made = try Command(
                "/usr/sbin/useradd", options + ["--shell", "/bin/bash", name]
            ).runToEnd()
            // Another test process may have been first.
            guard made.status == 0 || getpwnam(name) != nil else {
                return .failure(Failure("useradd: \(made)"))
            }
            return .success(())
        } catch {
            return .failure(Failure("useradd: \(error)"))
        }
    }
}
