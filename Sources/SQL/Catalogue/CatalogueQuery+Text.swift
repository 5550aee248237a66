// Objects with an oid below 16384 came with the server (FirstNormalObjectId, access/transam.h);
// types below 10000 are in the list of built-ins. Rows are ordered so that equal contents read
// equal.
extension CatalogueQuery {
    /// The SQL text: one SELECT, for PostgreSQL 14 and later.
    public var text: String {
        switch self {
        case .server:
            "SELECT current_setting('server_version_num'), current_database()"
        case .schemas:
            """
            SELECT nspname FROM pg_catalog.pg_namespace
            WHERE nspname !~ '^pg_(toast_)?temp_' ORDER BY oid
            """
        case .relations: Self.relationsText
        case .views:
            """
            SELECT c.oid, pg_catalog.pg_get_viewdef(c.oid) FROM pg_catalog.pg_class c
            WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384 AND c.relpersistence <> 't' ORDER BY c.oid
            """
        case .inheritance:
            "SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits ORDER BY inhrelid, inhseqno"
        case .functions: Self.functionsText
        case .operators:
            """
            SELECT o.oid, n.nspname, o.oprname, nullif(o.oprleft, 0), o.oprright, o.oprcode::oid
            FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
            WHERE o.oid >= 16384 AND o.oprcode <> 0::oid ORDER BY o.oid
            """
        // Without the cast that the server itself makes from a range to its multirange.
        case .casts:
            """
            SELECT c.castsource, c.casttarget, nullif(c.castfunc, 0), c.castcontext
            FROM pg_catalog.pg_cast c LEFT JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
            LEFT JOIN pg_catalog.pg_language l ON l.oid = p.prolang
            WHERE c.oid >= 16384
              AND (l.lanname = 'internal' AND p.prosrc = 'multirange_constructor1') IS NOT TRUE
            ORDER BY c.oid
            """
        case .types: Self.typesText
        case .eventTriggers:
            "SELECT evtname FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D' ORDER BY oid"
        }
    }

    private static let relationsText = """
        SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltype, coalesce(i.indrelid, t.oid),
               pg_catalog.pg_get_userbyid(c.relowner), c.relhasrules, c.relhastriggers,
               c.relrowsecurity, a.names, a.types, a.numbers
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
        LEFT JOIN pg_catalog.pg_class t ON t.reltoastrelid = c.oid AND c.relkind = 't'
        LEFT JOIN (
            SELECT attrelid, array_agg(attname ORDER BY attnum) AS names,
                   array_agg(atttypid ORDER BY attnum) AS types,
                   array_agg(attnum ORDER BY attnum) AS numbers
            FROM pg_catalog.pg_attribute WHERE attnum > 0 AND NOT attisdropped GROUP BY attrelid
        ) a ON a.attrelid = c.oid AND c.relkind NOT IN ('i', 'I')
        WHERE c.relpersistence <> 't' ORDER BY c.oid
        """

    /// The hash is over everything that decides what a call does, the body first.
    private static let functionsText = """
        SELECT p.oid, n.nspname, p.proname, p.prokind, p.proargtypes, p.pronargdefaults,
               p.provariadic <> 0, p.prorettype, p.provolatile, l.lanname, p.prosecdef,
               encode(sha256(convert_to(ROW(
                   p.prosrc, p.probin, p.prosqlbody::text, p.proconfig, l.lanname, p.proowner,
                   p.prokind, p.prosecdef, p.proleakproof, p.proisstrict, p.proretset, p.provolatile,
                   p.proparallel, p.prosupport::oid, p.proargtypes, p.proargmodes, p.proargnames,
                   p.proargdefaults::text, p.prorettype, p.provariadic)::text, 'UTF8')), 'hex')
        FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        JOIN pg_catalog.pg_language l ON l.oid = p.prolang
        WHERE (p.oid >= 16384 OR n.nspname NOT IN ('pg_catalog', 'information_schema'))
          AND n.nspname !~ '^pg_(toast_)?temp_'
        ORDER BY p.oid
        """

    /// A column's own domain checks count as the domain's constraints, so do NOT NULL and a
    /// default.
    private static let typesText = """
        SELECT t.oid, n.nspname, t.typname, t.typtype,
               coalesce(nullif(t.typbasetype, 0), r.rngsubtype, m.rngsubtype), e.oid,
               nullif(t.typrelid, 0),
               t.typnotnull OR t.typdefault IS NOT NULL
                   OR (t.typtype = 'd' AND EXISTS (
                       SELECT FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid)),
               t.typinput::oid < 16384
        FROM pg_catalog.pg_type t
        JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
        LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
        LEFT JOIN pg_catalog.pg_range m ON m.rngmultitypid = t.oid
        LEFT JOIN pg_catalog.pg_type e ON e.typarray = t.oid
        WHERE t.oid >= 10000 AND n.nspname !~ '^pg_(toast_)?temp_' ORDER BY t.oid
        """
}
