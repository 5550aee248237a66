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
            ])
    ]

    /// Words are letters, digits, `_` and `$`, as in names of SQL.
    static func textTable(_ name: String) -> String {
        """
        CREATE VIRTUAL TABLE \(name)
        USING fts5(text, tokenize = "unicode61 remove_diacritics 0 tokenchars '_$'")
        """
    }
}
