import Testing

@testable import SQL

@Suite struct CatalogueSystemTests {
    @Test func `the system's relations are known when nothing else is`() {
        let empty = Catalogue.empty
        #expect(empty.relation(schema: "pg_catalog", name: "pg_class")?.kind == .table)
        #expect(empty.relation(schema: "pg_catalog", name: "pg_stats")?.kind == .view)
        #expect(empty.relation(schema: "information_schema", name: "columns")?.isSystem == true)
        #expect(empty.relation(schema: "public", name: "pg_class") == nil)
        #expect(empty.relations(named: "pg_class", searchPath: ["public"]).count == 1)
        #expect(empty.relations(named: "columns", searchPath: ["public"]).isEmpty)
        #expect(
            empty.relation(schema: "pg_catalog", name: "pg_class")?.column(named: "relname")?.type
                == 19)
    }

    @Test(arguments: [
        "pg_authid", "pg_shadow", "pg_statistic", "pg_statistic_ext_data", "pg_stats",
        "pg_stats_ext",
        "pg_stats_ext_exprs", "pg_user_mapping", "pg_user_mappings", "pg_stat_activity",
        "pg_largeobject", "pg_hba_file_rules", "pg_file_settings", "pg_subscription",
        "pg_stat_statements", "pg_a_view_of_a_later_version",
    ])
    func `relations that hold others' data must be named`(_ name: String) {
        #expect(SystemRelations.mustBeNamed(schema: "pg_catalog", name: name))
    }

    @Test(arguments: [
        "pg_class", "pg_attribute", "pg_roles", "pg_settings", "pg_database", "pg_statistic_ext",
        "pg_largeobject_metadata", "pg_foreign_server", "pg_indexes",
    ])
    func `what clients list tables with is covered by a star`(_ name: String) {
        #expect(!SystemRelations.mustBeNamed(schema: "pg_catalog", name: name))
    }

    @Test func `a secret column must be named, its neighbours need not`() {
        func named(_ column: String) -> Bool {
            SystemRelations.mustBeNamed(
                schema: "pg_catalog", name: "pg_user_mappings", column: column)
        }
        #expect(named("umoptions") && !named("srvname"))
        #expect(
            SystemRelations.mustBeNamed(
                schema: "information_schema", name: "user_mapping_options", column: "option_value"))
        #expect(!SystemRelations.mustBeNamed(schema: "information_schema", name: "tables"))
    }

    @Test func `TOAST tables and statement statistics must be named wherever they are`() {
        #expect(SystemRelations.mustBeNamed(schema: "pg_toast", name: "pg_toast_1255"))
        #expect(SystemRelations.mustBeNamed(schema: "public", name: "pg_stat_statements"))
        #expect(!SystemRelations.mustBeNamed(schema: "public", name: "pg_authid"))
    }
}
