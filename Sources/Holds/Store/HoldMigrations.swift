import Store

/// The tables of this module, for `Database.migrate`. Times are milliseconds since 1970; lists are JSON.
public enum HoldMigrations {
    public static let all = [
        Migration(
            module: "holds", version: 1,
            statements: [
                """
                CREATE TABLE holds (
                    id TEXT PRIMARY KEY,
                    gateway TEXT NOT NULL,
                    instance TEXT NOT NULL,
                    session TEXT NOT NULL,
                    requester TEXT NOT NULL,
                    is_person BIGINT NOT NULL,
                    owner TEXT NOT NULL,
                    credential TEXT NOT NULL,
                    issuers TEXT NOT NULL,
                    target TEXT NOT NULL,
                    action TEXT NOT NULL,
                    masked TEXT,
                    opened_at BIGINT NOT NULL,
                    statement TEXT NOT NULL,
                    digest TEXT NOT NULL,
                    policy TEXT NOT NULL,
                    rules TEXT NOT NULL,
                    requirements TEXT NOT NULL,
                    risk TEXT,
                    expires_at BIGINT NOT NULL,
                    round BIGINT NOT NULL,
                    state TEXT NOT NULL,
                    why TEXT,
                    approved_at BIGINT,
                    released_at BIGINT,
                    ended_at BIGINT,
                    ended_by TEXT)
                """,
                "CREATE INDEX holds_state ON holds (state, opened_at)",
                "CREATE INDEX holds_opened ON holds (opened_at, id)",
                """
                CREATE TABLE hold_consents (
                    hold TEXT NOT NULL REFERENCES holds (id),
                    round BIGINT NOT NULL,
                    person TEXT NOT NULL,
                    decision TEXT NOT NULL,
                    reason TEXT NOT NULL,
                    key TEXT NOT NULL,
                    entry BIGINT NOT NULL,
                    at BIGINT NOT NULL,
                    PRIMARY KEY (hold, round, person, decision))
                """,
            ]),
        // Lists read rows of `holds` alone, so what is large stands elsewhere, and who may see one is asked in SQL. The
        // people of the groups do not find what was held before in their lists: it has ended.
        Migration(
            module: "holds", version: 2,
            statements: [
                """
                CREATE TABLE hold_statements (
                    hold TEXT PRIMARY KEY REFERENCES holds (id),
                    statement TEXT NOT NULL,
                    masked TEXT)
                """,
                """
                INSERT INTO hold_statements (hold, statement, masked)
                SELECT id, statement, masked FROM holds
                """,
                "ALTER TABLE holds DROP COLUMN statement",
                "ALTER TABLE holds DROP COLUMN masked",
                "ALTER TABLE holds ADD COLUMN beginning TEXT NOT NULL DEFAULT ''",
                "ALTER TABLE holds ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0",
                """
                CREATE TABLE hold_groups (
                    hold TEXT NOT NULL REFERENCES holds (id),
                    name TEXT NOT NULL,
                    PRIMARY KEY (hold, name))
                """,
                "CREATE INDEX holds_ended ON holds (ended_at)",
            ]),
        // Whether the ledger has a hold's end: what it lacks is entered by the next start.
        Migration(
            module: "holds", version: 3,
            statements: [
                "ALTER TABLE holds ADD COLUMN end_entered BIGINT NOT NULL DEFAULT 0",
                """
                UPDATE holds SET end_entered = 1
                WHERE state NOT IN ('pending', 'approved', 'running')
                """,
                "CREATE INDEX holds_end_entered ON holds (end_entered)",
            ]),
        // Each new hold counts those that wait: without reading their rows.
        Migration(
            module: "holds", version: 4,
            statements: [
                "CREATE INDEX holds_waiting ON holds (state, requester, target)"
            ]),
        // Retry holds: one that is open for each request. What the ledger has of what is asked is noted, since they go on
        // after a restart.
        Migration(
            module: "holds", version: 5,
            statements: [
                "ALTER TABLE holds ADD COLUMN kind TEXT NOT NULL DEFAULT 'session'",
                "ALTER TABLE holds ADD COLUMN entered_round BIGINT NOT NULL DEFAULT 0",
                """
                CREATE UNIQUE INDEX holds_retry ON holds (requester, credential, target, action)
                WHERE kind = 'retry' AND state IN ('pending', 'approved')
                """,
                """
                CREATE INDEX holds_retry_denied ON holds (requester, expires_at)
                WHERE kind = 'retry' AND state = 'denied'
                """,
            ]),
        // Which of the rules hold it, for those who are asked.
        Migration(
            module: "holds", version: 6,
            statements: ["ALTER TABLE holds ADD COLUMN hold_rules TEXT"]),
    ]
}
