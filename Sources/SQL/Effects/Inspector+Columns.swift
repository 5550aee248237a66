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
        let fields = node.list(.fields).compactMap(\.node)
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

    /// A name without qualifier is a column of the innermost query that has one of that name, and only where no query has
    /// one a whole row (`colNameToVar`, `transformColumnRef`).
    private func unqualified(_ name: String, in start: Scope) -> UInt32? {
        var scope: Scope? = start
        var isSure = true
        while let current = scope {
            guard mayLookUp(among: current.weight) else { return nil }
            let unsure = current.items.filter { $0.columns == nil }
            // The name may be one of their columns.
            for item in unsure { item.use?.readWhole() }
            isSure = isSure && unsure.isEmpty
            let owners = current.items.filter { $0.column(name) != nil }
            for owner in owners { owner.use?.read(name) }
            if let owner = owners.first {
                return isSure && owners.count == 1 ? owner.column(name)?.type : nil
            }
            if Self.systemColumns.contains(name) {
                let relations = current.items.filter { !$0.isJoined }.compactMap(\.use)
                    .filter { !$0.relation.isView }
                for use in relations { use.read(name) }
                // What is not known may be a view, which has none.
                if relations.contains(where: \.relation.isTable) { return isSure ? 27 : nil }
            }
            scope = current.outer
        }
        let type = wholeRow(name, in: start)
        return isSure ? type : nil
    }

    /// `t` for the whole row of `t`.
    private func wholeRow(_ name: String, in start: Scope) -> UInt32? {
        var scope: Scope? = start
        while let current = scope {
            let rows = current.items.filter { $0.alias == name }
            for item in rows { item.use?.readWhole() }
            if let row = rows.first { return row.use?.relation.relation?.rowType }
            scope = current.outer
        }
        return nil
    }

    private func qualified(
        _ alias: String, _ name: String, schema: String?, in start: Scope
    ) -> UInt32? {
        guard mayLookUp(among: start.weightOfAll) else { return nil }
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
            scope = current.outer
        }
        return nil
    }

    func isRelation(_ alias: String, schema: String) -> Bool { item(alias, schema: schema) != nil }

    var allItems: [Item] { items + (outer?.allItems ?? []) }
}
