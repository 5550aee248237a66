/// A relation of one database: a table, a view, an index, ... (`pg_class`).
public struct CatalogueRelation: Hashable, Sendable {
    public let oid: UInt32
    public let schema: String
    public let name: String
    public let kind: RelationKind
    /// In the order of their numbers; dropped and system columns (`ctid`, `xmin`, ...) are not
    /// listed.
    public let columns: [CatalogueColumn]
    /// For an index its table, for a TOAST table the table whose values it holds; else `nil`.
    public let parent: UInt32?
    /// The oid of its row type; 0 where it has none.
    public let rowType: UInt32
    public let owner: String
    public let hasRules: Bool
    public let hasTriggers: Bool
    public let hasRowSecurity: Bool
    /// A relation of `pg_catalog`, `information_schema` or their TOAST tables that came with the
    /// server.
    public let isSystem: Bool

    public func column(named name: String) -> CatalogueColumn? {
        columns.first { $0.name == name }
    }
}
