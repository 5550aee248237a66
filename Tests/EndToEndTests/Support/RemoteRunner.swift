import Foundation
import TestKit

/// A gateway, and a runner in a network of its own: a namespace that a pair of virtual cards joins to this machine, as a
/// cable joins another host, so that it can be cut and mended.
final class RemoteRunner: @unchecked Sendable {
    // Unchecked: `runner` is replaced only by the test that owns it.
    static let name = "far-host"

    let gateway: TestGateway
    private let network: Network
    private(set) var runner: Conversation?

    init(policies: [String] = [Policies.host]) throws {
        try ShellGateway.makeSureOfAccount()
        let network = try Network()
        self.network = network
        gateway = try TestGateway(policies: policies) { home in
            let path = home + "/sallyport.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
                .replacingOccurrences(of: "targets: [orders]", with: "targets: [orders, far]")
            var lines = text.trimmingCharacters(in: .newlines).components(separatedBy: "\n")
            guard let listen = lines.firstIndex(where: { $0.hasPrefix("  listen: ") }) else {
                throw Failure("no `listen`: \(text)")
            }
            let address = lines[listen].dropFirst("  listen: ".count)
                .prefix { $0 != " " }
            let port = address.split(separator: ":").last ?? ""
            lines.insert("  client_ca: certs/ca.pem", at: listen + 1)
            lines[listen] = "  listen: [\"\(address)\", \"\(network.address):\(port)\"]"
            lines += [
                "  far:", "    kind: shell", "    runner: \(Self.name)",
                "    account: \(ShellGateway.account)", "    labels: { env: production }",
            ]
            try (lines.joined(separator: "\n") + "\n").write(
                toFile: path, atomically: false, encoding: .utf8)
        }
    }

    deinit { stop() }

    func stop() {
        stopRunner()
        gateway.stop()
    }

    // MARK: Enrolment

    var directory: String { gateway.directory.file("enrolment") }

    /// A token for the runner, by carol, who administers and is logged in.
    func invite(_ name: String = name) async throws -> String {
        let said = try await gateway.person("carol", ["runner", "enrol", name, "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(said.out.utf8)) as? [String: Any]
        guard let key = object?["key"] as? String else { throw Failure("runner enrol: \(said)") }
        return key
    }

    func enrol(_ token: String, name: String = name, into directory: String? = nil) async throws
        -> Output
    {
        var command = network.inside([
            TestGateway.binaries + "/sallyportd", "runner", "enrol", "--gateway",
            "localhost:\(gateway.port)", "--ca", gateway.home + "/certs/ca.pem", "--name", name,
            "--dir", directory ?? self.directory, "--token-stdin",
        ])
        command.input = token + "\n"
        return try await command.run()
    }

    /// Carol and alice logged in, the runner enrolled and connected. Returns the agent's token.
    func settle() async throws -> String {
        for name in ["alice", "carol"] { try await gateway.logIn(name) }
        let enrolled = try await enrol(invite())
        guard enrolled.status == 0 else { throw Failure("enrol: \(enrolled)") }
        try startRunner()
        return try await gateway.agentToken()
    }

    /// Returns when it has connected.
    func startRunner(_ options: [String] = []) throws {
        let started = try dial(options)
        guard started.expect("connected to the gateway") != nil else {
            throw Failure("runner: \(started.rest) \(gateway.daemon.rest)")
        }
    }

    func dial(_ options: [String] = [], directory: String? = nil) throws -> Conversation {
        let started = try Conversation(
            network.inside(
                [
                    TestGateway.binaries + "/sallyportd", "runner", "--dir",
                    directory ?? self.directory, "--account", ShellGateway.account,
                ] + options))
        processes.add(started.processIdentifier)
        stopRunner()
        runner = started
        return started
    }

    func stopRunner() {
        guard let runner else { return }
        runner.killNow()
        runner.finish()
        processes.remove(runner.processIdentifier)
        self.runner = nil
    }

    // MARK: The network

    func cut() throws { try network.set("down") }
    func mend() throws { try network.set("up") }

    // MARK: Sessions

    /// `sallyport exec far -- WORDS` as the agent, on this side.
    func exec(_ token: String, _ words: [String]) -> Command {
        let place = gateway.directory.file("agent")
        try? FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        var command = Command(
            TestGateway.binaries + "/sallyport", ["exec", "far", "--"] + words)
        command.environment = [
            "SALLYPORT_HOME": place, "SALLYPORT_GATEWAY": "localhost:\(gateway.port)",
            "SALLYPORT_TOKEN": token, "SALLYPORT_CA": gateway.home + "/certs/ca.pem",
            "HOME": gateway.directory.path,
        ]
        return command
    }

    /// A session with a program that goes on for ever, which is on its way.
    func lasting(_ token: String, mark: String) throws -> Conversation {
        let session = try Conversation(
            exec(token, ["sh", "-c", "echo started; exec tail -f /dev/null \(mark)"]))
        guard session.expect("started") != nil else {
            throw Failure("no session: \(session.rest) \(gateway.daemon.rest)")
        }
        return session
    }

    /// What `sallyportd doctor` says of the gateway that runs.
    func doctor() async throws -> String {
        try await Command(
            TestGateway.binaries + "/sallyportd", ["doctor", "--config", gateway.configuration]
        ).run().out
    }

    /// `connected`, `away` or `revoked`, as the list has it.
    func state() async throws -> String? {
        let said = try await gateway.person("carol", ["runners", "--all", "--json"])
        let list = try JSONSerialization.jsonObject(with: Data(said.out.utf8)) as? [[String: Any]]
        return list?.first?["state"] as? String
    }
}

/// A network namespace and the cable to it.
private final class Network: Sendable {
    /// Of this machine, in the namespace's network.
    let address: String
    private let name: String
    private let hosts: ScratchDirectory

    init() throws {
        let number = UInt16.random(in: 0..<0x4000)
        name = "spt\(String(number, radix: 16))"
        let prefix = "10.201.\(number >> 6).\((number & 0x3F) << 2)"
        let base = prefix.split(separator: ".").dropLast().joined(separator: ".")
        let last = (number & 0x3F) << 2
        address = "\(base).\(last + 1)"
        hosts = try ScratchDirectory()
        // The gateway's certificate is for `localhost`: over there, that is this end of the cable.
        try "\(address) localhost\n".write(
            toFile: hosts.file("hosts"), atomically: true, encoding: .utf8)
        try ip(["netns", "add", name])
        try ip(["link", "add", name, "type", "veth", "peer", "name", "host", "netns", name])
        try ip(["addr", "add", "\(address)/30", "dev", name])
        try ip(["link", "set", name, "up"])
        try ip(["-n", name, "addr", "add", "\(base).\(last + 2)/30", "dev", "host"])
        try ip(["-n", name, "link", "set", "host", "up"])
        try ip(["-n", name, "link", "set", "lo", "up"])
    }

    /// This command, over there.
    func inside(_ words: [String]) -> Command {
        Command(
            "ip",
            [
                "netns", "exec", name, "sh", "-c",
                "mount --bind \"$0\" /etc/hosts && exec \"$@\"", hosts.file("hosts"),
            ] + words)
    }

    deinit {
        try? ip(["link", "del", name])
        try? ip(["netns", "del", name])
    }

    func set(_ state: String) throws { try ip(["link", "set", name, state]) }

    private func ip(_ arguments: [String]) throws {
        let said = try Command("ip", arguments).runToEnd()
        guard said.status == 0 else { throw Failure("ip \(arguments): \(said)") }
    }
}
