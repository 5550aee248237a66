import Foundation
import TestKit
import Testing

/// The story of the project, with every part real: PostgreSQL, psql, PAM, ssh-keygen, two people and an agent.
@Suite("The story", .serialized, .realParts)
struct StoryTests {
    /// The agent's transaction up to the command that is held.
    private static let opening = """
        BEGIN;
        CREATE TEMP TABLE mine (note text);
        INSERT INTO mine VALUES ('still here');
        DELETE FROM customers;

        """

    /// A psql whose DELETE is held, and the hold's id.
    private func held(_ gateway: TestGateway) async throws -> (psql: Conversation, hold: String) {
        let token = try await gateway.agentToken()
        let psql = try Conversation(gateway.psql(token))
        psql.send(Self.opening)
        let hint = try #require(psql.line(containing: "sallyport approve hld_"), "\(psql.rest)")
        #expect(psql.expect("1 of group `dba`") != nil)
        return (psql, String(hint.split(separator: " ").last ?? ""))
    }

    @Test(
        "a held DELETE runs in its own transaction once a second person of the group has consented")
    func consented() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob", "carol"] { try await gateway.logIn(name) }
        let (psql, hold) = try await held(gateway)

        let owner = try await gateway.person("alice", ["approve", hold])
        #expect(owner.status == 1 && owner.err.contains("you own the agent"), "\(owner)")
        let administrator = try await gateway.person("carol", ["approve", hold])
        #expect(
            administrator.status == 1 && administrator.err.contains("group dba"), "\(administrator)"
        )
        let agent = try await gateway.person(
            "alice", ["approve", hold], token: gateway.agentToken())
        #expect(agent.status == 1 && agent.err.contains("only a person"), "\(agent)")
        #expect(try gateway.ledgerKinds().count { $0 == "consent-refused" } == 3)

        let consent = try await gateway.person("bob", ["approve", hold, "--reason", "ticket 1"])
        #expect(consent.status == 0, "\(consent)")
        #expect(consent.out.contains("DELETE FROM customers"))
        #expect(psql.expect("DELETE 10") != nil, "\(psql.rest)")
        psql.send("SELECT note FROM mine;\nCOMMIT;\nSELECT count(*) AS left FROM customers;\n")
        psql.endInput()
        let said = psql.finish()
        #expect(said.out.contains("still here") && said.out.contains("COMMIT"), "\(said)")
        #expect(
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM customers", database: gateway.database) == "0")

        // A second yes of the same person changes nothing, and is no second consent.
        _ = try await gateway.person("bob", ["approve", hold])
        let kinds = try gateway.ledgerKinds()
        #expect(kinds.count { $0 == "consent" } == 1 && kinds.count { $0 == "hold-released" } == 1)
        try await verify(gateway)
    }

    /// The ledger verifies from its files with pinned keys, and one flipped byte in a copy is found.
    private func verify(_ gateway: TestGateway) async throws {
        let listed = try await gateway.person("bob", ["keys", "--json"])
        let keys = try #require(
            JSONSerialization.jsonObject(with: Data(listed.out.utf8)) as? [[String: Any]])
        let signers =
            keys.compactMap { $0["allowedSigner"] as? String }.joined(separator: "\n") + "\n"
        let signersFile = gateway.directory.file("allowed_signers")
        try signers.write(toFile: signersFile, atomically: true, encoding: .utf8)
        let arguments = [
            "ledger", "verify", "--keys", signersFile, "--checkpoint",
            gateway.directory.file("bob/checkpoint"),
            "--dir",
        ]
        let good = try await gateway.person("bob", arguments + [gateway.ledger])
        #expect(good.status == 0 && good.out.contains("complete up to"), "\(good)")

        let copy = gateway.directory.file("copy")
        try FileManager.default.copyItem(atPath: gateway.ledger, toPath: copy)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: copy + "/entries-000001.jsonl"))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: copy + "/entries-000001.jsonl"))
        let bad = try await gateway.person("bob", arguments + [copy])
        #expect(bad.status == 1 && bad.out.contains("altered"), "\(bad)")

        let stranger = gateway.directory.file("strangers")
        try "".write(toFile: stranger, atomically: true, encoding: .utf8)
        let unpinned = try await gateway.person(
            "bob", ["ledger", "verify", "--keys", stranger, "--dir", gateway.ledger])
        #expect(unpinned.status == 1, "\(unpinned)")
    }

    @Test(
        "a denied DELETE fails the transaction as the server's own error would, and the session lives"
    )
    func denied() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let (psql, hold) = try await held(gateway)
        let no = try await gateway.person("bob", ["deny", hold, "--reason", "not on a Friday"])
        #expect(no.status == 0, "\(no)")
        #expect(psql.expect("not on a Friday") != nil, "\(psql.rest)")
        psql.send(
            "\\echo :SQLSTATE\nSELECT 1;\nROLLBACK;\nSELECT count(*) AS whole FROM customers;\n")
        psql.endInput()
        let said = psql.finish()
        #expect(said.out.contains("42501"), "\(said)")
        #expect(said.err.contains("current transaction is aborted"), "\(said)")
        #expect(said.out.contains("ROLLBACK") && said.out.contains("10"), "\(said)")
    }

    @Test("a hold that nobody decides expires, and the client is told")
    func expired() async throws {
        let gateway = try TestGateway(policies: [Policies.production(within: "2s")])
        try await gateway.logIn("alice")
        let (psql, _) = try await held(gateway)
        #expect(psql.expect("has expired") != nil, "\(psql.rest)")
        psql.send("ROLLBACK;\n")
        psql.endInput()
        #expect(psql.finish().out.contains("ROLLBACK"))
        // The client hears of it before the ledger has it; a stop waits for both.
        _ = gateway.drain()
        #expect(try gateway.ledgerKinds().contains("hold-expired"))
    }

    @Test(
        "^C abandons the hold: the client is told, nothing runs, and nobody can approve it any more"
    )
    func cancelled() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let (psql, hold) = try await held(gateway)
        psql.interrupt()
        #expect(psql.expect("canceling statement due to user request") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
        #expect(
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM customers", database: gateway.database) == "10")
        try await gateway.expect(hold, becomes: "abandoned")
        let late = try await gateway.person("bob", ["approve", hold])
        #expect(late.status == 1, "\(late)")
        try await until("its end is entered") {
            try gateway.ledgerKinds().contains("hold-abandoned")
        }
    }

    @Test("a killed client abandons its hold, and nothing of the command runs")
    func killedClient() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let (psql, hold) = try await held(gateway)
        psql.killNow()
        psql.finish()
        try await gateway.expect(hold, becomes: "abandoned")
        #expect(
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM customers", database: gateway.database) == "10")
    }

    @Test(
        "a killed gateway leaves no hold that could be approved, and its ledger goes on and verifies"
    )
    func killedGateway() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let (psql, hold) = try await held(gateway)
        try gateway.killAndRestart()
        psql.finish()
        let late = try await gateway.person("bob", ["approve", hold])
        #expect(late.status == 1, "\(late)")
        try await gateway.expect(hold, becomes: "abandoned")
        #expect(
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM customers", database: gateway.database) == "10")
        let verified = try await gateway.person(
            "bob", ["ledger", "verify", "--dir", gateway.ledger])
        #expect(verified.status == 0, "\(verified)")
    }

    @Test("the example policies pass all of their cases, those in SQL too")
    func examplePolicies() async throws {
        let said = try await Command(
            TestGateway.binaries + "/sallyport", ["policy", "test", projectDirectory + "/policies"]
        ).run()
        #expect(said.status == 0 && said.out.contains(" 0 failed"), "\(said)")
    }
}
