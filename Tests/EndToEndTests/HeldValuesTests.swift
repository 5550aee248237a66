import Foundation
import TestKit
import Testing

/// Holds as drivers meet them: what the approver sees of the values, what the driver says before and after, and what its
/// transaction is.
@Suite("Held values", .serialized, .realParts)
struct HeldValuesTests {
    /// A driver's story that waits for a consent.
    private struct Waiting {
        let gateway: TestGateway
        let client: Conversation
        let hold: String

        func approve(_ hold: String? = nil) async throws -> Output {
            let said = try await gateway.person("bob", ["approve", hold ?? self.hold])
            #expect(said.status == 0, "\(said)")
            return said
        }

        func deny(_ hold: String? = nil) async throws {
            let said = try await gateway.person(
                "bob", ["deny", hold ?? self.hold, "--reason", "not these"])
            #expect(said.status == 0, "\(said)")
        }

        /// The lines that the driver's script printed, to its end.
        func lines() -> [String] {
            let said = client.finish()
            #expect(said.status == 0, "\(said)")
            return said.out.split(separator: "\n").map(String.init)
        }

        func notes() throws -> String {
            try PostgresServer.shared.sql(
                "SELECT count(*) || ' ' || min(note) FROM notes", database: gateway.database)
        }

        /// What the same story says of the same rows past the gateway, where the database itself refuses as the approver did
        /// (`refusing`), or nobody does.
        func direct(_ driver: Driver, _ story: String, refusing: Bool) async throws -> [String] {
            try PostgresServer.shared.sql(
                """
                TRUNCATE notes;
                INSERT INTO notes SELECT i, 'real ' || i FROM generate_series(1, 10) i;
                """ + (refusing ? HeldValuesTests.guardian : ""), database: gateway.database)
            let route = Route(pastGateway: gateway)
            let said = try await route.command(driver, "held", [story]).run()
            #expect(said.status == 0, "\(said)")
            return said.out.split(separator: "\n").map(String.init)
        }
    }

    /// Refuses the rows that the stories have held.
    private static let guardian = """

        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE 'no' USING ERRCODE = '42501', DETAIL = 'by a trigger', HINT = 'ask'; END $$;
        CREATE TRIGGER guardian BEFORE DELETE ON notes FOR EACH ROW
            WHEN (old.id IN (3, 4)) EXECUTE FUNCTION refuse();
        """

    /// The lines without what only a gateway says: its notices, and why it refused.
    private func comparable(_ lines: [String]) -> [String] {
        lines.filter { !$0.hasPrefix("notice") }.map { line in
            guard line.hasPrefix("refused"), let code = line.range(of: "42501") else { return line }
            return String(line[..<code.upperBound])
        }
    }

    private func held(_ driver: Driver, _ story: String) async throws -> Waiting {
        let policy = HoldTests.policy(within: "1h", inTransaction: "1h")
        let gateway = try TestGateway(policies: [policy], objects: HoldTests.objects)
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let route = Route(through: gateway, try await gateway.agentToken())
        let client = try Conversation(route.command(driver, "held", [story]))
        return Waiting(
            gateway: gateway, client: client, hold: try await gateway.pendingHold(asked: client))
    }

    /// The refusal's line has the exception's class and SQLSTATE, who and why, and what to do.
    private func expectRefusal(_ line: String?, of driver: Driver, _ hold: String) throws {
        let line = try #require(line)
        let exception: [Driver: String] = [
            .psycopg: "InsufficientPrivilege", .asyncpg: "InsufficientPrivilegeError",
            .jdbc: "PSQLException",
        ]
        #expect(line.contains("\(exception[driver] ?? "") 42501 "), "\(line)")
        #expect(line.contains("not these"), "\(line)")
        let parts = line.components(separatedBy: " | ")
        #expect(parts.count == 3 && !parts.contains { $0.isEmpty || $0 == "None" }, "\(line)")
    }

