import Store
import Vocabulary

/// The recorder's tables in the store, as its thread writes them. Its calls block, so they are for that thread only.
struct RecordingIndex: Sendable {
    let database: any Database

    /// Writes both kinds in one transaction. Doing it again changes nothing.
    func write(_ rows: [SessionRow], _ passages: [Passage]) throws(RecordingError) {
        guard !rows.isEmpty || !passages.isEmpty else { return }
        try wait { [database] in
            try await database.write { statements in
                for row in rows { try upsert(row, statements) }
                for passage in passages { try insert(passage, statements) }
            }
        }
    }

    /// The sessions that had not ended when the process did, with the root that was noted last.
    func unfinished() throws(RecordingError) -> [RecordedSession] {
        try wait { [database] in
            try await database.read { statements in
                try statements.rows("SELECT * FROM recording_sessions WHERE closed IS NULL")
                    .map(recordedSession)
            }
        }
    }

    func session(_ session: SessionID) throws(RecordingError) -> RecordedSession? {
        try wait { [database] in
            try await database.read { statements in
                try statements.rows(
                    "SELECT * FROM recording_sessions WHERE id = $1", [.text(session.rawValue)]
                ).first.map(recordedSession)
            }
        }
    }

    /// Sessions whose statements a migration took out of the index.
    func unindexed() throws(RecordingError) -> [SessionID] {
        try wait { [database] in
            try await database.read { statements in
                try statements.rows("SELECT session FROM recording_unindexed ORDER BY session")
                    .map { SessionID(rawValue: try $0.text("session")) }
            }
        }
    }

    func isIndexed(_ session: SessionID) throws(RecordingError) {
        try wait { [database] in
            try await database.write { statements in
                _ = try statements.run(
                    "DELETE FROM recording_unindexed WHERE session = $1", [.text(session.rawValue)])
            }
        }
    }

    /// Bytes by principal.
    func usages() throws(RecordingError) -> [PrincipalName: Int64] {
        try wait { [database] in
            try await database.read { statements in
                let rows = try statements.rows(
                    "SELECT principal, SUM(bytes) AS bytes FROM recording_sessions GROUP BY principal"
                )
                var usages: [PrincipalName: Int64] = [:]
                for row in rows {
                    guard let name = PrincipalName(try row.text("principal")) else { continue }
                    usages[name] = try row.integer("bytes")
                }
                return usages
            }
        }
    }

    func migrate() throws(RecordingError) {
        try wait { [database] in try await database.migrate(RecordingMigrations.all) }
    }

    private func wait<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value)
        throws(RecordingError) -> Value
    {
        try waitFor(work) { .store(reason: "\($0)") }
    }
}

private func upsert(_ row: SessionRow, _ statements: any Statements) throws {
    try statements.run(
        """
        INSERT INTO recording_sessions (id, principal, owner, target, credential, address,
            application, opened, closed, reason, actions, holds, bytes, root, output,
            refused)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (id) DO UPDATE SET closed = excluded.closed, reason = excluded.reason,
            actions = excluded.actions, holds = excluded.holds, bytes = excluded.bytes,
            root = excluded.root, output = excluded.output, refused = excluded.refused
        """,
        [
            .text(row.opened.session.rawValue), .text(row.opened.principal.text),
            .text(orNull: row.opened.owner?.text), .text(row.opened.target.text),
            .text(row.opened.credential), .text(row.opened.address), .text(row.opened.application),
            .integer(row.opened.at.milliseconds), .integer(orNull: row.closed?.milliseconds),
            .text(orNull: row.reason), .integer(row.actions), .integer(row.holds),
            .integer(row.bytes), .blob(row.root.bytes), .integer(row.output),
            .integer(row.refused),
        ])
}

private func insert(_ passage: Passage, _ statements: any Statements) throws {
    let session = Value.text(passage.session.rawValue)
    // After a kill some of it may be there already.
    let known = try statements.rows(
        "SELECT MAX(last) AS last FROM recording_passages WHERE session = $1", [session]
    ).first?.optionalInteger("last")
    let rest = known.map { passage.behind(UInt64(clamping: $0)) } ?? passage
    guard let rest else { return }
    let added = try statements.rows(
        "INSERT INTO recording_passages (session, last, places) VALUES ($1, $2, $3) RETURNING id",
        [session, .integer(Int64(clamping: rest.last)), .blob(rest.encodedPlaces)])
    guard let id = try added.first?.integer("id") else { return }
    try statements.run(
        "INSERT INTO recording_texts (rowid, text) VALUES ($1, $2)",
        [.integer(id), .text(String(decoding: rest.text, as: UTF8.self))])
}

/// A row of `recording_sessions`.
func recordedSession(_ row: Row) throws -> RecordedSession {
    guard let principal = PrincipalName(try row.text("principal")),
        let target = TargetName(try row.text("target")), let root = Digest(try row.blob("root"))
    else { throw StoreError.column("principal, target or root") }
    return RecordedSession(
        session: SessionID(rawValue: try row.text("id")), principal: principal,
        owner: row.optionalText("owner").flatMap { PrincipalName($0) }, target: target,
        credential: try row.text("credential"), address: try row.text("address"),
        application: try row.text("application"),
        opened: WallTime(milliseconds: try row.integer("opened")),
        closed: row.optionalInteger("closed").map { WallTime(milliseconds: $0) },
        reason: row.optionalText("reason"), actions: try row.integer("actions"),
        holds: try row.integer("holds"), refused: row.optionalInteger("refused"),
        output: try row.integer("output"),
        bytes: try row.integer("bytes"), root: root)
}
