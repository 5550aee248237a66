import Store

/// The tables of this module, for `Database.migrate`. Times are milliseconds since 1970.
public enum IdentityMigrations {
    public static let all = [
        Migration(
            module: "identity", version: 1,
            statements: [
                """
                CREATE TABLE identity_tokens (
                    id TEXT PRIMARY KEY,
                    hash TEXT NOT NULL,
                    principal TEXT NOT NULL,
                    owner TEXT NOT NULL,
                    issuer TEXT NOT NULL,
                    issuers TEXT NOT NULL,
                    targets TEXT,
                    issued_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL,
                    revoked_at BIGINT,
                    revoked_by TEXT)
                """,
                "CREATE INDEX identity_tokens_principal ON identity_tokens (principal)",
                """
                CREATE TABLE identity_keys (
                    fingerprint TEXT PRIMARY KEY,
                    person TEXT NOT NULL,
                    algorithm TEXT NOT NULL,
                    blob TEXT NOT NULL,
                    comment TEXT NOT NULL,
                    protected BIGINT NOT NULL,
                    enrolled_at BIGINT NOT NULL,
                    revoked_at BIGINT,
                    revoked_by TEXT)
                """,
                "CREATE INDEX identity_keys_person ON identity_keys (person)",
                """
                CREATE TABLE identity_conversations (
                    person TEXT PRIMARY KEY,
                    finished_at BIGINT NOT NULL)
                """,
            ]),
        // Where the ledger tells of it; what has no place there does not count. 0: from before it was kept.
        Migration(
            module: "identity", version: 2,
            statements: [
                "ALTER TABLE identity_tokens ADD COLUMN ledger_index BIGINT",
                "ALTER TABLE identity_tokens ADD COLUMN revoked_index BIGINT",
                "ALTER TABLE identity_keys ADD COLUMN ledger_index BIGINT",
                "ALTER TABLE identity_keys ADD COLUMN revoked_index BIGINT",
                "UPDATE identity_tokens SET ledger_index = 0, revoked_index = 0",
                "UPDATE identity_keys SET ledger_index = 0, revoked_index = 0",
            ]),
        // Runners on other hosts. A certificate counts for as long as it stands here.
        Migration(
            module: "identity", version: 3,
            statements: [
                """
                CREATE TABLE identity_enrolments (
                    id TEXT PRIMARY KEY,
                    hash TEXT NOT NULL,
                    runner TEXT NOT NULL,
                    issuer TEXT NOT NULL,
                    issued_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL,
                    ledger_index BIGINT NOT NULL)
                """,
                """
                CREATE TABLE identity_runners (
                    name TEXT PRIMARY KEY,
                    enrolled_at BIGINT NOT NULL,
                    enrolled_by TEXT NOT NULL,
                    seen_at BIGINT,
                    revoked_at BIGINT,
                    revoked_by TEXT,
                    ledger_index BIGINT NOT NULL,
                    revoked_index BIGINT)
                """,
                """
                CREATE TABLE identity_runner_certificates (
                    fingerprint TEXT PRIMARY KEY,
                    runner TEXT NOT NULL,
                    number BIGINT NOT NULL,
                    issued_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL)
                """,
            ]),
        // An invitation stays until its enrolment is done, so that a revocation meanwhile finds it.
        Migration(
            module: "identity", version: 4,
            statements: ["ALTER TABLE identity_enrolments ADD COLUMN spent_at BIGINT"]),
    ]
}