    @Test(
        "threat 17: the approver sees what a driver bound, in its own formats, as the server would print it",
        arguments: Driver.allCases)
    func values(driver: Driver) async throws {
        let waiting = try await held(driver, "values")
        let shown = try await waiting.gateway.person("bob", ["hold", waiting.hold])
        // The driver's own word where it sends text.
        let boolean: [Driver: String] = [.psycopg: "'t'", .asyncpg: "'true'", .jdbc: "'TRUE'"]
        let expected = [
            "42", "O'Brien", "2026-11-21 01:02:03.0005+00", "00112233-4455-6677-8899-aabbccddeeff",
            "\\xdeadbeef", "NULL", "{7,8}", "-12.50", boolean[driver] ?? "",
        ]
        for (index, value) in expected.enumerated() {
            let line = shown.out.components(separatedBy: "\n").first {
                $0.contains("$\(index + 1) = ")
            }
            #expect(line?.contains(value) == true, "\(value) in \(line ?? "nothing") of \(shown)")
        }
        try await waiting.deny()
        try expectRefusal(
            waiting.lines().first { $0.hasPrefix("refused") }, of: driver, waiting.hold)
    }

    @Test(
        "a held command that is consented to runs in its own transaction, among its temporary tables",
        arguments: Driver.allCases)
    func consented(driver: Driver) async throws {
        let waiting = try await held(driver, "transaction")
        let shown = try await waiting.approve()
        #expect(shown.out.contains("inside an open transaction"), "\(shown)")
        let lines = waiting.lines()
        #expect(lines.contains { $0.hasPrefix("deleted") && $0.contains("3") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("temporary") && $0.contains("still here") })
        // The script rolls back: the row and the transaction's table with it.
        #expect(lines.contains { $0.hasPrefix("alive") && $0.contains("10") }, "\(lines)")
        #expect(lines.last == "undone 42P01")
        #expect(try waiting.notes() == "10 real 1")
        let direct = try await waiting.direct(driver, "transaction", refusing: false)
        #expect(comparable(lines) == direct)
    }

    @Test(
        "a denied command is the driver's own exception, its transaction has failed, ROLLBACK works",
        arguments: Driver.allCases)
    func denied(driver: Driver) async throws {
        let waiting = try await held(driver, "transaction")
        try await waiting.deny()
        let lines = waiting.lines()
        try expectRefusal(lines.first { $0.hasPrefix("refused") }, of: driver, waiting.hold)
        #expect(lines.contains("failed 25P02"), "\(lines)")
        #expect(lines.contains { $0.hasPrefix("alive") && $0.contains("10") }, "\(lines)")
        #expect(lines.last == "undone 42P01")
        let direct = try await waiting.direct(driver, "transaction", refusing: true)
        #expect(comparable(lines) == comparable(direct))
    }

