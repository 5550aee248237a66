/// What a row of `docs/effects.md` needs so that it can run at all, beyond the document's own fixture.
enum TableNeeds {
    /// Where the first stands in a statement and the second does not, the third goes before it.
    private static let table: [(holds: String, unless: String, before: String)] = [
        ("names", "clients2", "DECLARE names CURSOR FOR SELECT name FROM customers"),
        ("CURRENT OF names", "-", "FETCH names"),
        ("bob", "CREATE", "CREATE ROLE bob"),
        ("CREATE USER MAPPING FOR bob", "-", "CREATE ROLE bob"),
        ("AUTHORIZATION bob", "-", "CREATE ROLE bob"),
        ("alice", "-", "CREATE ROLE alice"),
        ("dba", "-", "CREATE ROLE dba"),
        ("REVOKE dba", "-", "GRANT dba TO bob"),
    ]

    static func of(_ statement: String) -> [String] {
        table.filter { statement.contains($0.holds) && !statement.contains($0.unless) }
            .map(\.before)
    }

    static func isAlone(_ statement: String) -> Bool {
        let first = statement.split(separator: " ").first.map(String.init) ?? ""
        if [
            "COMMIT", "END", "ROLLBACK", "ABORT", "VACUUM", "CLUSTER", "CHECKPOINT", "LISTEN",
            "NOTIFY", "UNLISTEN", "BEGIN",
        ].contains(first.replacing(";", with: "")) {
            return true
        }
        return [
            "PREPARE TRANSACTION", "CONCURRENTLY", "DATABASE d", "DISCARD ALL", "TABLESPACE",
            "ALTER SYSTEM", "REINDEX SCHEMA", "REINDEX DATABASE", "pg_notify", "SUBSCRIPTION",
            "replication_slot", "; COMMIT; ",
        ].contains { statement.contains($0) }
    }

    /// What is not undone with the database it was done in.
    static let undo = """
        REVOKE pg_read_all_data, pg_write_all_data FROM probe;
        ALTER ROLE probe NOCREATEROLE NOCREATEDB;

        """

    static func values(_ text: String) -> String {
        let count = (1...9).last { text.contains("$\($0)") } ?? 1
        return Array(repeating: "NULL", count: count).joined(separator: ", ")
    }
}
