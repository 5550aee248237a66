import Foundation
import TestKit
import Testing

/// Holds through the extended protocol, in pipelines and while things change, from the wire to the approver's screen.
@Suite("Holds", .serialized, .realParts)
struct HoldTests {
    /// Reads and bounded updates go; deleting is held for one of `dba`.
    static func policy(
        delete: String = "hold", consents: String = "[{ from: \"group:dba\", count: 1 }]",
        within: String = "60s", inTransaction: String = "60s"
    ) -> String {
        let terms =
            delete == "hold"
            ? """

                consents: \(consents)
                within: \(within)
                in_transaction: \(inTransaction)
            """ : ""
        return """
            policy: holds
            rules:
              - rule: sessions
                effects: [transaction, session, read]
                decide: allow
              - rule: scratch
                effects: [schema]
                attributes: { temporary: true }
                decide: allow
              - rule: updates
                effects: [write]
                attributes: { operation: update, bounded: true }
                decide: allow
              - rule: deletes
                effects: [write]
                attributes: { operation: delete }
                decide: \(delete)\(terms)
            """
    }

    static let objects = """
        CREATE TABLE notes (id int PRIMARY KEY, note text, at timestamptz, mark uuid, raw bytea);
        INSERT INTO notes SELECT i, 'real ' || i FROM generate_series(1, 10) i;
        """

    private func open(_ policy: String = policy(), people: [String] = ["alice", "bob"]) async throws
        -> (gateway: TestGateway, token: String)
    {
        let gateway = try TestGateway(policies: [policy], objects: Self.objects)
        for name in people { try await gateway.logIn(name) }
        return (gateway, try await gateway.agentToken())
    }

    private func session(_ opened: (gateway: TestGateway, token: String)) throws -> WireClient {
        let client = try WireClient(opened.gateway, token: opened.token)
        #expect(client.untilReady().last == "ReadyForQuery I")
        return client
    }

    private func notes(_ gateway: TestGateway) throws -> String {
        try PostgresServer.shared.sql(
            "SELECT count(*) || ' ' || min(note) FROM notes", database: gateway.database)
    }

    /// The hold's id out of the notice that names it.
    private func hold(_ lines: [String]) throws -> String {
        let words = (lines.last ?? "").split(separator: " ")
        let id = try #require(words.first { $0.hasPrefix("hld_") }, "\(lines)")
        return String(id)
    }

    /// Ten statements in one write: bounded updates, and the fourth deletes.
    private static var ten: [[Any]] {
        (1...10).flatMap { number in
            WireClient.run(
                number == 4
                    ? "DELETE FROM notes WHERE id = $1"
                    : "UPDATE notes SET note = 'changed' WHERE id = $1", [String(number)])
        } + [["S"]]
    }