    @Test(
        "in libpq's pipeline the three before the held one are answered and its notice is there before any consent, the rest after it in order"
    )
    func pipeline() async throws {
        let waiting = try await held(.psycopg, "answers")
        let notice = waiting.client.line(containing: "approve \(waiting.hold)")
        #expect(notice?.hasPrefix("notice NOTICE") == true, "\(waiting.client.rest)")
        let three = (1...3).map { "answered \($0) TUPLES_OK UPDATE 1" }
        #expect(waiting.client.line(containing: three[2]) != nil)
        let before = waiting.client.rest.split(separator: "\n").map(String.init)
        #expect(before.filter { $0.hasPrefix("answered") } == three, "\(before)")
        _ = try await waiting.approve()
        let lines = waiting.lines()
        #expect(
            comparable(lines) == three + ["answered 4 TUPLES_OK DELETE 1"]
                + (5...10).map { "answered \($0) TUPLES_OK UPDATE 1" }
                + ["then PIPELINE_SYNC", "status IDLE", "alive (9, 9)"])
        #expect(try waiting.notes() == "9 changed")
        let direct = try await waiting.direct(.psycopg, "answers", refusing: false)
        #expect(comparable(lines) == direct)
    }

    @Test(
        "when it is denied the three are undone, the rest aborted, and libpq's pipeline goes on as after the server's own error"
    )
    func pipelineDenied() async throws {
        let waiting = try await held(.psycopg, "answers")
        try await waiting.deny()
        let lines = waiting.lines()
        #expect(
            comparable(lines) == (1...3).map { "answered \($0) TUPLES_OK UPDATE 1" }
                + ["answered 4 FATAL_ERROR 42501"]
                + (5...10).map { "answered \($0) PIPELINE_ABORTED " }
                + ["then PIPELINE_SYNC", "status IDLE", "alive (10, 0)"])
        #expect(try waiting.notes() == "10 real 1")
        let direct = try await waiting.direct(.psycopg, "answers", refusing: true)
        #expect(comparable(lines) == direct)
    }

    @Test("psycopg's pipeline mode has its answers or its exception, and a session that lives")
    func pipelineMode() async throws {
        let consented = try await held(.psycopg, "pipeline")
        _ = try await consented.approve()
        let lines = consented.lines()
        #expect(
            comparable(lines)
                == (1...10).map { "answered \($0) \($0 == 4 ? "DELETE" : "UPDATE") 1" }
                + ["status IDLE", "alive (9, 9)"])
        let denied = try await held(.psycopg, "pipeline")
        try await denied.deny()
        let refused = denied.lines()
        try expectRefusal(refused.first { $0.hasPrefix("refused") }, of: .psycopg, denied.hold)
        #expect(refused.suffix(2) == ["status IDLE", "alive (10, 0)"], "\(refused)")
    }

    @Test("of a JDBC batch of ten the fourth is held: consented, all run; denied, none has")
    func batchOfTen() async throws {
        let consented = try await held(.jdbc, "pipeline")
        _ = try await consented.approve()
        #expect(
            consented.lines() == Array(repeating: "answered 1", count: 10) + ["alive 9 9"])
        let denied = try await held(.jdbc, "pipeline")
        try await denied.deny()
        let lines = denied.lines()
        try expectRefusal(lines.first { $0.hasPrefix("refused") }, of: .jdbc, denied.hold)
        #expect(lines.last == "alive 10 0", "\(lines)")
        let direct = try await denied.direct(.jdbc, "pipeline", refusing: true)
        #expect(comparable(lines) == comparable(direct))
    }

    @Test(
        "each set of values in a batch is a hold of its own, and one denied undoes those before it",
        arguments: Driver.allCases, [true, false])
    func batch(driver: Driver, consented: Bool) async throws {
        let waiting = try await held(driver, "batch")
        var seen: [String] = []
        for number in 1...3 {
            let hold = try await waiting.gateway.pendingHold(asked: waiting.client, besides: seen)
            seen.append(hold)
            if number == 3, !consented {
                try await waiting.deny(hold)
            } else {
                let shown = try await waiting.approve(hold)
                #expect(
                    shown.out.components(separatedBy: "\n").contains {
                        $0.contains("$1 = '\(number)'")
                    }, "\(shown)")
            }
        }
        let lines = waiting.lines()
        if consented {
            #expect(lines.suffix(2) == ["batch 3", "alive 7"], "\(lines)")
        } else {
            try expectRefusal(lines.first { $0.hasPrefix("refused") }, of: driver, waiting.hold)
            #expect(lines.last == "alive 10", "\(lines)")
        }
    }

    @Test(
        "a driver's own cancel abandons the hold, and nobody can approve it any more",
        arguments: Driver.allCases)
    func cancelled(driver: Driver) async throws {
        let waiting = try await held(driver, "cancelled")
        waiting.client.send("now\n")
        let lines = waiting.lines()
        #expect(lines.suffix(2) == ["cancelled 57014", "alive 10"], "\(lines)")
        try await waiting.gateway.expect(waiting.hold, becomes: "abandoned")
        let late = try await waiting.gateway.person("bob", ["approve", waiting.hold])
        #expect(late.status == 1, "\(late)")
        try await until("its end is entered") {
            try waiting.gateway.ledgerKinds().contains("hold-abandoned")
        }
    }
}
