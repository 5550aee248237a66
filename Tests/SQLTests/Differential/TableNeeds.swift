/// What a row of `docs/effects.md` needs so that it can run at all, beyond the document's own fixture; and which rows cannot.
enum TableNeeds {
    /// Where one of the first stands in a statement and the second does not, the third goes before it.
    private static let table: [(holds: [String], unless: String, before: String)] = [
        (["names"], "clients2", "DECLARE names CURSOR FOR SELECT name FROM customers"),
        (["CURRENT OF names"], "-", "FETCH names"),
        (["bob"], "E bob LOGIN", "CREATE ROLE bob"),
        (["bob SUPERUSER"], "-", "DROP ROLE bob"),
        (
            ["TO bob", "AUTHORIZATION bob"], "-",
            "GRANT ALL ON SCHEMA public TO bob; GRANT ALL ON customers TO bob"
        ),
        (["TO bob", "AUTHORIZATION bob"], "-", "GRANT CREATE ON DATABASE orders TO bob"),
        (["alice"], "-", "CREATE ROLE alice"),
        (["dba"], "-", "CREATE ROLE dba"),
        (["REVOKE dba"], "-", "GRANT dba TO bob"),
        (["OWNER TO bob", "OWNED BY bob", "AUTHORIZATION bob"], "-", "GRANT bob TO probe"),
        (["REASSIGN"], "-", "GRANT alice TO probe"),
        (["RENAME TO rob", "DROP ROLE"], "-", "ALTER ROLE probe CREATEROLE"),
        (["lo_", "loread", "LARGE OBJECT"], "lo_create", "SELECT lo_from_bytea(1, 'abc')"),
        (["lo_", "loread"], "lo_create", "GRANT SELECT, UPDATE ON LARGE OBJECT 1 TO probe"),
        (["lo_unlink", "LARGE OBJECT"], "-", "ALTER LARGE OBJECT 1 OWNER TO probe"),
        (["currval"], "-", "SELECT nextval('customers_id_seq')"),
        (["EXPLAIN"], "ANALYZE DELETE", "GRANT pg_write_all_data TO probe"),
        (["excluded."], "-", "GRANT SELECT ON customers TO probe"),
        (["COMMIT AND CHAIN", "ROLLBACK TO"], "-", "BEGIN"),
        (["RELEASE a", "ROLLBACK TO a"], "-", "SAVEPOINT a"),
        (
            ["COMMIT PREPARED", "ROLLBACK PREPARED"], "-",
            "BEGIN; CREATE TABLE t2 (a int); PREPARE TRANSACTION 'x'"
        ),
        (
            ["slot_get_changes"], "-",
            "SELECT pg_create_logical_replication_slot('s', 'test_decoding')"
        ),
        (
            ["DROP TABLE customers", "DROP DOMAIN"], "CASCADE",
            "DROP VIEW clients, sales; DROP FUNCTION whole; DROP TABLE items"
        ),
        (
            ["DROP INDEX customers_pkey"], "-",
            "ALTER TABLE customers DROP CONSTRAINT customers_pkey; CREATE INDEX customers_pkey ON customers (id)"
        ),
        (["DROP SEQUENCE"], "-", "ALTER TABLE customers ALTER id DROP DEFAULT"),
        (
            ["DROP TRIGGER"], "-",
            "CREATE TRIGGER tr AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION audit()"
        ),
        (["DROP RULE"], "-", "CREATE RULE r AS ON INSERT TO customers DO ALSO NOTHING"),
        (["DROP POLICY", "ALTER POLICY"], "-", "CREATE POLICY p ON customers"),
        (["DROP CONSTRAINT c"], "-", "ALTER DOMAIN positive ADD CONSTRAINT c CHECK (VALUE < 99)"),
        (["CREATE FUNCTION lower"], "-", "ALTER FUNCTION lower(varchar) RENAME TO lower2"),
        (["SELECT 'x'::regclass"], "-", "CREATE TABLE x (a int)"),
        (
            ["SET search_path = hr; SELECT * FROM customers"], "-",
            "CREATE TABLE hr.customers (id int)"
        ),
        (
            ["TO clients2", "INHERIT orders"], "RENAME",
            "ALTER TABLE customers ADD customer_id int, ADD amount int"
        ),
        (["USING boom(id)::text"], "-", "DROP VIEW clients, sales; DROP FUNCTION whole"),
        (["DROP CAST"], "-", "CREATE CAST (int AS mood) WITH INOUT"),
        (
            ["hr.audit"], "-",
            "CREATE FUNCTION hr.audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        ),
        (
            ["FUNCTION = boom2"], "-",
            "CREATE FUNCTION boom2(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1'"
        ),
        (
            ["ADD MAPPING FOR"], "-",
            "CREATE TEXT SEARCH CONFIGURATION c (PARSER = pg_catalog.default)"
        ),
        (
            ["DICTIONARY d"], "-",
            "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple); ALTER TEXT SEARCH DICTIONARY d OWNER TO probe"
        ),
        (["CONFIGURATION c ADD"], "-", "ALTER TEXT SEARCH CONFIGURATION c OWNER TO probe"),
        (["ALTER DATABASE d", "DROP DATABASE d"], "-", "CREATE DATABASE d"),
        (
            ["EVENT TRIGGER e"], "CREATE",
            "CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION watch()"
        ),
        (["EXTENSION dblink"], "CREATE", "CREATE EXTENSION dblink"),
        (
            ["dblink("], "-",
            "CREATE FUNCTION dblink(text, text) RETURNS int LANGUAGE sql AS 'SELECT 1'"
        ),
        (["DATA WRAPPER w OPTIONS"], "-", "CREATE FOREIGN DATA WRAPPER w"),
        (
            ["SERVER s"], "CREATE SERVER",
            "CREATE FOREIGN DATA WRAPPER w0; CREATE SERVER s FOREIGN DATA WRAPPER w0 OPTIONS (host 'x')"
        ),
        (["USER MAPPING"], "CREATE", "CREATE USER MAPPING FOR bob SERVER s OPTIONS (password 'y')"),
        (["PUBLICATION p ADD"], "-", "CREATE PUBLICATION p"),
        (
            ["SUBSCRIPTION s"], "CREATE",
            "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p WITH (connect = false)"
        ),
        (["DROP SUBSCRIPTION"], "-", "ALTER SUBSCRIPTION s SET (slot_name = NONE)"),
        (["TABLESPACE"], "-", "SET allow_in_place_tablespaces = on"),
        (["TABLESPACE"], "CREATE TABLESPACE", "CREATE TABLESPACE fast LOCATION ''"),
        (["TABLESPACE slow"], "-", "CREATE TABLESPACE slow LOCATION ''"),
        (["TABLE t OF whole_type"], "-", "CREATE TYPE whole_type AS (a int)"),
        (["CONCURRENTLY totals"], "-", "CREATE UNIQUE INDEX ON totals (customer_id)"),
    ]

    static func of(_ statement: String) -> [String] {
        table.filter { need in
            need.holds.contains { statement.contains($0) } && !statement.contains(need.unless)
        }.map(\.before)
    }

    /// Statements that end their transaction, do nothing in one, or are refused there.
    static func isAlone(_ statement: String) -> Bool {
        alone.contains { statement.hasPrefix($0) } || anywhere.contains { statement.contains($0) }
    }

    private static let alone = [
        "BEGIN", "START TRANSACTION", "COMMIT", "END", "ROLLBACK", "ABORT", "VACUUM", "CLUSTER",
        "LISTEN", "NOTIFY", "UNLISTEN", "SET TRANSACTION SNAPSHOT",
    ]
    private static let anywhere = [
        "PREPARE TRANSACTION", "CONCURRENTLY", "DATABASE d", "DISCARD ALL", "TABLESPACE",
        "ALTER SYSTEM", "REINDEX SCHEMA", "REINDEX DATABASE", "pg_notify", "SUBSCRIPTION", "_slot",
        "; COMMIT; ", "EVENT TRIGGER", "= hr; SELECT * FROM customers",
    ]

    /// What does not go with the database that it was done in.
    static let undoHere = """
        ROLLBACK PREPARED 'x';
        SELECT pg_drop_replication_slot('s');

        """

    static let undo = """
        DROP DATABASE d;
        DROP TABLESPACE fast;
        DROP TABLESPACE slow;
        DROP ROLE bob, dba, alice;
        ALTER SYSTEM RESET ALL;
        REVOKE pg_read_all_data, pg_write_all_data, pg_checkpoint FROM probe;
        REVOKE pg_read_server_files, pg_write_server_files FROM probe;
        ALTER ROLE probe NOCREATEROLE NOCREATEDB NOREPLICATION;

        """

    static func values(_ text: String) -> String {
        let count = (1...9).last { text.contains("$\($0)") } ?? 1
        return Array(repeating: "NULL", count: count).joined(separator: ", ")
    }

    // MARK: Excuses

    /// Why a statement of the table is not run, or more is asked for it than its effects say; by how it begins.
    static func excuse(_ statement: String) -> String? {
        excuses.first { $0.rows.contains { statement.hasPrefix($0) } }?.why
    }

    private static let excuses: [(why: String, rows: [String])] = [
        (
            "names what is not there, so that the server does nothing",
            [
                "SELECT nothing FROM", "SELECT * FROM nowhere", "SELECT x FROM nowhere",
                "SELECT * FROM elsewhere", "SELECT * FROM pg_temp.unseen",
                "SELECT * FROM pg_temp_3",
                "SELECT * FROM customers TABLESAMPLE odd", "SELECT nothere", "SELECT elsewhere.f",
                "SELECT c.boom", "SELECT (c).boom", "SELECT boom(VARIADIC",
                "SELECT 'x'::nosuchtype",
                "INSERT INTO nowhere", "EXECUTE unseen", "DEALLOCATE purge; EXECUTE",
                "FETCH unseen",
                "CLOSE names; FETCH", "DROP TABLE scratch; SELECT", "CALL tidy(boom(1))",
                "CREATE TABLE t OF whole_type", "SET TRANSACTION SNAPSHOT",
                "CREATE FUNCTION f() RETURNS int LANGUAGE c", "CREATE TYPE base",
            ]
        ),
        (
            "is no valid statement",
            [
                "WITH RECURSIVE r(id) AS", "SELECT name AS ssn FROM customers GROUP BY",
                "SELECT table_to_xml(id::regclass", "SELECT query_to_xml('DELETE",
                "SELECT query_to_xml(name", "SELECT query_to_xml('not sql'", "TRUNCATE ONLY events",
                "CREATE TABLE copied AS EXECUTE",
                "CREATE TABLE t PARTITION OF events FOR VALUES FROM",
                "CREATE TABLE t (a int, EXCLUDE", "ALTER TABLE events ATTACH", "CREATE CAST",
                "CREATE CONVERSION", "CREATE OPERATOR CLASS", "CREATE LANGUAGE",
                "CREATE ACCESS METHOD",
                "CREATE TRANSFORM", "CREATE EVENT TRIGGER", "IMPORT FOREIGN SCHEMA",
                "CREATE SUBSCRIPTION", "ALTER SUBSCRIPTION",
                "CREATE PUBLICATION p FOR TABLE customers",
            ]
        ),
        (
            "is a superuser's, or its owner's for whom there is no ALTER ... OWNER",
            [
                "UPDATE pg_proc", "LOAD", "CREATE OPERATOR FAMILY", "DROP CAST",
                "ALTER EVENT TRIGGER", "DROP EVENT TRIGGER", "CREATE USER bob SUPERUSER",
                "CREATE EXTENSION", "ALTER EXTENSION", "DROP EXTENSION",
                "CREATE FOREIGN DATA WRAPPER",
                "CREATE SERVER", "CREATE PUBLICATION p FOR",
                "DROP SUBSCRIPTION",
                "CREATE TABLESPACE", "ALTER SYSTEM RESET ALL",
            ]
        ),
        (
            "asks for the ownership of the table's own sequence",
            ["TRUNCATE customers, orders RESTART IDENTITY"]
        ),
        (
            "is about what another session prepared, and was judged there",
            ["COMMIT PREPARED", "ROLLBACK PREPARED"]
        ),
        (
            "runs the body of a procedure, which is not seen (docs/known-limitations.md)",
            ["CALL tidy()"]
        ),
        (
            "plans a change, under its lock, and changes nothing",
            ["EXPLAIN DELETE", "EXPLAIN (ANALYZE off) DELETE", "EXPLAIN (ANALYZE 0) DELETE", "EXPLAIN EXECUTE"]
        ),
        ("shows definitions, which it opens", ["SELECT pg_get_viewdef"]),
        (
            "asks for the new name's privileges, which cannot be given before",
            ["ALTER TABLE scratch RENAME"]
        ),
        (
            "compares rows as the owner, whose privileges the test took",
            ["ALTER TABLE customers ADD FOREIGN KEY", "REFRESH MATERIALIZED VIEW CONCURRENTLY"]
        ),
    ]
}
