import Vocabulary

/// INSERT, UPDATE, DELETE, MERGE.
extension Inspector {
    func modify(_ node: Node, in parent: Scope?) -> [Column]? {
        mark(node)
        let scope = Scope(parent: parent)
        guard let range = node.node(.relation) else {
            unknown()
            return nil
        }
        let use = RelationUse(resolve(range), isTarget: true, isOnly: !range.flag(.inh))
        let alias = range.node(.alias)
        let target = Item(
            alias: alias?.text(.aliasname) ?? range.text(.relname),
            schema: alias == nil
                ? range.text(.schemaname) ?? use.relation.name?.components.first : nil,
            use: use, columns: use.relation.columns)
        let columns: [Column]?
        switch node.kind {
        case .insertStmt: columns = insert(node, target, use, in: scope)
        case .updateStmt, .deleteStmt: columns = change(node, target, use, in: scope)
        default: columns = merge(node, target, use, in: scope)
        }
        finish(scope)
        return columns
    }

    func emitWrite(_ use: RelationUse, _ attributes: [String: AttributeValue]) {
        // A plain EXPLAIN plans and does not write.
        if isExplaining { return emitReads(RelationUse(use.relation, isOnly: use.isOnly)) }
        var attributes = attributes
        if use.relation.isOwnTable { attributes["temporary"] = .flag(true) }
        emit(.write, use.relation.reference, attributes)
        for child in children(of: use) {
            emit(.write, exactly(child.schema, child.name), attributes)
        }
        if let relation = use.relation.relation { written(relation, attributes) }
        if case .view(let definition) = use.relation.temporary {
            writeBases(of: definition, attributes)
        }
        if use.relation.temporary != nil, let name = use.relation.name {
            leavesOpen("temporary \(name)")
        }
    }

    /// Rows of a view go to the tables under it.
    private func written(_ relation: CatalogueRelation, _ attributes: [String: AttributeValue]) {
        if relation.isSystem, relation.name == "pg_settings" {
            setting(nil, value: nil, isLocal: false)
            refuse(
                "pg_settings is not written through this gateway",
                hint: "use SET with the setting's name")
        }
        guard relation.kind == .view, !relation.isSystem else { return }
        expandView(relation)
        guard let definition = catalogue.definition(ofView: relation.oid) else { return unknown() }
        let wasFixed = hasFixedPath
        hasFixedPath = true
        writeBases(of: Array(definition.utf8), attributes)
        hasFixedPath = wasFixed
    }

    private func writeBases(of definition: [UInt8], _ attributes: [String: AttributeValue]) {
        guard let text = nested(definition) else { return }
        within(text) {
            for statement in text.statements {
                guard let node = statement.node else { continue }
                if attributes["locking"] == nil {
                    for range in node.nodes(.fromClause) where range.kind == .rangeVar {
                        emitWrite(RelationUse(resolve(range), isTarget: true), attributes)
                    }
                } else {
                    lockInside(node)
                }
                markAll(node)
            }
        }
    }

    // MARK: INSERT

    private func insert(
        _ node: Node, _ target: Item, _ use: RelationUse, in scope: Scope
    ) -> [Column]? {
        with(node, in: scope)
        let source = node.node(.selectStmt)
        let isBounded = source?.givesFewRows ?? true
        emitWrite(
            use,
            [
                "bounded": .flag(isBounded), "operation": .text("insert"),
            ])
        let names = node.nodes(.cols).map { column in
            mark(column)
            expressions(column, .indirection, in: scope)
            return column.text(.name) ?? ""
        }
        writeColumns(names.isEmpty ? nil : names, target)
        if let source { _ = query(source, in: scope) }
        // The target's columns are seen behind its rows only: ON CONFLICT and RETURNING.
        let inner = Scope(parent: scope)
        inner.items = [target]
        node.node(.onConflictClause).map {
            conflict($0, target, use, isBounded: isBounded, in: inner)
        }
        let columns = targets(node.nodes(.returningList), in: inner)
        finish(inner)
        return columns
    }

