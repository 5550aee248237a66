import Vocabulary

/// Queries: SELECT, VALUES, TABLE, set operations, CTEs, FROM items.
extension Inspector {
    /// Walks a query, or a data-modifying statement in a CTE; answers the columns that it gives, if known.
    @discardableResult
    func query(_ node: Node, in parent: Scope?) -> [Column]? {
        switch node.kind {
        case .selectStmt: return select(node, in: parent)
        case .insertStmt, .updateStmt, .deleteStmt, .mergeStmt:
            return modify(node, in: parent)
        default:
            unknown()
            return nil
        }
    }

    func select(_ node: Node, in parent: Scope?) -> [Column]? {
        mark(node)
        let scope = Scope(parent: parent)
        with(node, in: scope)
        if let into = node.node(.intoClause) { createdByQuery(into, kind: .selectStmt) }
        let columns: [Column]?
        if let left = node.node(.larg), let right = node.node(.rarg) {
            columns = select(left, in: scope)
            _ = select(right, in: scope)
            scope.items.append(Item(alias: nil, columns: columns))
        } else {
            for item in node.nodes(.fromClause) { from(item, in: scope) }
            columns = body(node, in: scope)
        }
        tail(node, columns, in: scope)
        finish(scope)
        return columns
    }

    /// Emits what the items of a scope turned out to read.
    func finish(_ scope: Scope) {
        for item in scope.items + scope.hidden { item.use.map(emitReads) }
    }

    private func body(_ node: Node, in scope: Scope) -> [Column]? {
        if let lists = node[.valuesLists]?.list { return valueLists(lists, in: scope) }
        let columns = targets(node.nodes(.targetList), in: scope)
        expressions(node, .distinctClause, in: scope)
        expression(node.node(.whereClause), in: scope)
        expressions(node, .groupClause, in: scope)
        expression(node.node(.havingClause), in: scope)
        expressions(node, .windowClause, in: scope)
        return columns
    }

    private func tail(_ node: Node, _ columns: [Column]?, in scope: Scope) {
        let keys = node.nodes(.sortClause)
        let outputs = keys.isEmpty ? [] : Set((columns ?? []).map(\.name))
        for key in keys {
            // Only a query's own ORDER BY means an output column before it means anything else, and only by a plain name.
            let value = key.node(.node)
            let names = value?.kind == .columnRef ? value?.names(.fields) ?? [] : []
            if names.count == 1, outputs.contains(names[0]) { value.map(markAll) }
            expression(key, in: scope)
        }
        expression(node.node(.limitOffset), in: scope)
        expression(node.node(.limitCount), in: scope)
        for clause in node.nodes(.lockingClause) { lock(clause, node, in: scope) }
    }

    private func valueLists(_ lists: Node.Values, in scope: Scope) -> [Column]? {
        var columns: [Column] = []
        for (row, list) in lists.enumerated() {
            for (index, value) in (list.node?.list(.items) ?? .empty).enumerated() {
                let type = expression(value.node, in: scope)
                if row == 0 { columns.append(Column(name: "column\(index + 1)", type: type)) }
            }
        }
        return columns
    }

    /// The output columns of a target list; `nil` when a star makes them unknown.
    func targets(_ targets: [Node], in scope: Scope) -> [Column]? {
        var columns: [Column]? = []
        for target in targets {
            mark(target)
            guard let value = target.node(.val) else { continue }
            expressions(target, .indirection, in: scope)
            if value.isStar {
                _ = columnReference(value, in: scope)
                columns = starColumns(value, in: scope).map { (columns ?? []) + $0 }
                continue
            }
            let type = expression(value, in: scope, isOutput: true)
            columns?.append(Column(name: target.text(.name) ?? value.outputName, type: type))
        }
        return columns
    }

    private func starColumns(_ star: Node, in scope: Scope) -> [Column]? {
        let names = star.names(.fields)
        if names.isEmpty {
            var columns: [Column] = []
            for item in scope.items {
                guard let own = item.columns else { return nil }
                columns += own
            }
            return columns
        }
        return scope.item(names[names.count - 1], schema: nil)?.columns
    }

    // MARK: WITH

    func with(_ node: Node, in scope: Scope) {
        guard let clause = node.node(.withClause) else { return }
        let ctes = clause.nodes(.ctes)
        if clause.flag(.recursive) {
            for cte in ctes { scope.ctes[cte.text(.ctename) ?? ""] = .some(cte.namedColumns) }
        }
        for cte in ctes {
            mark(cte)
            guard let query = cte.node(.ctequery) else { continue }
            let columns = self.query(query, in: scope)
            scope.ctes[cte.text(.ctename) ?? ""] = .some(
                renamed(columns, by: cte.names(.aliascolnames)) + cte.addedColumns)
            cte.node(.cycleClause).map {
                mark($0)
                expression($0.node(.cycleMarkValue), in: scope)
                expression($0.node(.cycleMarkDefault), in: scope)
            }
        }
    }

