/// Which relations and columns hold other people's data or secrets: samples of rows, passwords,
/// the text of other sessions' statements, large objects. `*` in a policy does not cover them.
enum MustBeNamed {
    static func covers(schema: String, name: String, column: String?) -> Bool {
        switch schema {
        case "pg_catalog": return coversCatalogue(name: name, column: column)
        case "information_schema":
            if let columns = informationColumns[name] { return isAmong(columns, column) }
            return SystemRelations.relation(schema: schema, name: name) == nil
        // Values of any table, those of the relations below included.
        case "pg_toast": return true
        default: return isStatementStatistics(name)
        }
    }

    private static func coversCatalogue(name: String, column: String?) -> Bool {
        if whole.contains(name) || isStatementStatistics(name) { return true }
        if let columns = columns[name] { return isAmong(columns, column) }
        // Newer than the list: nobody has looked at it.
        return SystemRelations.relation(schema: "pg_catalog", name: name) == nil
    }

    private static func isAmong(_ columns: Set<String>, _ column: String?) -> Bool {
        column.map { columns.contains($0) } ?? true
    }

    /// The extension's views, in whichever schema it was put.
    private static func isStatementStatistics(_ name: String) -> Bool {
        name.hasPrefix("pg_stat_statements") || name.hasPrefix("pg_stat_monitor")
            || name.hasPrefix("pg_store_plans") || name.hasPrefix("pg_qualstats")
    }

    private static let whole: Set<String> = [
        "pg_authid", "pg_shadow", "pg_statistic", "pg_statistic_ext_data", "pg_stats",
        "pg_stats_ext",
        "pg_stats_ext_exprs", "pg_user_mapping", "pg_largeobject", "pg_stat_activity",
        "pg_stat_replication", "pg_stat_wal_receiver", "pg_stat_gssapi", "pg_stat_ssl",
        "pg_hba_file_rules", "pg_ident_file_mappings", "pg_file_settings",
    ]

    private static let columns: [String: Set<String>] = [
        "pg_user_mappings": ["umoptions"],
        "pg_subscription": ["subconninfo"],
    ]

    private static let informationColumns: [String: Set<String>] = [
        "user_mapping_options": ["option_value"],
        "_pg_user_mappings": ["umoptions"],
    ]
}
