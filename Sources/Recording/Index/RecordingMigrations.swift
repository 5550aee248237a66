import Store

/// The tables of the list of recordings and of the search. Both can be told from the recordings themselves.
public enum RecordingMigrations {
    public static let all = [
        Migration(
            module: "recording", version: 1,
            statements: [
                """
                CREATE TABLE recording_sessions (
                    id TEXT PRIMARY KEY,
                    principal TEXT NOT NULL,
                    owner TEXT,
                    target TEXT NOT NULL,
                    credential TEXT NOT NULL,
                    address TEXT NOT NULL,
                    application TEXT NOT NULL,
                    opened INTEGER NOT NULL,
                    closed INTEGER,
                    reason TEXT,
                    actions INTEGER NOT NULL,
                    holds INTEGER NOT NULL,
                    bytes INTEGER NOT NULL,
                    root BLOB NOT NULL)
                """,
                "CREATE INDEX recording_sessions_opened ON recording_sessions (opened)",
                "CREATE INDEX recording_sessions_principal ON recording_sessions (principal, opened)",
                "CREATE INDEX recording_sessions_closed ON recording_sessions (closed)",
                """
                CREATE TABLE recording_passages (
                    id INTEGER PRIMARY KEY,
                    session TEXT NOT NULL,
                    last INTEGER NOT NULL,
                    places BLOB NOT NULL,
                    UNIQUE (session, last))
                """,
                textTable("recording_texts"),
            ]),
        // Version 1 was once another: a row of `recording_texts` for each statement, and no passages. Such an index is
        // emptied; a start then tells it anew from the recordings that are named here.
        Migration(
            module: "recording", version: 2,
            statements: [
                "DROP TABLE IF EXISTS recording_statements",
                """
                CREATE TABLE IF NOT EXISTS recording_passages (
                    id INTEGER PRIMARY KEY,
                    session TEXT NOT NULL,
                    last INTEGER NOT NULL,
                    places BLOB NOT NULL,
                    UNIQUE (session, last))
                """,
                """
                DELETE FROM recording_texts
                WHERE rowid NOT IN (SELECT id FROM recording_passages)
                """,
                "CREATE TABLE recording_unindexed (session TEXT PRIMARY KEY)",
                """
                INSERT INTO recording_unindexed (session)
                SELECT id FROM recording_sessions
                WHERE id NOT IN (SELECT session FROM recording_passages)
                """,
                // When the ledger has the removal of a recording that is still there.
                "ALTER TABLE recording_sessions ADD COLUMN removal INTEGER",
            ]),
        // Bytes of output: above `Limits.indexedOutputBytesMax` a part of it is not in the index.
        Migration(
            module: "recording", version: 3,
            statements: [
                "ALTER TABLE recording_sessions ADD COLUMN output INTEGER NOT NULL DEFAULT 0"
            ]),
        // Commands that were refused; nothing of a session that ended before they were counted.
        Migration(
            module: "recording", version: 4,
            statements: ["ALTER TABLE recording_sessions ADD COLUMN refused INTEGER"]),
    ]

    /// Words are letters, digits, `_` and `$`, as in names of SQL.
    static func textTable(_ name: String) -> String {
        """
        CREATE VIRTUAL TABLE \(name)
        USING fts5(text, tokenize = "unicode61 remove_diacritics 0 tokenchars '_$'")
        """
    }
}
