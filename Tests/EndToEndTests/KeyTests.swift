import Foundation
import TestKit
import Testing

/// How a consent key is kept, as the command line finds out for itself.
@Suite("Consent keys", .realParts)
struct KeyTests {
    /// Makes a key for bob, under a name of its own.
    private func makeKey(_ gateway: TestGateway, _ name: String, passphrase: String) async throws
        -> String
    {
        let path = gateway.directory.file("bob") + "/" + name
        let made = try await Command(
            "ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", path]
        ).run()
        try #require(made.status == 0, "\(made)")
        return path
    }

    private func logIn(_ gateway: TestGateway, key: String, agent: String? = nil) async throws
        -> Output
    {
        var command = gateway.command(
            of: "bob",
            [
                "login", "--gateway", "localhost:\(gateway.port)", "--user", "bob",
                "--password-stdin", "--key", key,
            ])
        command.environment["SSH_AUTH_SOCK"] = agent
        command.input = gateway.password(of: "bob") + "\n"
        return try await command.run()
    }

    /// What the gateway holds of bob's keys: comment and whether it is protected.
    private func protected(_ gateway: TestGateway) async throws -> [String: Bool] {
        let listed = try await gateway.person("bob", ["keys", "--json"])
        let keys = try JSONSerialization.jsonObject(with: Data(listed.out.utf8)) as? [[String: Any]]
        var found: [String: Bool] = [:]
        for key in keys ?? [] {
            found[key["comment"] as? String ?? "?"] = key["protected"] as? Bool
        }
        return found
    }

    @Test("a private key beside the `.pub` that is named is judged as the file that it is")
    func namedByPublicHalf() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        try await gateway.logIn("bob")
        let open = try await makeKey(gateway, "open", passphrase: "")
        let closed = try await makeKey(gateway, "closed", passphrase: "test-passphrase")
        for key in [open, closed] {
            let said = try await logIn(gateway, key: key + ".pub")
            #expect(said.status == 0, "\(said)")
        }
        #expect(try await protected(gateway) == ["bob": true, "open": false, "closed": true])
    }

    @Test("a new key is told to the person's session, which can tell that it was not them")
    func announced() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        try await gateway.logIn("bob")
        let psql = try Conversation(
            gateway.psql(as: "bob", password: gateway.password(of: "bob"), ["-At"]))
        psql.send("SELECT 'opened';\n")
        #expect(psql.expect("opened") != nil, "\(psql.rest)")
        let key = try await makeKey(gateway, "another", passphrase: "test-passphrase")
        let said = try await logIn(gateway, key: key)
        #expect(said.status == 0, "\(said)")
        psql.send("SELECT 1;\n")
        #expect(psql.expect("was enrolled for you") != nil, "\(psql.rest)")
        psql.endInput()
        #expect(psql.finish().status == 0)
    }

    @Test("a target that is not theirs is refused, and the ledger knows who asked")
    func refusedTarget() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        try await gateway.logIn("alice")
        var psql = gateway.psql(try await gateway.agentToken(), ["-c", "SELECT 1"])
        psql.arguments = psql.arguments.map {
            $0.replacingOccurrences(of: "dbname=orders", with: "dbname=nowhere")
        }
        let said = try await psql.run()
        #expect(said.status == 2 && said.err.contains("no target `nowhere`"), "\(said)")
        #expect(try gateway.ledgerKinds().contains("session-refused"))
    }

    @Test("a public half alone is refused, unless an agent has the key, which then signs")
    func agentOnly() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let key = try await makeKey(gateway, "agents", passphrase: "")
        let socket = gateway.directory.file("agent")
        let agent = try Conversation(Command("ssh-agent", ["-D", "-a", socket]))
        defer {
            agent.killNow()
            agent.finish()
        }
        #expect(agent.expect("SSH_AUTH_SOCK") != nil)
        var add = Command("ssh-add", ["-q", key])
        add.environment["SSH_AUTH_SOCK"] = socket
        #expect(try await add.run().status == 0)
        try FileManager.default.removeItem(atPath: key)

        for name in [key, key + ".pub"] {
            let alone = try await logIn(gateway, key: name)
            #expect(alone.status == 2 && alone.err.contains("no ssh-agent has it"), "\(alone)")
        }
        let said = try await logIn(gateway, key: key + ".pub", agent: socket)
        #expect(said.status == 0, "\(said)")
        #expect(try await protected(gateway)["agents"] == true)

        let psql = try Conversation(gateway.psql(try await gateway.agentToken()))
        psql.send("DELETE FROM customers;\n")
        let hint = try #require(psql.line(containing: "sallyport approve hld_"), "\(psql.rest)")
        let hold = String(hint.split(separator: " ").last ?? "")
        var approve = gateway.command(of: "bob", ["approve", hold, "--reason", "looked"])
        let without = try await approve.run()
        #expect(without.status == 2 && without.err.contains("no ssh-agent has it"), "\(without)")
        approve.environment["SSH_AUTH_SOCK"] = socket
        let approved = try await approve.run()
        #expect(approved.status == 0, "\(approved)")
        #expect(psql.expect("DELETE 10") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
    }

    @Test("a key that was named from where one stood is found from everywhere")
    func relative() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let key = try await makeKey(gateway, "near", passphrase: "test-passphrase")
        let login = gateway.command(
            of: "bob",
            [
                "login", "--gateway", "localhost:\(gateway.port)", "--user", "bob",
                "--password-stdin", "--key", "near",
            ])
        var there = Command(
            "/bin/sh",
            ["-c", "cd \"$0\" && exec \"$@\"", (key as NSString).deletingLastPathComponent]
                + [login.program] + login.arguments)
        there.environment = login.environment
        there.input = gateway.password(of: "bob") + "\n"
        let said = try await there.run()
        #expect(said.status == 0 && said.out.contains(key), "\(said)")
    }
}