    func renamed(_ columns: [Column]?, by names: [String]) -> [Column]? {
        guard let columns else { return nil }
        return columns.enumerated().map { index, column in
            index < names.count ? Column(name: names[index], type: column.type) : column
        }
    }

    // MARK: FROM

    func from(_ node: Node, in scope: Scope) {
        mark(node)
        switch node.kind {
        case .rangeVar: scope.items.append(item(node, in: scope))
        case .rangeSubselect:
            let seen = node.flag(.lateral) ? scope : scope.beside()
            let columns = node.node(.subquery).flatMap { query($0, in: seen) }
            add(node, columns, to: scope)
        case .joinExpr: join(node, in: scope)
        case .rangeFunction: rangeFunction(node, in: scope)
        case .rangeTableSample: sample(node, in: scope)
        case .rangeTableFunc: tableFunction(node, in: scope)
        default: unknown()
        }
    }

    private func add(_ node: Node, _ columns: [Column]?, to scope: Scope) {
        let alias = node.node(.alias)
        scope.items.append(
            Item(
                alias: alias?.text(.aliasname),
                columns: renamed(columns, by: alias?.names(.colnames) ?? [])))
    }

    /// A relation or a CTE by name.
    private func item(_ range: Node, in scope: Scope) -> Item {
        let name = range.text(.relname) ?? ""
        let alias = range.node(.alias)
        if range.text(.schemaname) == nil, let cte = scope.cte(name) {
            return Item(
                alias: alias?.text(.aliasname) ?? name,
                columns: renamed(cte, by: alias?.names(.colnames) ?? []))
        }
        let use = RelationUse(resolve(range), isOnly: !range.flag(.inh))
        let renames = !(alias?.names(.colnames) ?? []).isEmpty
        if renames { use.readWhole() }
        let columns = use.relation.columns
        return Item(
            alias: alias?.text(.aliasname) ?? name,
            schema: alias == nil
                ? range.text(.schemaname) ?? use.relation.name?.components.first : nil,
            use: use, columns: renamed(columns, by: alias?.names(.colnames) ?? []))
    }

    private func join(_ node: Node, in scope: Scope) {
        let first = scope.items.count
        node.node(.larg).map { from($0, in: scope) }
        node.node(.rarg).map { from($0, in: scope) }
        let joined = scope.items[first...]
        if node.flag(.isNatural) { for item in joined { item.use?.readWhole() } }
        for name in node.names(.usingClause) {
            for item in joined where item.column(name) != nil { item.use?.read(name) }
            for item in joined where item.columns == nil { item.use?.readWhole() }
            useOperator(["="], left: type(name, joined), right: type(name, joined))
        }
        expression(node.node(.quals), in: scope.beside(joined))
        for item in joined { item.isJoined = true }
        guard let alias = node.node(.alias) else { return }
        // The join's alias hides what is inside: whoever names it means any of it.
        for item in joined { item.use?.readWhole() }
        scope.hidden += joined
        scope.items.removeSubrange(first...)
        scope.items.append(Item(alias: alias.text(.aliasname), columns: nil))
    }

    private func type(_ name: String, _ items: ArraySlice<Item>) -> UInt32? {
        items.lazy.compactMap { $0.column(name) }.first?.type
    }

    private func rangeFunction(_ node: Node, in scope: Scope) {
        var types: [UInt32?] = []
        for function in node.list(.functions) {
            let items = function.node?.list(.items) ?? .empty
            types.append(expression(items.first?.node, in: scope))
            for value in items.dropFirst() { definitions(value, in: scope) }
        }
        node[.coldeflist].map { definitions($0, in: scope) }
        let name = node.node(.alias)?.text(.aliasname)
        scope.items.append(Item(alias: name, columns: functionColumns(node, types)))
    }

    /// A function of one harmless scalar result gives one column with the alias's name.
    private func functionColumns(_ node: Node, _ types: [UInt32?]) -> [Column]? {
        guard let alias = node.node(.alias), !node.flag(.ordinality), node[.coldeflist] == nil,
            types.count == 1, let type = types[0], Builtins.type(oid: type)?.isHarmless == true,
            let name = alias.names(.colnames).first ?? alias.text(.aliasname)
        else { return nil }
        return [Column(name: name, type: type)]
    }

