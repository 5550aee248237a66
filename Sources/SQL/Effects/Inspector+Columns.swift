import Vocabulary

/// Which column a name means.
extension Inspector {
    /// Columns that every table has (`ddl-system-columns`).
    private static let systemColumns: Set<String> = [
        "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid",
    ]

    /// Records what a ColumnRef reads; answers its type.
    func columnReference(_ node: Node, in scope: Scope) -> UInt32? {
        mark(node)
        let fields = node.list("fields").compactMap(\.node)
        if fields.last?.kind == .rawStar {
            readStar(fields.dropLast().compactMap(\.stringText), in: scope)
            return nil
        }
        let names = fields.compactMap(\.stringText)
        switch names.count {
        case 1: return unqualified(names[0], in: scope)
        case 2: return qualified(names[0], names[1], schema: nil, in: scope)
        case 3 where scope.isRelation(names[1], schema: names[0]):
            return qualified(names[1], names[2], schema: names[0], in: scope)
        default: return fieldOfColumn(names, in: scope)
        }
    }

    private func unqualified(_ name: String, in start: Scope) -> UInt32? {
        var scope: Scope? = start
        while let current = scope {
            let owners = current.items.filter { $0.column(name) != nil }
            let unsure = current.items.filter { $0.columns == nil }
            for owner in owners { owner.use?.read(name) }
            if owners.count == 1, unsure.isEmpty { return owners[0].column(name)?.type }
            // The name may be one of their columns.
            for item in unsure { item.use?.readWhole() }
            if !owners.isEmpty { return nil }
            if unsure.isEmpty, let type = wholeRowOrSystem(name, in: current) { return type }
            scope = current.parent
        }
        return nil
    }

    /// `t` for the whole row, `ctid`; `nil` inside `nil` when the name is neither.
    private func wholeRowOrSystem(_ name: String, in scope: Scope) -> UInt32?? {
        let rows = scope.items.filter { $0.alias == name }
        for item in rows { item.use?.readWhole() }
        if !rows.isEmpty { return .some(rows[0].use?.relation.relation?.rowType) }
        guard Self.systemColumns.contains(name) else { return nil }
        for item in scope.items { item.use?.read(name) }
        return .some(27)
    }

    private func qualified(
        _ alias: String, _ name: String, schema: String?, in start: Scope
    ) -> UInt32? {
        guard let item = start.item(alias, schema: schema) else {
            return fieldOfColumn([alias, name], in: start)
        }
        if let column = item.column(name) {
            item.use?.read(name)
            return column.type
        }
        if Self.systemColumns.contains(name) {
            item.use?.read(name)
            return 27
        }
        item.use?.readWhole()
        // Not a column: `customers.boom` may call boom(customers).
        return attribute(name, of: item.use?.relation.relation?.rowType)
    }

    /// `column.field`, `alias.column.field`: PostgreSQL wants parentheses for these, but a function may be meant.
    private func fieldOfColumn(_ names: [String], in scope: Scope) -> UInt32? {
        for item in scope.allItems { item.use?.readWhole() }
        return names.last.flatMap { attribute($0, of: nil) }
    }

    private func readStar(_ names: [String], in scope: Scope) {
        guard let alias = names.last else {
            for item in scope.items { item.use?.readWhole() }
            return
        }
        let item = scope.item(alias, schema: names.dropLast().last)
        item?.use?.readWhole()
        if item == nil { for item in scope.allItems { item.use?.readWhole() } }
    }
}

extension Scope {
    /// The innermost item that this qualifies.
    func item(_ alias: String, schema: String?) -> Item? {
        var scope: Scope? = self
        while let current = scope {
            let found = current.items.first {
                $0.alias == alias && (schema == nil || $0.schema == schema)
            }
            if let found { return found }
            scope = current.parent
        }
        return nil
    }

    func isRelation(_ alias: String, schema: String) -> Bool { item(alias, schema: schema) != nil }

    var allItems: [Item] { items + (parent?.allItems ?? []) }
}
