import Vocabulary

/// What names mean in one query: its FROM items and CTEs, and those of the queries around it.
final class Scope {
    let parent: Scope?
    var items: [Item] = []
    /// Items that a join's alias hides: they are read, and no name finds them.
    var hidden: [Item] = []
    /// The columns of each CTE; `nil` inside when they are not known.
    var ctes: [String: [Column]?] = [:]
    /// A name was not surely one of this query's own, and was looked for around it.
    private(set) var looksOutside = false

    init(parent: Scope?) { self.parent = parent }

    /// What looking a name up among the items costs.
    var weight: Int { items.reduce(1) { $0 + 1 + ($1.columns?.count ?? 0) } }
    var weightOfAll: Int { weight + (parent?.weightOfAll ?? 0) }

    /// The queries around this one, where a name goes on that is not found here.
    var outer: Scope? {
        looksOutside = true
        return parent
    }

    /// What a FROM item sees that is not LATERAL: none of its siblings, or only those given (the two sides of a join).
    func beside(_ items: some Sequence<Item> = []) -> Scope {
        let scope = Scope(parent: parent)
        scope.items = Array(items)
        scope.ctes = ctes
        return scope
    }

    /// The innermost CTE of that name.
    func cte(_ name: String) -> [Column]?? {
        var scope: Scope? = self
        while let current = scope {
            if let found = current.ctes[name] { return found }
            scope = current.parent
        }
        return nil
    }
}

/// One column that a FROM item offers.
struct Column {
    let name: String
    /// `nil` when it is not known.
    let type: UInt32?
}

/// One FROM item.
final class Item {
    /// What qualifies its columns; `nil` for a join without alias.
    let alias: String?
    /// For a relation without alias: `schema.table.column` may be said.
    let schema: String?
    /// The relation that it reads; `nil` for sub-selects, functions and CTEs.
    let use: RelationUse?
    /// `nil` when they are not known.
    let columns: [Column]?
    /// A side of a join: its system columns need the qualifier.
    var isJoined = false

    init(alias: String?, schema: String? = nil, use: RelationUse? = nil, columns: [Column]?) {
        self.alias = alias
        self.schema = schema
        self.use = use
        self.columns = columns
    }

    func column(_ name: String) -> Column? { columns?.first { $0.name == name } }
}

/// One mention of a relation, and which of its columns are read.
final class RelationUse {
    let relation: ResolvedRelation
    private(set) var columns: Set<String> = []
    private(set) var isWhole = false
    /// The target of a write: read only where a column is mentioned.
    let isTarget: Bool
    /// `ONLY t`: without its partitions and children.
    let isOnly: Bool

    init(_ relation: ResolvedRelation, isTarget: Bool = false, isOnly: Bool = false) {
        self.relation = relation
        self.isTarget = isTarget
        self.isOnly = isOnly
    }

    func read(_ column: String) { columns.insert(column) }
    func readWhole() { isWhole = true }

    /// The columns in order; `nil` for all of them.
    var columnsRead: [String]? { isWhole || columns.isEmpty ? nil : columns.sorted() }
    var isRead: Bool { isWhole || !columns.isEmpty || !isTarget }
}

/// What a name of a relation means.
struct ResolvedRelation {
    let reference: ObjectReference
    /// The snapshot's knowledge of it, when it is surely one that the snapshot knows.
    var relation: CatalogueRelation?
    /// Set when it is surely the session's own.
    var temporary: TemporaryObjects.Kind?

    var name: ObjectName? { if case .exactly(let name) = reference { name } else { nil } }
    var isOwnTable: Bool { temporary == .table || temporary == .tableUntilCommit }
    /// Surely a view.
    var isView: Bool {
        if case .view = temporary { return true }
        return relation?.kind == .view
    }
    /// Surely none.
    var isTable: Bool { isOwnTable || relation.map { $0.kind != .view } ?? false }
}
