/// One step of a module's schema. Steps are never edited once they have shipped; new ones are appended.
public struct Migration: Sendable {
    /// The module that owns the tables: each has its own sequence of versions, from 1.
    public let module: String
    public let version: Int
    public let statements: [String]

    public init(module: String, version: Int, statements: [String]) {
        self.module = module
        self.version = version
        self.statements = statements
    }
}

extension Database {
    /// Brings the store to the newest version of each module, in one transaction. Throws `StoreError.tooNew`
    /// when a newer program has been here.
    public func migrate(_ migrations: [Migration]) async throws {
        try await write { try apply(migrations, $0) }
    }
}

func apply(_ migrations: [Migration], _ statements: any Statements) throws {
    try statements.run(
        """
        CREATE TABLE IF NOT EXISTS schema_versions
        (module TEXT PRIMARY KEY, version INTEGER NOT NULL)
        """)
    for (module, steps) in Dictionary(grouping: migrations, by: \.module).sorted(by: {
        $0.key < $1.key
    }) {
        try apply(steps.sorted { $0.version < $1.version }, module: module, statements)
    }
}

private func apply(_ steps: [Migration], module: String, _ statements: any Statements) throws {
    let rows = try statements.rows(
        "SELECT version FROM schema_versions WHERE module = $1", [.text(module)])
    let current = try rows.first.map { Int(try $0.integer("version")) } ?? 0
    let newest = steps.last?.version ?? 0
    guard current <= newest else { throw StoreError.tooNew(found: current, known: newest) }
    for step in steps where step.version > current {
        for sql in step.statements { try statements.run(sql) }
    }
    try statements.run(
        """
        INSERT INTO schema_versions (module, version) VALUES ($1, $2)
        ON CONFLICT (module) DO UPDATE SET version = excluded.version
        """, [.text(module), .integer(Int64(newest))])
}
