import Store
import Testing
import Vocabulary

@testable import Recording

@Suite("The index of an older state")
struct MigrationTests {
    /// What version 1 was before a session's statements were kept together.
    private static let rowPerStatement = [
        "DROP TABLE recording_passages", "DROP TABLE recording_texts",
        """
        CREATE TABLE recording_statements (
            id INTEGER PRIMARY KEY,
            session TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            at INTEGER NOT NULL,
            UNIQUE (session, sequence))
        """,
        """
        CREATE VIRTUAL TABLE recording_texts
        USING fts5(text, tokenize = "unicode61 remove_diacritics 0 tokenchars '_$'")
        """,
        "INSERT INTO recording_statements VALUES (1, 'ses_a', 1, 5)",
        "INSERT INTO recording_texts (rowid, text) VALUES (1, 'SELECT name FROM stale')",
    ]

    private func record(
        _ recorder: Recorder, _ name: String, _ texts: [String]
    ) async throws {
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening(name))
        for (number, text) in texts.enumerated() {
            try session.action(action(UInt64(number), text))
        }
        try session.close(reason: "left", at: WallTime(milliseconds: 2_000))
        try loop.commit()
        try await recorder.settle()
    }

    @Test(
        "is told anew from the recordings where it is of another kind, and kept where it is not",
        arguments: [rowPerStatement, []])
    func upgraded(older: [String]) async throws {
        let desk = try Desk()
        var recorder = try await desk.open()
        let many = (0..<90).map { "SELECT name FROM customers WHERE id = \($0)" }
        try await record(recorder, "ses_a", many)
        try await record(recorder, "ses_b", ["DELETE FROM invoices"])
        try await record(recorder, "ses_gone", ["SELECT lost FROM gone"])
        let before = try await recorder.search("customers")
        await recorder.close()
        try await desk.store.write { statements in
            let version = [
                "DROP TABLE recording_unindexed",
                "ALTER TABLE recording_sessions DROP COLUMN removal",
                "ALTER TABLE recording_sessions DROP COLUMN output",
                "ALTER TABLE recording_sessions DROP COLUMN refused",
                "UPDATE schema_versions SET version = 1 WHERE module = 'recording'",
            ]
            for statement in older + version { try statements.run(statement) }
        }
        try SystemDisk().remove(desk.file(of: SessionID(rawValue: "ses_gone")))

        for _ in 0..<2 {
            recorder = try await desk.open()
            #expect(before.hits.count == 90)
            // Newest first within a session; which session is told first is nobody's business.
            #expect(try await recorder.search("customers") == before)
            #expect(try await recorder.search("customers 89").hits.map(\.text) == [many[89]])
            #expect(try await recorder.search("invoices").hits.count == 1)
            #expect(try await recorder.search("stale").hits.isEmpty)
            #expect(try await recorder.search("gone").hits.isEmpty == !older.isEmpty)
            await recorder.close()
        }
        recorder = try await desk.open()
        // What was refused in older sessions is not known, which is not none.
        let older = try await recorder.sessions(SessionFilter())
        #expect(older.count == 3 && older.allSatisfy { $0.refused == nil && $0.actions > 0 })
        try await record(recorder, "ses_new", ["SELECT later FROM customers"])
        #expect(try await recorder.session(SessionID(rawValue: "ses_new")).refused == 0)
        #expect(try await recorder.search("later").hits.count == 1)
        #expect(try await recorder.search("customers").hits.count == 91)
        await recorder.close()
    }
}