    @Test(
        "the fourth of ten pipelined statements is held: three are answered, then it, then the rest, in order"
    )
    func fourthOfTen() async throws {
        let opened = try await open()
        let client = try session(opened)
        client.send(Self.ten)
        let before = client.until("NoticeResponse")
        #expect(before.count { $0 == "CommandComplete UPDATE 1" } == 3, "\(before)")
        let consent = try await opened.gateway.person("bob", ["approve", try hold(before)])
        #expect(consent.status == 0, "\(consent)")
        let after = client.untilReady()
        #expect(
            after.filter { $0.hasPrefix("CommandComplete") }
                == ["CommandComplete DELETE 1"]
                + Array(repeating: "CommandComplete UPDATE 1", count: 6))
        #expect(after.last == "ReadyForQuery I")
        #expect(try notes(opened.gateway) == "9 changed")
    }

    @Test(
        "when the fourth of ten is denied the three before it are undone, the six behind it never run, the session lives"
    )
    func fourthOfTenDenied() async throws {
        let opened = try await open()
        let client = try session(opened)
        client.send(Self.ten)
        let before = client.until("NoticeResponse")
        let no = try await opened.gateway.person(
            "bob", ["deny", try hold(before), "--reason", "not these"])
        #expect(no.status == 0, "\(no)")
        let after = client.untilReady()
        #expect(after.count { $0.hasPrefix("CommandComplete") } == 0, "\(after)")
        #expect(
            after.first?.hasPrefix("ErrorResponse ERROR 42501") == true
                && after.first?.contains("not these") == true, "\(after)")
        #expect(after.last == "ReadyForQuery I")
        #expect(client.query("SELECT 1").contains("DataRow 1"))
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test(
        "threat 17: the approver sees every bound value, decoded from its own format, and what is no text made visible"
    )
    func boundValues() async throws {
        let opened = try await open()
        let client = try session(opened)
        let text =
            "DELETE FROM notes WHERE id = $1 AND note = $2 AND at < $3 AND mark = $4 AND raw = $5 AND note IS DISTINCT FROM $6"
        client.send(
            ["P", "", text, [23, 25, 1184, 2950, 17, 25]],
            [
                "B", "", "",
                [
                    ["hex": "0000002a"], "O'Brien \u{1B}[31m", ["hex": "0000000000000000"],
                    ["hex": "00112233445566778899aabbccddeeff"], ["hex": "deadbeef"], NSNull(),
                ] as [Any],
            ], ["E", ""], ["S"])
        let id = try hold(client.until("NoticeResponse"))
        for arguments in [["hold", id], ["deny", id, "--reason", "seen"]] {
            let shown = try await opened.gateway.person("bob", arguments)
            #expect(shown.status == 0, "\(shown)")
            for value in [
                "42", "O'Brien", "2000-01-01", "00112233-4455-6677-8899-aabbccddeeff", "deadbeef",
                "NULL",
            ] {
                #expect(shown.out.contains(value), "\(value): \(shown)")
            }
            #expect(!shown.out.contains("\u{1B}[31m"))
        }
        #expect(client.untilReady().contains { $0.contains("seen") })
    }

    @Test(
        "a command in an open transaction waits no longer than `in_transaction`, without any BEGIN")
    func inTransaction() async throws {
        let opened = try await open(Self.policy(within: "1h", inTransaction: "1s"))
        let client = try session(opened)
        // No Sync: the update's locks are held, whatever it is called.
        client.send(
            WireClient.run("UPDATE notes SET note = 'changed' WHERE id = 1")
                + WireClient.run("DELETE FROM notes WHERE id = 1") + [["S"]])
        let lines = client.untilReady()
        #expect(lines.contains { $0.contains("has expired") }, "\(lines)")
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test(
        "threat 22: a policy that became stricter while the hold was pending is the one that decides"
    )
    func stricterMeanwhile() async throws {
        let opened = try await open()
        let client = try session(opened)
        client.send(["Q", "DELETE FROM notes WHERE id = 1"])
        let id = try hold(client.until("NoticeResponse"))
        try opened.gateway.reload(policies: [Self.policy(delete: "deny")])
        _ = try await opened.gateway.person("bob", ["approve", id])
        #expect(client.untilReady().contains { $0.hasPrefix("ErrorResponse ERROR 42501") })
        #expect(try notes(opened.gateway) == "10 real 1")
        #expect(try opened.gateway.ledgerKinds().contains("hold-released") == false)
    }

    @Test(
        "threat 21, 22: when more consents are needed than were, the hold waits for them, and one person counts once"
    )
    func moreMeanwhile() async throws {
        let opened = try await open(people: ["alice", "bob", "carol"])
        let client = try session(opened)
        client.send(["Q", "DELETE FROM notes WHERE id = 1"])
        let id = try hold(client.until("NoticeResponse"))
        try opened.gateway.reload(policies: [
            Self.policy(
                consents:
                    "[{ from: \"group:dba\", count: 1 }, { from: \"group:security\", count: 1 }]")
        ])
        // bob is in both groups, and is one person.
        for _ in 0..<2 { _ = try await opened.gateway.person("bob", ["approve", id]) }
        let shown = try await opened.gateway.person("bob", ["hold", id, "--json"])
        #expect(shown.out.contains("\"pending\""), "\(shown)")
        #expect(try notes(opened.gateway) == "10 real 1")
        let second = try await opened.gateway.person("carol", ["approve", id])
        #expect(second.status == 0, "\(second)")
        _ = try await opened.gateway.person("bob", ["approve", id])
        #expect(client.untilReady().contains("CommandComplete DELETE 1"))
    }

    @Test("threat 22: with the agent's token its hold ends, and nobody can approve it any more")
    func requesterRevoked() async throws {
        let opened = try await open()
        let client = try session(opened)
        client.send(["Q", "DELETE FROM notes WHERE id = 1"])
        let id = try hold(client.until("NoticeResponse"))
        try await opened.gateway.revokeTokens()
        #expect(client.until("closed").contains { $0.contains("57P01") })
        // The client hears of it first.
        try await opened.gateway.expect(id, becomes: "abandoned")
        let late = try await opened.gateway.person("bob", ["approve", id])
        #expect(late.status == 1, "\(late)")
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 22: a key that was revoked signs no consent")
    func approverRevoked() async throws {
        let opened = try await open()
        let client = try session(opened)
        client.send(["Q", "DELETE FROM notes WHERE id = 1"])
        let id = try hold(client.until("NoticeResponse"))
        let listed = try await opened.gateway.person("bob", ["keys", "--json"])
        let keys = try #require(
            JSONSerialization.jsonObject(with: Data(listed.out.utf8)) as? [[String: Any]])
        let own = try #require(
            keys.first { $0["person"] as? String == "bob" }?["id"] as? String, "\(listed)")
        let revoked = try await opened.gateway.person("bob", ["key", "revoke", own])
        #expect(revoked.status == 0, "\(revoked)")
        let consent = try await opened.gateway.person("bob", ["approve", id])
        #expect(consent.status == 1, "\(consent)")
        #expect(try notes(opened.gateway) == "10 real 1")
        let withdrawn = try await opened.gateway.person("alice", ["withdraw", id])
        #expect(withdrawn.status == 0, "\(withdrawn)")
        #expect(client.untilReady().contains { $0.hasPrefix("ErrorResponse ERROR") })
    }

    @Test(
        "threat 19: a function that was replaced since people were shown it is shown to them again")
    func replaced() async throws {
        let policy =
            Self.policy() + """

                  - rule: code
                    effects: [execute]
                    decide: hold
                    consents: [{ from: "group:dba", count: 1 }]
                    within: 60s
                """
        let gateway = try TestGateway(
            policies: [policy],
            objects: Self.objects + """

                CREATE FUNCTION purge() RETURNS int LANGUAGE sql AS 'DELETE FROM notes WHERE id = 1; SELECT 1';
                """)
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let opened = (gateway: gateway, token: try await gateway.agentToken())
        let client = try session(opened)
        client.send(["Q", "SELECT purge()"])
        let id = try hold(client.until("NoticeResponse"))
        _ = try PostgresServer.shared.sql(
            "CREATE OR REPLACE FUNCTION purge() RETURNS int LANGUAGE sql AS 'DELETE FROM notes; SELECT 2'",
            database: gateway.database)
        let first = try await gateway.person("bob", ["approve", id])
        #expect(first.status == 0, "\(first)")
        let again = client.until("NoticeResponse")
        #expect(again.last?.contains("still holds") == true, "\(again)")
        #expect(try notes(gateway) == "10 real 1")
        let second = try await gateway.person("bob", ["approve", id])
        #expect(second.status == 0, "\(second)")
        #expect(client.untilReady().contains("DataRow 2"))
    }

    @Test("a consent is for its time: a portal that was bound in time is not executed behind it")
    func executedTooLate() async throws {
        let opened = try await open(Self.policy(within: "10s", inTransaction: "10s"))
        let client = try WireClient(opened.gateway, token: opened.token)
        _ = client.untilReady()
        _ = client.query("BEGIN")
        client.send(["P", "", "DELETE FROM notes"], ["B", "", "", []], ["H"])
        let id = try hold(client.until("NoticeResponse"))
        let consent = try await opened.gateway.person("bob", ["approve", id])
        #expect(consent.status == 0, "\(consent)")
        #expect(client.until("BindComplete").last == "BindComplete")
        let shown = try await opened.gateway.person("bob", ["hold", id, "--json"])
        let hold = try #require(
            try JSONSerialization.jsonObject(with: Data(shown.out.utf8)) as? [String: Any])
        let expires = try #require(hold["expires"] as? Double, "\(shown)")
        // The gateway's time is over a moment later than the wall clock's at most.
        _ = try PostgresServer.shared.sql(
            "SELECT pg_sleep_until(to_timestamp(\(expires / 1_000 + 1)))",
            database: opened.gateway.database)
        client.send(["E", ""], ["S"])
        let lines = client.untilReady()
        #expect(lines.first?.hasPrefix("ErrorResponse ERROR 42501") == true, "\(lines)")
        _ = client.query("COMMIT")
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 22: the end of one hold says nothing of the next one of its session")
    func oneAfterTheOther() async throws {
        let opened = try await open()
        let client = try WireClient(opened.gateway, token: opened.token)
        let lines = client.untilReady()
        let key = try #require(lines.first { $0.hasPrefix("BackendKeyData") })
            .split(separator: " ").compactMap { Int($0) }
        // More than the agent may have pending at once: one that stayed behind would be missed.
        for round in 0..<20 {
            client.send(["Q", "DELETE FROM notes WHERE id = 1"])
            #expect(client.until("NoticeResponse").last?.contains("hld_") == true, "\(round)")
            let canceller = try WireClient(bare: opened.gateway)
            canceller.send(["cancel", key[0], key[1]])
            #expect(client.untilReady().contains { $0.contains("57014") }, "\(round)")
        }
        client.send(["Q", "DELETE FROM notes WHERE id = 1"])
        let last = try hold(client.until("NoticeResponse"))
        let consent = try await opened.gateway.person("bob", ["approve", last])
        #expect(consent.status == 0, "\(consent)")
        #expect(client.untilReady().contains("CommandComplete DELETE 1"))
        try await until("none is pending") { try await opened.gateway.holds("pending").isEmpty }
    }

    @Test("threat 34: more pending holds than a principal may have are refused, not queued")
    func tooMany() async throws {
        let opened = try await open()
        let clients = try (0..<16).map { _ in try session(opened) }
        for client in clients {
            client.send(["Q", "DELETE FROM notes WHERE id = 1"])
            #expect(client.until("NoticeResponse").count == 1)
        }
        let last = try session(opened)
        let refused = last.query("DELETE FROM notes WHERE id = 1")
        #expect(refused.first?.hasPrefix("ErrorResponse ERROR") == true, "\(refused)")
        #expect(refused.first?.contains("16") == true, "\(refused)")
        #expect(last.query("SELECT 1").contains("DataRow 1"))
        #expect(try notes(opened.gateway) == "10 real 1")
        withExtendedLifetime(clients) {}
    }
}
