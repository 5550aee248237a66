import Testing

@testable import SQL

/// The snapshot of a real database with one of everything.
@Suite(.serialized) struct CatalogueServerTests {
    private static let definitions = #"""
        CREATE SCHEMA hr; CREATE SCHEMA "Odd ""S"" x";
        CREATE TABLE hr.pay (id int PRIMARY KEY, gone int, amount numeric, notes text);
        ALTER TABLE hr.pay DROP COLUMN gone; ALTER TABLE hr.pay ENABLE ROW LEVEL SECURITY;
        CREATE TABLE customers (id serial, "e,mail ""x\" text, home inet);
        CREATE VIEW everyone AS SELECT id, lower(notes) AS notes FROM hr.pay;
        CREATE MATERIALIZED VIEW totals AS SELECT sum(amount) FROM hr.pay;
        CREATE TABLE parts (id int, day date) PARTITION BY RANGE (day);
        CREATE TABLE parts_old PARTITION OF parts FOR VALUES FROM ('2000-01-01') TO ('2010-01-01')
            PARTITION BY RANGE (day);
        CREATE TABLE hr.parts_oldest PARTITION OF parts_old
            FOR VALUES FROM ('2000-01-01') TO ('2001-01-01');
        CREATE FUNCTION public.lower(varchar) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT $1';
        CREATE FUNCTION lower(varchar, int DEFAULT 1, VARIADIC text[] DEFAULT '{}') RETURNS text
            LANGUAGE sql SECURITY DEFINER AS 'SELECT $1';
        CREATE FUNCTION boom(customers) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
        CREATE PROCEDURE tidy() LANGUAGE plpgsql AS 'BEGIN END';
        CREATE AGGREGATE last_of(int) (SFUNC = int4larger, STYPE = int);
        CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq);
        CREATE OPERATOR !! (RIGHTARG = int, FUNCTION = int4abs);
        CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TYPE colour AS ENUM ('red');
        CREATE FUNCTION shout(colour) RETURNS json LANGUAGE sql AS $$SELECT '1'::json$$;
        CREATE CAST (colour AS json) WITH FUNCTION shout(colour);
        CREATE DOMAIN plain AS int;
        CREATE DOMAIN checked AS int CHECK (VALUE > 0);
        CREATE DOMAIN twice AS checked;
        CREATE TYPE pair AS (a int, b mood);
        CREATE TYPE bad_pair AS (a int, b checked[]);
        CREATE TYPE span AS RANGE (SUBTYPE = int);
        CREATE TYPE checked_span AS RANGE (SUBTYPE = checked);
        CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION note();
        """#

    @Test func `a real database reads back`() throws {
        let server = try CatalogueServer()
        try server.rows(Self.definitions)
        let catalogue = try server.catalogue()
        #expect(catalogue.database == "postgres" && catalogue.serverVersion / 10_000 == 15)
        #expect(catalogue.hasSchema("hr") && catalogue.hasSchema("Odd \"S\" x"))
        #expect(catalogue.eventTriggers == ["watch"])
        try checkRelations(catalogue)
        try checkFunctions(catalogue)
        try checkTypes(catalogue)
        #expect(try server.catalogue().version == catalogue.version)
        try checkRedefinition(server, before: catalogue)
    }

    private func checkRelations(_ catalogue: Catalogue) throws {
        let pay = try #require(catalogue.relation(schema: "hr", name: "pay"))
        #expect(pay.columns.map(\.name) == ["id", "amount", "notes"])
        #expect(
            pay.columns.map(\.number) == [1, 3, 4] && pay.columns.map(\.type) == [23, 1700, 25])
        #expect(pay.hasRowSecurity && !pay.hasTriggers && pay.owner == "postgres" && !pay.isSystem)
        #expect(catalogue.relation(oid: pay.oid) == pay)
        let index = try #require(catalogue.relation(schema: "hr", name: "pay_pkey"))
        #expect(index.kind == .index && index.parent == pay.oid)
        let toast = try #require(
            catalogue.relation(schema: "pg_toast", name: "pg_toast_\(pay.oid)"))
        #expect(toast.kind == .toast && toast.parent == pay.oid)
        let customers = try #require(catalogue.relation(schema: "public", name: "customers"))
        #expect(customers.columns[1].name == #"e,mail "x\"#)
        #expect(catalogue.relation(schema: "public", name: "customers_id_seq")?.kind == .sequence)
        let view = try #require(catalogue.relation(schema: "public", name: "everyone"))
        #expect(view.kind == .view && view.hasRules)
        let definition = try #require(catalogue.definition(ofView: view.oid))
        #expect(definition.contains("hr.pay"))
        #expect(definition.contains("lower(") && !definition.contains("public.lower"))
        let totals = try #require(catalogue.relation(schema: "public", name: "totals"))
        #expect(catalogue.definition(ofView: totals.oid)?.contains("hr.pay") == true)
        #expect(catalogue.definition(ofView: pay.oid) == nil)
        try checkPartitions(catalogue)
        checkNames(catalogue)
    }

    private func checkPartitions(_ catalogue: Catalogue) throws {
        let parts = try #require(catalogue.relation(schema: "public", name: "parts"))
        let oldest = try #require(catalogue.relation(schema: "hr", name: "parts_oldest"))
        #expect(parts.kind == .partitionedTable)
        #expect(catalogue.children(of: parts.oid).map(\.name) == ["parts_old", "parts_oldest"])
        #expect(catalogue.parents(of: oldest.oid).map(\.name) == ["parts", "parts_old"])
    }

    private func checkNames(_ catalogue: Catalogue) {
        let path = ["public", "hr"]
        #expect(catalogue.relations(named: "pay", searchPath: path).map(\.schema) == ["hr"])
        #expect(catalogue.relations(named: "pg_class", searchPath: path).first?.oid == 1259)
        let system = catalogue.relation(schema: "pg_catalog", name: "pg_stats")
        #expect(system?.isSystem == true && system?.columns.isEmpty == false)
        #expect(catalogue.relations(inSchema: "hr").contains { $0.name == "pay" })
    }

    private func checkFunctions(_ catalogue: Catalogue) throws {
        let rivals = catalogue.functions(named: "lower", searchPath: ["public"])
        #expect(rivals.map(\.argumentTypes) == [[1043], [1043, 23, 1009]])
        let variadic = try #require(rivals.last)
        #expect(variadic.isVariadic && variadic.defaults == 2 && variadic.isSecurityDefiner)
        #expect(
            [0, 1, 2, 3, 9].map { variadic.accepts(argumentCount: $0) }
                == [true, true, true, true, true])
        #expect([0, 1, 2].map { rivals[0].accepts(argumentCount: $0) } == [false, true, false])
        let boom = try #require(catalogue.functions(schema: "public", name: "boom").first)
        let row = try #require(catalogue.relation(schema: "public", name: "customers")?.rowType)
        #expect(boom.argumentTypes == [row] && boom.volatility == .immutable)
        #expect(catalogue.function(oid: boom.oid) == boom)
        #expect(catalogue.functions(schema: "public", name: "tidy").first?.kind == .procedure)
        #expect(catalogue.functions(schema: "public", name: "last_of").first?.kind == .aggregate)
        #expect(catalogue.functions(schema: "pg_catalog", name: "upper").isEmpty)
        #expect(catalogue.operators(named: "===").first?.leftType == 25)
        #expect(catalogue.operators(named: "!!").first?.leftType == nil)
        #expect(catalogue.operators(named: "===", searchPath: ["hr"]).isEmpty)
        #expect(catalogue.operators(named: "=").isEmpty)
    }

    private func checkTypes(_ catalogue: Catalogue) throws {
        for name in ["mood", "_mood", "plain", "pair", "span", "span_multirange", "_pair"] {
            let type = try #require(catalogue.type(schema: "public", name: name), "\(name)")
            // span's multirange is named by the server: spanmultirange or span_multirange.
            #expect(catalogue.isHarmless(type.oid), "\(name)")
        }
        for name in [
            "checked", "_checked", "twice", "bad_pair", "checked_span", "colour", "_colour",
        ] {
            let type = try #require(catalogue.type(schema: "public", name: name), "\(name)")
            #expect(!catalogue.isHarmless(type.oid), "\(name)")
        }
        let colour = try #require(catalogue.type(schema: "public", name: "colour"))
        #expect(catalogue.cast(from: colour.oid, to: 114)?.function != nil)
        #expect(catalogue.cast(from: 23, to: 114) == nil && !catalogue.hasImplicitCasts)
        let checked = try #require(catalogue.type(schema: "public", name: "checked"))
        #expect(checked.kind == .domain && checked.baseType == 23 && checked.hasConstraints)
        let row = try #require(catalogue.type(schema: "hr", name: "pay"))
        #expect(row.kind == .composite && catalogue.isHarmless(row.oid))
        #expect(catalogue.types(named: "mood", searchPath: ["hr", "public"]).count == 1)
        #expect(
            catalogue.isHarmless(23) && !catalogue.isHarmless(0) && !catalogue.isHarmless(99_999))
        let domain = try #require(
            catalogue.type(schema: "information_schema", name: "sql_identifier"))
        #expect(catalogue.isHarmless(domain.oid))
    }

    private func checkRedefinition(_ server: CatalogueServer, before: Catalogue) throws {
        try server.rows(
            "CREATE OR REPLACE FUNCTION boom(customers) RETURNS int LANGUAGE sql AS 'SELECT 2'")
        let after = try server.catalogue()
        let old = try #require(before.functions(schema: "public", name: "boom").first)
        let new = try #require(after.functions(schema: "public", name: "boom").first)
        #expect(old.oid == new.oid && old.definitionHash != new.definitionHash)
        let tidy = try #require(before.functions(schema: "public", name: "tidy").first)
        #expect(after.function(oid: tidy.oid) == tidy)
        #expect(after.version != before.version)
    }

    @Test func `threat 13: a cast that somebody made is what to_json runs`() throws {
        let server = try CatalogueServer()
        try server.rows(Self.definitions)
        #expect(try server.rows("SELECT to_json('red'::colour)") == [["1"]])
        let colour = try #require(try server.catalogue().type(schema: "public", name: "colour"))
        let judged = Builtins.judge(
            name: "to_json", argumentCount: 1, argumentTypes: [colour.oid])
        #expect(judged.deeds == [.runsTypeOf(argument: 0)])
    }

    @Test func `threat 13: a cast that somebody made is what a harmless function runs`() throws {
        let server = try CatalogueServer()
        try server.rows(
            """
            CREATE TYPE mood AS ENUM ('ok');
            CREATE FUNCTION spy(mood) RETURNS text LANGUAGE sql AS $$SELECT 'SPIED'$$;
            CREATE CAST (mood AS text) WITH FUNCTION spy(mood) AS IMPLICIT
            """)
        #expect(try server.rows("SELECT lower('ok'::mood)") == [["spied"]])
        let catalogue = try server.catalogue()
        let mood = try #require(catalogue.type(schema: "public", name: "mood")?.oid)
        #expect(catalogue.hasImplicitCasts && !catalogue.isHarmless(mood))
        let judged = Builtins.judge(name: "lower", argumentCount: 1, argumentTypes: [mood])
        #expect(judged.deeds == [.runsTypeOf(argument: 0)])
    }

    @Test func `temporary objects are the session's, never the snapshot's`() throws {
        let server = try CatalogueServer()
        let names = try server.rows(
            """
            CREATE TEMP TABLE mine (id int); CREATE TEMP VIEW seen AS SELECT 1;
            CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'
            """, CatalogueQuery.relations.text, CatalogueQuery.functions.text,
            CatalogueQuery.types.text, CatalogueQuery.schemas.text
        ).flatMap { $0.compactMap { $0 } }
        #expect(names.contains("pg_class"))
        #expect(!names.contains { $0 == "mine" || $0 == "seen" || $0.hasPrefix("pg_temp") })
    }

    @Test func `the queries run in one read-only transaction with the path pinned`() throws {
        let server = try CatalogueServer()
        try server.rows(
            """
            CREATE FUNCTION public.count(text) RETURNS int LANGUAGE sql AS 'SELECT 0';
            CREATE TABLE public.pg_class (oid int);
            ALTER ROLE postgres SET search_path = public, pg_catalog
            """)
        let prologue = CatalogueQuery.prologue.joined(separator: ";")
        for query in CatalogueQueries.all {
            let rows = try server.rows(prologue, query.text, CatalogueQuery.epilogue[0])
            #expect(rows.allSatisfy { $0.count == query.columns.count })
        }
    }
}
