import Foundation
import TestKit

/// A real gateway in front of the shared PostgreSQL: a configuration made by `sallyportd init`, a database and
/// policies of its own, people who log in by PAM.
final class TestGateway: @unchecked Sendable {
    // Unchecked: `daemon` is replaced only by the test that owns the gateway.
    static let binaries = binaryDirectory()

    let directory: ScratchDirectory
    let database: String
    let port: Int
    private let passwords: [String: String]
    private let environment: [String: String]
    private let account: String?
    private(set) var daemon: Conversation

    /// - Parameters:
    ///   - policies: YAML texts, one policy each.
    ///   - label: the target's `env` label.
    ///   - objects: SQL that makes more of the database before the gateway first reads its catalogue.
    ///   - server: what stands behind the gateway.
    ///   - environment: the daemon's.
    ///   - account: who the daemon runs as; `nil`: as the test does.
    ///   - prepare: called with the gateway's directory before the daemon starts for the first time.
    init(
        policies: [String], label: String = "production", consents: String = "",
        objects: String = "", server: PostgresServer = .shared, environment: [String: String] = [:],
        account: String? = nil, prepare: (String) throws -> Void = { _ in }
    ) throws {
        self.environment = environment
        self.account = account
        directory = try ScratchDirectory()
        database = "db_" + UUID().uuidString.prefix(8).lowercased()
        port = try freePort()
        try server.makeDatabase(database)
        if !objects.isEmpty { try server.sql(objects, database: database) }
        let home = directory.file("gateway")
        let made = try Command(Self.binaries + "/sallyportd", ["init", home]).runToEnd()
        guard made.status == 0 else { throw Failure("init: \(made)") }
        passwords = Self.passwords(in: made.out)
        try Self.write(PostgresServer.upstreamPassword, to: home + "/secrets/orders")
        try FileManager.default.copyItem(
            atPath: server.certificates.file("ca.pem"), toPath: home + "/certs/upstream.pem")
        var text = try String(contentsOfFile: home + "/sallyport.yaml", encoding: .utf8)
        for (old, new) in [
            ("127.0.0.1:5432", "127.0.0.1:\(server.port)"), ("127.0.0.1:7443", "127.0.0.1:\(port)"),
            ("database: orders", "database: \(database)"),
            ("ca: certs/ca.pem", "ca: certs/upstream.pem"),
            ("env: production", "env: \(label)"), ("consents:\n", "consents:\n\(consents)"),
        ] { text = text.replacingOccurrences(of: old, with: new) }
        try Self.write(text, to: home + "/sallyport.yaml")
        for file in try FileManager.default.contentsOfDirectory(atPath: home + "/policies") {
            try FileManager.default.removeItem(atPath: home + "/policies/" + file)
        }
        for (index, policy) in policies.enumerated() {
            try Self.write(policy, to: home + "/policies/policy\(index).yaml")
        }
        try prepare(home)
        if let account {
            let given = try Command(
                "sh",
                [
                    "-c", "chmod 711 \"$0\" && chown -R \"$1:\" \"$2\"", directory.path, account,
                    home,
                ]
            ).runToEnd()
            guard given.status == 0 else { throw Failure("chown: \(given)") }
        }
        daemon = try Self.start(home, environment, account)
    }

    deinit { stop() }

    var home: String { directory.file("gateway") }
    var configuration: String { home + "/sallyport.yaml" }
    var ledger: String { home + "/var/ledger" }

    private static func serve(
        _ home: String, _ environment: [String: String], _ account: String?
    ) -> Command {
        let words = [binaries + "/sallyportd", "serve", "--config", home + "/sallyport.yaml"]
        var command = Command(words[0], Array(words.dropFirst()))
        // Terminals have Debian's group, which those of a container may not: sshd gives them no other without root.
        if let account {
            command = Command(
                "/usr/bin/unshare",
                [
                    "--mount", "sh", "-c",
                    "mount -t devpts -o newinstance,gid=tty,mode=620,ptmxmode=666 devpts /dev/pts"
                        + " && exec setpriv --reuid \"$0\" --regid \"$0\" --clear-groups \"$@\"",
                    account,
                ] + words)
        }
        command.environment = environment
        return command
    }

    private static func start(
        _ home: String, _ environment: [String: String], _ account: String?
    ) throws -> Conversation {
        let daemon = try Conversation(serve(home, environment, account))
        processes.add(daemon.processIdentifier)
        guard daemon.expect("listening on") != nil else { throw Failure("serve: \(daemon.rest)") }
        return daemon
    }

    /// SIGTERM; what the daemon said until its end, and with which status it ended.
    func drain() -> Output {
        daemon.terminate()
        let said = daemon.finish()
        processes.remove(daemon.processIdentifier)
        return said
    }

    /// Starts it anew after `drain()` or `stop()`.
    func restart() throws { daemon = try Self.start(home, environment, account) }

    /// As `kill -9` and a start anew do it.
    func killAndRestart() throws {
        stop()
        try restart()
    }

