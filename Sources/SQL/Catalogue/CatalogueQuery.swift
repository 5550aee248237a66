/// One question to the server, asked as a simple query, every value of its rows as text. The
/// gateway's own connection asks all of them in one transaction: first `prologue`, then `allCases`
/// in any order, then `epilogue`.
///
/// Each reads `pg_catalog` alone, and is asked with `search_path` set to `pg_catalog`, so that no
/// name or operator in it, and none in a view's printed definition, is looked up elsewhere.
public enum CatalogueQuery: String, Hashable, Sendable, CaseIterable {
    case server, schemas, relations, views, inheritance, functions, operators, casts, types
    case eventTriggers = "event triggers"

    /// Statements to run before the first query, one after the other.
    public static let prologue = [
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        "SET LOCAL search_path = pg_catalog",
        "SET LOCAL quote_all_identifiers = off",
        // Printing a view takes a lock on its tables: a session whose transaction changes one may be waiting for us.
        "SET LOCAL lock_timeout = '500ms'",
        "SET LOCAL statement_timeout = '5s'",
    ]

    /// Statements to run behind the last query.
    public static let epilogue = ["COMMIT"]

    /// What each column of a row holds.
    public var columns: [String] {
        switch self {
        case .server: ["version number", "database"]
        case .schemas: ["name"]
        case .relations:
            [
                "oid", "schema", "name", "kind", "row type", "parent", "owner", "rules", "triggers",
                "row security", "column names", "column types", "column numbers",
            ]
        case .views: ["oid", "definition"]
        case .inheritance: ["child", "parent"]
        case .functions:
            [
                "oid", "schema", "name", "kind", "argument types", "defaults", "variadic", "result",
                "volatility", "language", "security definer", "hash",
            ]
        case .operators: ["oid", "schema", "name", "left", "right", "function"]
        case .casts: ["source", "target", "function", "context"]
        case .types:
            [
                "oid", "schema", "name", "kind", "base", "element", "relation", "constraints",
                "built-in input",
            ]
        case .eventTriggers: ["name"]
        }
    }
}

/// The questions that make a catalogue.
public enum CatalogueQueries {
    public static let all = CatalogueQuery.allCases
}
