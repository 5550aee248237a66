extension Grants {
    /// What the server needs for it: the role, with no privilege but to name what is in the schemas, and the functions that
    /// the statements call. What is not there to be granted is passed over.
    static let server = """
        CREATE ROLE probe;
        CREATE SCHEMA differential;
        GRANT USAGE ON SCHEMA differential, public TO probe;
        REVOKE SELECT ON ALL TABLES IN SCHEMA pg_catalog, information_schema FROM PUBLIC;

        CREATE FUNCTION differential.attempt(statements text[]) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE statement text;
        BEGIN
            FOREACH statement IN ARRAY statements LOOP
                BEGIN
                    EXECUTE statement;
                EXCEPTION WHEN OTHERS THEN NULL;
                END;
            END LOOP;
        END $$;

        CREATE FUNCTION differential.grant_sequences(relation text) RETURNS void LANGUAGE plpgsql
        AS $$
        DECLARE sequence regclass;
        BEGIN
            FOR sequence IN SELECT objid FROM pg_depend
                WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
                AND refobjid = relation::regclass AND deptype IN ('a', 'i')
                AND (SELECT relkind FROM pg_class WHERE oid = objid) = 'S'
            LOOP
                EXECUTE format('GRANT USAGE ON SEQUENCE %s TO probe', sequence);
            END LOOP;
        END $$;

        CREATE FUNCTION differential.grant_functions(schema text, name text) RETURNS void
        LANGUAGE plpgsql AS $$
        DECLARE routine regprocedure;
        BEGIN
            FOR routine IN SELECT oid FROM pg_proc
                WHERE pronamespace = schema::regnamespace AND proname = name
                UNION SELECT oprcode FROM pg_operator
                WHERE oprnamespace = schema::regnamespace AND oprname = name AND oprcode <> 0
            LOOP
                EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO probe', routine);
            END LOOP;
        END $$;
        """
}
