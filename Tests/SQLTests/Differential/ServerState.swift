/// What a statement changed, as the server itself counts it: inside its transaction, or in autocommit across it.
enum ServerState {
    /// One thing that is another after a statement than before.
    struct Change: Hashable, CustomStringConvertible {
        /// `rows`, `scan`, `catalogue`, `lock`, `sequence`, `setting`, `role`, `advisory`, `channel`, `slot`, `file`,
        /// `notification`.
        let kind: String
        /// The object's name; then, for what belongs to a table, the table's.
        let names: [[String]]
        let detail: String

        var description: String { "\(kind) \(names) \(detail)" }

        init(kind: String, object: String, detail: String) {
            self.kind = kind
            self.detail = detail
            names =
                kind == "setting" || kind == "file" || kind == "channel"
                ? [[object]]
                : object.split(separator: "<").map { $0.split(separator: ".").map(String.init) }
        }
    }

    /// Keeps the state in psql's variable `before`.
    static func remember(inTransaction: Bool) -> String {
        """
        SELECT sum(pg_sequence_last_value(oid)) FROM pg_class WHERE relkind = 'S';
        \(settle(inTransaction))SELECT jsonb_object_agg(kind || ' ' || object, detail) AS before
        FROM differential.state(\(inTransaction)) \\gset

        """
    }

    /// Prints a line for each difference.
    static func compare(_ mark: String, inTransaction: Bool) -> String {
        """
        \(settle(inTransaction))SELECT '\(mark) ' || kind || ' ' || object || ' ' || detail
        FROM differential.state(\(inTransaction))
        WHERE detail IS DISTINCT FROM (:'before'::jsonb ->> (kind || ' ' || object))
        AND (kind <> 'setting' OR :'before'::jsonb ? (kind || ' ' || object));

        """
    }

    /// Outside of a transaction the counters are told to the others some time later, or at once when asked for.
    private static func settle(_ inTransaction: Bool) -> String {
        inTransaction ? "" : "SELECT pg_stat_force_next_flush();\n"
    }

    static func change(_ line: Substring) -> Change? {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        guard words.count == 4 else { return nil }
        return Change(kind: words[1], object: words[2], detail: words[3])
    }

    /// `directory`: where files may be made. Relations are called by the name that they had at first.
    static func server(directory: String) -> String {
        """
        CREATE TABLE differential.names AS
            SELECT c.oid, n.nspname || '.' || c.relname AS name FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace;

        CREATE FUNCTION differential.name(relation oid) RETURNS text LANGUAGE sql AS $$
            SELECT coalesce(
                (SELECT name FROM differential.names WHERE oid = relation),
                (SELECT regexp_replace(nspname, '^pg_temp_\\d+$', 'pg_temp') || '.' || relname
                 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                 WHERE pg_class.oid = relation))
        $$;

        -- A relation, and behind `<` the table whose index or sequence it is.
        CREATE FUNCTION differential.object(relation oid) RETURNS text LANGUAGE sql AS $$
            SELECT differential.name(relation) || coalesce('<' || differential.name(coalesce(
                (SELECT indrelid FROM pg_index WHERE indexrelid = relation),
                (SELECT refobjid FROM pg_depend WHERE classid = 'pg_class'::regclass
                 AND refclassid = 'pg_class'::regclass AND objid = relation
                 AND deptype IN ('a', 'i') LIMIT 1))), '')
        $$;

        CREATE VIEW differential.users AS SELECT oid FROM pg_class WHERE relnamespace NOT IN (
            SELECT oid FROM pg_namespace
            WHERE nspname IN ('pg_catalog', 'information_schema', 'differential')
            OR nspname LIKE 'pg_toast%');

        CREATE FUNCTION differential.counts(
            is_transaction boolean, OUT relid oid, OUT scans bigint, OUT changes bigint
        ) RETURNS SETOF record LANGUAGE sql AS $$
            SELECT * FROM (
                SELECT relid, seq_scan + coalesce(idx_scan, 0), n_tup_ins + n_tup_upd + n_tup_del
                FROM pg_stat_xact_all_tables WHERE is_transaction
                UNION ALL
                SELECT relid, seq_scan + coalesce(idx_scan, 0), n_tup_ins + n_tup_upd + n_tup_del
                FROM pg_stat_all_tables WHERE NOT is_transaction
            ) counts(relid, scans, changes) WHERE scans + changes > 0
        $$;

        CREATE FUNCTION differential.state(
            is_transaction boolean, OUT kind text, OUT object text, OUT detail text
        ) RETURNS SETOF record LANGUAGE sql AS $$
            SELECT 'setting', lower(name), setting FROM pg_settings
            UNION ALL SELECT 'role', 'current', current_user || ' ' || session_user
            UNION ALL SELECT kind, CASE kind WHEN 'catalogue' THEN 'pg_catalog.' || relname
                    ELSE differential.object(relid) END, number::text
                FROM differential.counts(is_transaction) JOIN pg_class c ON c.oid = relid,
                unnest(ARRAY['rows', 'scan', 'catalogue'], ARRAY[changes, scans, changes])
                    kinds(kind, number)
                WHERE number > 0 AND CASE kind
                    WHEN 'catalogue' THEN relnamespace = 'pg_catalog'::regnamespace
                    ELSE relid IN (TABLE differential.users) END
            UNION ALL SELECT 'sequence', differential.object(oid), pg_sequence_last_value(oid)::text
                FROM pg_class WHERE relkind = 'S' AND relpersistence <> 't'
            UNION ALL SELECT 'lock', differential.object(relation), string_agg(mode, ',' ORDER BY mode)
                FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'
                AND relation IN (TABLE differential.users) GROUP BY relation
            UNION ALL SELECT 'advisory', 'lock', count(*)::text
                FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'
            UNION ALL SELECT 'channel', c, '' FROM pg_listening_channels() c
            UNION ALL SELECT 'slot', 'slots', count(*)::text FROM pg_replication_slots
            UNION ALL SELECT 'file', f, (pg_stat_file('\(directory)/' || f)).size::text
                FROM pg_ls_dir('\(directory)') f
            UNION ALL SELECT 'file', 'postgresql.auto.conf', md5(pg_read_file('postgresql.auto.conf'))
        $$;
        """
    }
}