    /// After `stop()`: starts it, and kills it so long behind that.
    func killAmidStart(microseconds: UInt32) throws {
        let daemon = try Conversation(Self.serve(home, environment, account))
        usleep(microseconds)
        daemon.killNow()
        daemon.finish()
    }

    /// Puts these policies in the place of the old ones, and returns when the daemon has loaded them.
    func reload(policies: [String]) throws {
        for (index, policy) in policies.enumerated() {
            try Self.write(policy, to: home + "/policies/policy\(index).yaml")
        }
        kill(daemon.processIdentifier, SIGHUP)
        guard daemon.expect("reloaded") != nil else { throw Failure("SIGHUP: \(daemon.rest)") }
    }

    func stop() {
        daemon.killNow()
        daemon.finish()
        processes.remove(daemon.processIdentifier)
    }

    // MARK: People

    /// Says the passphrase of every person's key. A script that a test writes may be busy when it is run: another test's
    /// child can have it open for writing.
    static let askpass = projectDirectory + "/Tests/EndToEndTests/Clients/askpass"

    /// Runs `sallyport` as this person, whose key is behind a passphrase that an askpass program knows.
    func person(_ name: String, _ arguments: [String], input: String? = nil, token: String? = nil)
        async throws -> Output
    {
        var command = command(of: name, arguments, token: token)
        command.input = input
        return try await command.run()
    }

    /// `sallyport` as this person runs it.
    func command(of name: String, _ arguments: [String], token: String? = nil) -> Command {
        var command = Command(Self.binaries + "/sallyport", arguments)
        command.environment = [
            "SALLYPORT_HOME": directory.file(name), "SSH_ASKPASS": Self.askpass,
            "SSH_ASKPASS_REQUIRE": "force", "HOME": directory.path,
        ]
        command.environment["SALLYPORT_TOKEN"] = token
        return command
    }

    /// Logs the person in by PAM, and enrols a new key of theirs.
    func logIn(_ name: String) async throws {
        try FileManager.default.createDirectory(
            atPath: directory.file(name), withIntermediateDirectories: true)
        let key = directory.file(name) + "/key"
        let made = try await Command(
            "ssh-keygen", ["-q", "-t", "ed25519", "-N", "test-passphrase", "-C", name, "-f", key]
        ).run()
        guard made.status == 0 else { throw Failure("ssh-keygen: \(made)") }
        let said = try await person(
            name,
            [
                "login", "--gateway", "localhost:\(port)", "--ca", home + "/certs/ca.pem", "--user",
                name,
                "--password-stdin", "--key", key,
            ], input: (passwords[name] ?? "") + "\n")
        guard said.status == 0 else { throw Failure("login of \(name): \(said)") }
    }

    /// A token of the agent's, issued by its owner, who is logged in.
    func agentToken() async throws -> String {
        let said = try await person(
            "alice", ["token", "issue", "--agent", "deploy-bot", "--ttl", "1h", "--json"])
        guard let data = said.out.data(using: .utf8),
            let object = try JSONSerialization.jsonObject(with: data) as? [String: Any],
            let key = object["key"] as? String
        else { throw Failure("token issue: \(said)") }
        return key
    }

    /// Revokes every token of the agent's, as its owner.
    func revokeTokens() async throws {
        let listed = try await person("alice", ["tokens", "--json"])
        let tokens =
            try JSONSerialization.jsonObject(with: Data(listed.out.utf8)) as? [[String: Any]] ?? []
        for token in tokens where token["principal"] as? String == "deploy-bot" {
            let said = try await person("alice", ["token", "revoke", token["id"] as? String ?? ""])
            guard said.status == 0 else { throw Failure("token revoke: \(said)") }
        }
    }

    func password(of name: String) -> String { passwords[name] ?? "" }

    // MARK: Clients

    /// `psql` through the gateway.
    func psql(_ token: String, _ arguments: [String] = []) -> Command {
        var command = Command(PostgresServer.binaries + "/psql", ["-X", connection] + arguments)
        command.environment = ["PGPASSWORD": token, "HOME": directory.path]
        return command
    }

    var connection: String {
        "host=localhost port=\(port) user=deploy-bot dbname=orders sslmode=verify-full sslrootcert=\(home)/certs/ca.pem"
    }

    /// The kinds of all ledger entries, in order.
    func ledgerKinds() throws -> [String] {
        try String(contentsOfFile: ledger + "/entries-000001.jsonl", encoding: .utf8)
            .split(separator: "\n").compactMap { line in
                let object =
                    try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return object?["kind"] as? String
            }
    }

    private static func passwords(in text: String) -> [String: String] {
        var found: [String: String] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("  ") {
            let parts = line.split(separator: " ")
            if parts.count == 2 { found[String(parts[0])] = String(parts[1]) }
        }
        return found
    }

    private static func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}

/// Where this build's executables lie: beside the test bundle.
private func binaryDirectory() -> String {
    var url = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    while url.path != "/", !FileManager.default.fileExists(atPath: url.path + "/sallyportd") {
        url = url.deletingLastPathComponent()
    }
    if url.path != "/" { return url.path }
    return projectDirectory + "/.build/debug"
}