    private func conflict(
        _ clause: Node, _ target: Item, _ use: RelationUse, isBounded: Bool, in scope: Scope
    ) {
        mark(clause)
        clause.node(.infer).map {
            mark($0)
            for element in $0.nodes(.indexElems) { indexElement(element, in: scope) }
            expression($0.node(.whereClause), in: scope)
            // The constraint's columns are compared.
            if $0.text(.conname) != nil { use.readWhole() }
        }
        guard clause.text(.action) == "ONCONFLICT_UPDATE" else { return }
        emitWrite(use, ["bounded": .flag(isBounded), "operation": .text("update")])
        let inner = Scope(parent: scope)
        inner.items = [Item(alias: "excluded", columns: target.columns)]
        assign(clause.nodes(.targetList), target, in: inner)
        expression(clause.node(.whereClause), in: inner)
    }

    func indexElement(_ element: Node, in scope: Scope) {
        mark(element)
        if let name = element.text(.name) {
            for item in scope.items { item.use?.read(name) }
        }
        expression(element.node(.expr), in: scope)
    }

    /// Writing a value into a column whose type brings code runs it, while the server analyses a literal.
    private func writeColumns(_ names: [String]?, _ target: Item) {
        for column in target.columns ?? [] where names?.contains(column.name) ?? true {
            if let type = column.type { runCode(of: type) }
        }
    }

    private func assign(_ targets: [Node], _ target: Item, in scope: Scope) {
        for assignment in targets {
            mark(assignment)
            expressions(assignment, .indirection, in: scope)
            expression(assignment.node(.val), in: scope)
        }
        writeColumns(targets.compactMap { $0.text(.name) }, target)
    }

    // MARK: UPDATE and DELETE

    private func change(
        _ node: Node, _ target: Item, _ use: RelationUse, in scope: Scope
    ) -> [Column]? {
        let isUpdate = node.kind == .updateStmt
        with(node, in: scope)
        scope.items = [target]
        let isBounded = isBounded(
            node.node(.whereClause), target,
            alone: node[isUpdate ? .fromClause : .usingClause] == nil, in: scope)
        emitWrite(
            use,
            [
                "bounded": .flag(isBounded), "operation": .text(isUpdate ? "update" : "delete"),
            ])
        for item in node.nodes(isUpdate ? .fromClause : .usingClause) { from(item, in: scope) }
        assign(node.nodes(.targetList), target, in: scope)
        expression(node.node(.whereClause), in: scope)
        return targets(node.nodes(.returningList), in: scope)
    }

    // MARK: MERGE

    private func merge(
        _ node: Node, _ target: Item, _ use: RelationUse, in scope: Scope
    ) -> [Column]? {
        with(node, in: scope)
        emitWrite(use, ["bounded": .flag(false), "operation": .text("merge")])
        node.node(.sourceRelation).map { from($0, in: scope) }
        // A row that matches none of the target's sees the source alone.
        let unmatched = scope.beside(scope.items)
        scope.items.insert(target, at: 0)
        expression(node.node(.joinCondition), in: scope)
        for clause in node.nodes(.mergeWhenClauses) {
            mark(clause)
            let seen = clause.flag(.matched) ? scope : unmatched
            expression(clause.node(.condition), in: seen)
            assign(clause.nodes(.targetList), target, in: seen)
            expressions(clause, .values, in: seen)
        }
        return nil
    }
}

extension Node {
    /// INSERT VALUES, or a SELECT of one row: no FROM, nothing that could multiply it.
    fileprivate var givesFewRows: Bool {
        if self[.valuesLists] != nil { return true }
        return kind == .selectStmt && self[.fromClause] == nil && node(.larg) == nil
            && !nodes(.targetList).contains { $0.holds(.funcCall) || $0.holds(.rawIndirection) }
    }

    func holds(_ wanted: NodeKind) -> Bool {
        if kind == wanted { return true }
        var found = false
        for value in fields where !found {
            value.forEachNode { found = found || $0.holds(wanted) }
        }
        return found
    }
}
