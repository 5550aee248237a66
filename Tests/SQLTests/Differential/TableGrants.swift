/// What definitions need: the ownership of what they define, and the right to make things in a schema.
enum TableGrants {
    static let server = """
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        GRANT USAGE ON SCHEMA public TO probe;
        -- Functions that only show definitions look there on their caller's behalf.
        GRANT SELECT ON pg_class, pg_database, pg_rewrite TO probe;

        CREATE FUNCTION differential.is_in(namespace pg_namespace, name text) RETURNS boolean
        LANGUAGE sql AS $$
            SELECT namespace.nspname = name OR name = 'pg_temp' AND namespace.oid = pg_my_temp_schema()
        $$;

        CREATE FUNCTION differential.own(variadic name text[]) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE command text;
        BEGIN
            FOR command IN SELECT differential.owning(name) LOOP
                BEGIN
                    EXECUTE command;
                EXCEPTION WHEN OTHERS THEN NULL;
                END;
            END LOOP;
        END $$;

        -- Its owner has no right but those that owners have by themselves, and that definitions need.
        CREATE FUNCTION differential.owning(name text[]) RETURNS SETOF text LANGUAGE sql AS $$
            SELECT format('ALTER TABLE %I.%I OWNER TO probe', nspname, relname)
                FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
                WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND differential.is_in(n, name[1])
                AND (relname = name[2] OR name[2] IS NULL)
                AND NOT (relkind = 'S' AND EXISTS (
                    SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype IN ('a', 'i')))
            UNION ALL SELECT format('ALTER TABLE %s OWNER TO probe', refobjid::regclass)
                FROM pg_depend JOIN pg_class ON pg_class.oid = objid
                JOIN pg_namespace n ON n.oid = relnamespace
                WHERE differential.is_in(n, name[1]) AND relname = name[2] AND relkind IN ('S', 'i')
                AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
            UNION ALL SELECT format('REVOKE ALL ON %I.%I FROM probe', nspname, relname)
                FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
                WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND differential.is_in(n, name[1])
                AND relname = name[2]
            UNION ALL SELECT format('GRANT REFERENCES, TRIGGER ON %I.%I TO probe', nspname, relname)
                FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
                WHERE relkind IN ('r', 'p', 'f') AND differential.is_in(n, name[1])
                AND relname = name[2]
            UNION ALL SELECT format('ALTER ROUTINE %s OWNER TO probe', p.oid::regprocedure)
                FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
                WHERE nspname = name[1] AND nspname <> 'pg_catalog' AND proname = name[2]
            UNION ALL SELECT format('ALTER OPERATOR %s OWNER TO probe', o.oid::regoperator)
                FROM pg_operator o JOIN pg_namespace n ON n.oid = oprnamespace
                WHERE nspname = name[1] AND nspname <> 'pg_catalog' AND oprname = name[2]
            UNION ALL SELECT format('ALTER TYPE %s OWNER TO probe', t.oid::regtype)
                FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
                WHERE nspname = name[1] AND nspname <> 'pg_catalog' AND typname = name[2]
                AND typtype IN ('e', 'd')
            UNION ALL SELECT format('ALTER SCHEMA %I OWNER TO probe', nspname)
                FROM pg_namespace WHERE nspname = name[1] AND cardinality(name) = 1
            UNION ALL SELECT format('ALTER DATABASE %I OWNER TO probe', datname)
                FROM pg_database WHERE datname = name[1] AND cardinality(name) = 1
            UNION ALL SELECT format('ALTER %s %I OWNER TO probe', kind, name[1])
                FROM unnest(ARRAY['SERVER', 'PUBLICATION', 'TABLESPACE']) kind
                WHERE cardinality(name) = 1
            UNION ALL SELECT format('GRANT CREATE, USAGE ON SCHEMA %I TO probe', nspname)
                FROM pg_namespace WHERE nspname = name[1] AND nspname <> 'pg_catalog'
            UNION ALL SELECT format('GRANT CREATE ON DATABASE %I TO probe', current_database())
                WHERE cardinality(name) = 1
            UNION ALL SELECT 'ALTER ROLE probe CREATEROLE CREATEDB' WHERE cardinality(name) = 1
        $$;

        CREATE FUNCTION differential.own_everything() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE relation record;
        BEGIN
            FOR relation IN SELECT nspname, relname
                FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
                WHERE nspname IN ('public', 'hr') AND relkind IN ('r', 'p', 'v', 'm')
            LOOP
                PERFORM differential.own(relation.nspname, relation.relname);
            END LOOP;
            ALTER ROLE probe CREATEROLE;
            GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public TO probe;
        END $$;
        """
}