    private func definitions(_ value: Node.Value, in scope: Scope) { sweep(value, in: scope) }

    private func sample(_ node: Node, in scope: Scope) {
        node.node(.relation).map { from($0, in: scope) }
        let method = node.names(.method)
        if !(method.count == 1 && Builtins.isHarmlessSampleMethod(method[0])) {
            emit(.execute, objectReference(method))
        }
        expressions(node, .args, in: scope.beside())
        expression(node.node(.repeatable), in: scope.beside())
    }

    private func tableFunction(_ node: Node, in scope: Scope) {
        expression(node.node(.docexpr), in: scope)
        expression(node.node(.rowexpr), in: scope)
        expressions(node, .namespaces, in: scope)
        for column in node.nodes(.columns) {
            mark(column)
            if let type = column.node(.typeName) { castType(type, from: TypeOID.xml) }
            expression(column.node(.colexpr), in: scope)
            expression(column.node(.coldefexpr), in: scope)
        }
        add(
            node, node.nodes(.columns).map { Column(name: $0.text(.colname) ?? "", type: nil) },
            to: scope)
    }

    /// `FOR UPDATE`, `FOR SHARE`: locks rows, which is a write for everyone who waits.
    private func lock(_ clause: Node, _ query: Node, in scope: Scope) {
        mark(clause)
        let names = clause.nodes(.lockedRels).map { range in
            mark(range)
            return range.text(.relname) ?? ""
        }
        for item in scope.items + scope.hidden {
            guard let use = item.use, names.isEmpty || names.contains(item.alias ?? "") else {
                continue
            }
            emitWrite(use, Self.lockAttributes)
        }
        for item in query.nodes(.fromClause) {
            item.forEach(.rangeSubselect) { select in
                let alias = select.node(.alias)?.text(.aliasname) ?? ""
                if names.isEmpty || names.contains(alias) { lockInside(select, in: scope) }
            }
        }
    }

    /// The clause holds for the tables of a sub-select too.
    func lockInside(_ select: Node, in scope: Scope? = nil) {
        select.forEach(.rangeVar) { range in
            let name = range.text(.relname) ?? ""
            guard range.text(.schemaname) != nil || scope?.cte(name) == nil else { return }
            emitWrite(RelationUse(resolve(range)), Self.lockAttributes)
        }
    }

    private static let lockAttributes: [String: AttributeValue] = [
        "bounded": .flag(false), "locking": .flag(true),
    ]
}

private func + (columns: [Column]?, added: [Column]) -> [Column]? { columns.map { $0 + added } }

extension ResolvedRelation {
    var columns: [Column]? {
        relation?.columns.map { Column(name: $0.name, type: $0.type) }
    }
}

extension Node {
    var isStar: Bool {
        kind == .columnRef && list(.fields).last?.node?.kind == .rawStar
    }

    /// The name that an output column without AS gets, where it matters: `?column?` for what has none.
    var outputName: String {
        switch kind {
        case .columnRef: names(.fields).last ?? "?column?"
        case .funcCall: names(.funcname).last ?? "?column?"
        case .typeCast: node(.arg).map(\.outputName) ?? "?column?"
        default: "?column?"
        }
    }

    /// Every node of a kind in this one, itself included.
    func forEach(_ wanted: NodeKind, _ body: (Node) -> Void) {
        if kind == wanted { body(self) }
        for value in fields { value.forEachNode { $0.forEach(wanted, body) } }
    }

    /// The columns of a recursive CTE before it is walked: by its alias list, or by its first SELECT.
    fileprivate var namedColumns: [Column]? {
        let aliases = names(.aliascolnames)
        if !aliases.isEmpty { return aliases.map { Column(name: $0, type: nil) } + addedColumns }
        var select = node(.ctequery)
        while let left = select?.node(.larg) { select = left }
        guard let targets = select?.nodes(.targetList), !targets.isEmpty,
            !targets.contains(where: { $0.node(.val)?.isStar == true })
        else { return nil }
        return targets.map {
            Column(name: $0.text(.name) ?? $0.node(.val)?.outputName ?? "", type: nil)
        } + addedColumns
    }

    /// What SEARCH and CYCLE add to a CTE.
    fileprivate var addedColumns: [Column] {
        let search = node(.searchClause).flatMap { $0.text(.searchSeqColumn) }
        let cycle = node(.cycleClause)
        return [search, cycle?.text(.cycleMarkColumn), cycle?.text(.cyclePathColumn)]
            .compactMap { $0.map { Column(name: $0, type: nil) } }
    }
}
