import Foundation
import TestKit
import Testing

/// SIGHUP with other people, groups and targets, while sessions are under way and a command is held.
@Suite("A reload and the sessions under way", .serialized, .realParts)
struct ReloadTests {
    /// Everyone reads; the group `automation` writes, and is asked about whole tables.
    private static let policies = [
        """
        policy: everyone
        rules:
          - { rule: reads, effects: [read, session, transaction], decide: allow }
        """,
        """
        policy: automation
        principals: { groups: [automation] }
        rules:
          - { rule: rows, effects: [write], attributes: { bounded: true }, decide: review }
          - rule: tables
            effects: [write]
            attributes: { bounded: false }
            decide: hold
            consents: [{ from: "group:dba", count: 1 }]
            within: 60s
        """,
    ]

    private static let agent =
        "deploy-bot: { owner: alice, groups: [automation], targets: [orders] }"

    private func open() async throws -> (TestGateway, Conversation) {
        let gateway = try TestGateway(policies: Self.policies)
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let psql = try Conversation(gateway.psql(try await gateway.agentToken(), ["-At"]))
        psql.send("SELECT 'opened';\n")
        #expect(psql.expect("opened") != nil, "\(psql.rest)")
        return (gateway, psql)
    }

    /// Writes the configuration anew and returns when the daemon has read it.
    private func change(_ gateway: TestGateway, _ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: gateway.configuration, encoding: .utf8)
        try #require(text.contains(old))
        try text.replacingOccurrences(of: old, with: new)
            .write(toFile: gateway.configuration, atomically: true, encoding: .utf8)
        gateway.daemon.hangUp()
        #expect(gateway.daemon.expect("] reloaded") != nil, "\(gateway.daemon.rest)")
    }

    @Test("threat 22: a group that is taken away and given again counts in a session under way")
    func groups() async throws {
        let (gateway, psql) = try await open()
        let update = "UPDATE customers SET name = 'x' WHERE id = 1;\n"
        let without = Self.agent.replacingOccurrences(of: "automation", with: "nothing")
        psql.send(update)
        #expect(psql.expect("UPDATE 1") != nil, "\(psql.rest)")
        try change(gateway, Self.agent, without)
        psql.send(update + "SELECT 'still here';\n")
        #expect(psql.expect("no policy allows this command") != nil, "\(psql.rest)")
        #expect(psql.expect("still here") != nil, "\(psql.rest)")
        try change(gateway, without, Self.agent)
        psql.send(update)
        #expect(psql.expect("UPDATE 1") != nil, "\(psql.rest)")
        psql.endInput()
        #expect(psql.finish().status == 0)
    }

    @Test("threat 22: a held command is decided again by the groups that its requester has then")
    func held() async throws {
        let (gateway, psql) = try await open()
        psql.send("DELETE FROM customers;\n")
        let hint = try #require(psql.line(containing: "sallyport approve hld_"), "\(psql.rest)")
        let hold = String(hint.split(separator: " ").last ?? "")
        try change(
            gateway, Self.agent,
            Self.agent.replacingOccurrences(of: "automation", with: "nothing"))
        _ = try await gateway.person("bob", ["approve", hold])
        #expect(psql.expect("the policy now denies it") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
        #expect(
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM customers", database: gateway.database) == "10")
    }

    @Test("threat 22: a session ends when its principal is declared for its target no longer")
    func targets() async throws {
        let (gateway, psql) = try await open()
        let stock = """
              stock:
                kind: postgres
                address: 127.0.0.1:1
                database: stock
                tls: require
                user: nobody
            """
        let text = try String(contentsOfFile: gateway.configuration, encoding: .utf8)
        try (text + "\n" + stock + "\n")
            .write(toFile: gateway.configuration, atomically: true, encoding: .utf8)
        try change(
            gateway, Self.agent, Self.agent.replacingOccurrences(of: "[orders]", with: "[stock]"))
        // psql reads what waits for it when it is used next.
        psql.send("SELECT 1;\n")
        #expect(psql.expect("no policy allows this session any more") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
        // The client is told first.
        try await until("the session's end is in the ledger") {
            try gateway.ledgerKinds().contains("session-closed")
        }
    }

    @Test("a reload names what it took away and what needs a restart, in the log and the ledger")
    func named() async throws {
        let (gateway, psql) = try await open()
        let text = try String(contentsOfFile: gateway.configuration, encoding: .utf8)
        try text.replacingOccurrences(of: "    carol: { groups: [security] }\n", with: "")
            .replacingOccurrences(of: "administrators: [carol]", with: "administrators: [alice]")
            .write(toFile: gateway.configuration, atomically: true, encoding: .utf8)
        try change(gateway, "consents:\n", "consents:\n  unprotected_keys: true\n")
        #expect(gateway.daemon.line(containing: "`consents` has changed") != nil)
        let ledger = try String(
            contentsOfFile: gateway.ledger + "/entries-000001.jsonl", encoding: .utf8)
        let entry = try #require(
            ledger.split(separator: "\n").last { $0.contains("policies-loaded") })
        #expect(entry.contains(#""needs_restart":["consents"]"#), "\(entry)")
        #expect(entry.contains(#""revoked":["carol"]"#), "\(entry)")
        psql.endInput()
        #expect(psql.finish().status == 0)
    }
}
