import Vocabulary

/// Statements that run, prepare or name other statements.
extension TableChange {
    /// Whether EXPLAIN of a statement brings this about, with ANALYZE or without.
    fileprivate func happens(whenExplained analyzes: Bool) -> Bool {
        switch self {
        case .declare: false
        case .ranCode, .settingChanged: true
        case .prepare, .deallocate, .closeCursor, .discardAll, .discardTemporary, .createTemporary,
            .dropTemporary, .schemaChanged, .transactionEnded:
            analyzes
        }
    }
}

extension Inspector {
    func indirect(_ node: Node, of text: ParsedText) {
        mark(node)
        switch node.kind {
        case .prepareStmt: prepare(node, of: text)
        case .executeStmt: execute(node)
        case .deallocateStmt:
            emit(.session)
            changes.append(.deallocate(name: node.text(.name)))
        case .declareCursorStmt: declare(node, of: text)
        case .fetchStmt: runCursor(node.text(.portalname) ?? "")
        case .closePortalStmt:
            emit(.session)
            changes.append(.closeCursor(name: node.text(.portalname)))
        case .explainStmt: explain(node, of: text)
        case .createTableAsStmt: createAs(node, of: text)
        case .copyStmt: copy(node)
        default: unknown()
        }
    }

    /// The statement inside is planned when it is executed; here it is only analysed, which can run the
    /// code of types. Its effects are said now as well: whoever may not run it need not prepare it.
    private func prepare(_ node: Node, of text: ParsedText) {
        let before = result.resolved.count
        let outer = parameterTypes
        parameterTypes = declaredTypes(node)
        node.node(.query).map { _ = query($0, in: nil) }
        parameterTypes = outer
        let index = text.statements.firstIndex { $0.node == node }
        var prepared = PreparedText(text: text, statement: index)
        prepared.meant(Array(result.resolved[before...]), under: session.names(in: view))
        changes.append(.prepare(name: node.text(.name) ?? "", prepared))
    }

    /// Of PREPARE: values are made of them when it is executed.
    func declaredTypes(_ node: Node) -> [UInt32] {
        node.list(.argtypes).map { type in
            type.node.flatMap { castType($0, from: TypeOID.unknown) } ?? 0
        }
    }

    private func execute(_ node: Node) {
        let scope = Scope(parent: nil)
        expressions(node, .params, in: scope)
        let name = node.text(.name) ?? ""
        guard let prepared = prepared(name) else { return missing(.noStatement(name)) }
        let resolved = run(prepared)
        result.executed.append(
            .init(name: name, resolved: resolved, names: session.names(in: view)))
    }

    func runCursor(_ name: String) {
        guard let cursor = cursor(name) else { return missing(.noCursor(name)) }
        run(cursor)
    }

    private func missing(_ error: SQLRefusal) {
        if result.missing == nil { result.missing = error }
        unknown()
    }

    private func prepared(_ name: String) -> PreparedText? {
        if let own = session.prepared[name] { return own }
        result.dependsOnTables = true
        return session.droppedAllPrepared ? nil : view.prepared(name)
    }

    private func cursor(_ name: String) -> PreparedText? {
        if let own = session.cursors[name] { return own }
        result.dependsOnTables = true
        return session.droppedAllCursors ? nil : view.cursors(name)
    }

    /// Walks a prepared statement's text with the values that are its own; those of EXECUTE are not known here. Answers what
    /// its relations' names mean now.
    @discardableResult
    private func run(_ prepared: PreparedText) -> [ObjectReference] {
        let now = run(prepared, in: view, session)
        for meaning in prepared.meanings where meaning.resolved != now {
            var then = session
            then.take(meaning.names)
            run(prepared, in: view.with(meaning.names), then)
        }
        if prepared.isBlurred { unknown() }
        return now
    }

    @discardableResult
    private func run(_ prepared: PreparedText, in view: SessionView, _ session: Overlay)
        -> [ObjectReference]
    {
        let inner = prepared.text
        let inspector = Inspector(
            view: view, values: prepared.values, types: prepared.types,
            stage: stage == .parse ? .parse : .bind)
        inspector.session = session
        inspector.expansionDepth = expansionDepth + 1
        inspector.isExplaining = isExplaining
        let index = prepared.statement ?? 0
        guard inspector.expansionDepth <= view.limits.expansionDepthMax,
            prepared.statement == nil || inner.statements.indices.contains(index)
        else {
            unknown()
            return []
        }
        if prepared.statement == nil {
            inspector.inspect(inner)
        } else {
            inspector.inspectInner(inner, index)
        }
        take(inspector)
        return inspector.result.resolved
    }

    /// Takes over what another inspector found.
    private func take(_ inspector: Inspector) {
        for effect in inspector.result.parseStageEffects { emitAtParse(effect) }
        for effect in inspector.result.effects { emit(effect) }
        for open in inspector.result.leavesOpen { leavesOpen(open) }
        for changes in inspector.result.changes { self.changes += changes }
        if inspector.result.dependsOnTables { result.dependsOnTables = true }
        if inspector.result.dependsOnValues { result.dependsOnValues = true }
        if inspector.result.readsConstants { result.readsConstants = true }
        if inspector.result.namesUnknownRelation { result.namesUnknownRelation = true }
        if result.missing == nil { result.missing = inspector.result.missing }
        if result.refusal == nil { result.refusal = inspector.result.refusal }
    }

    private func declare(_ node: Node, of text: ParsedText) {
        let before = result.resolved.count
        node.node(.query).map { _ = query($0, in: nil) }
        emit(.session)
        let index = text.statements.firstIndex { $0.node == node }
        // CURSOR_OPT_HOLD (parsenodes.h).
        let isHoldable = node.integer(.options) & 0x20 != 0
        var cursor = PreparedText(text: text, statement: index, values: values)
        cursor.meant(Array(result.resolved[before...]), under: session.names(in: view))
        changes.append(
            .declare(name: node.text(.portalname) ?? "", cursor, isHoldable: isHoldable))
    }

    // MARK: EXPLAIN

    private func explain(_ node: Node, of text: ParsedText) {
        var analyzes = false
        for option in node.nodes(.options) {
            markAll(option)
            if option.text(.defname) == "analyze" {
                analyzes = !isPlainlyFalse(option.node(.arg))
            }
        }
        let was = isExplaining
        isExplaining = was || !analyzes
        let before = changes.count
        node.node(.query).map { statement($0, of: text) }
        // No cursor is opened, and nothing made without ANALYZE; what planning runs may still change something.
        changes =
            Array(changes[..<before])
            + changes[before...].filter { $0.happens(whenExplained: !isExplaining) }
        isExplaining = was
    }

    private func isPlainlyFalse(_ node: Node?) -> Bool {
        guard let node else { return false }
        switch node.kind {
        case .string: return ["false", "off"].contains(node.stringText?.lowercased() ?? "")
        case .boolean: return !node.flag(.boolval)
        case .integer:
            result.readsConstants = true
            return node.integer(.ival) == 0
        default: return false
        }
    }

    // MARK: CREATE TABLE AS, SELECT INTO

    private func createAs(_ node: Node, of text: ParsedText) {
        let isView = node.text(.objtype) == "OBJECT_MATVIEW"
        if let into = node.node(.into) {
            createdByQuery(
                into, kind: isView ? .createTableAsStmt : .selectStmt,
                onlyIfMissing: node.flag(.ifNotExists))
        }
        node.node(.query).map { statement($0, of: text) }
    }

    func createdByQuery(_ into: Node, kind: NodeKind, onlyIfMissing: Bool = false) {
        mark(into)
        guard let range = into.node(.rel) else { return unknown() }
        if isExplaining {
            mark(range)
        } else {
            let drops = into.text(.onCommit) == "ONCOMMIT_DROP"
            create(
                range, kind: drops ? .tableUntilCommit : .table, onlyIfMissing: onlyIfMissing)
            tablespace(into.text(.tableSpaceName))
        }
        for option in into.nodes(.options) { markAll(option) }
        // The definition of a materialised view, once more: analysed only.
        into.node(.viewQuery).map(markAll)
    }

    // MARK: COPY

    private func copy(_ node: Node) {
        let isFrom = node.flag(.isFrom)
        for option in node.nodes(.options) { markAll(option) }
        let isProgram = node.flag(.isProgram)
        let file = node.text(.filename)
        if isProgram || file != nil {
            emit(
                .serverIO, exactly(file ?? ""),
                ["operation": .text(isProgram ? "program" : isFrom ? "read-file" : "write-file")])
        } else {
            emit(isFrom ? .copyIn : .copyOut)
        }
        if let query = node.node(.query) { _ = self.query(query, in: nil) }
        guard let range = node.node(.relation) else { return }
        let names = node.names(.attlist)
        let use = RelationUse(resolve(range), isTarget: isFrom, isOnly: true)
        let scope = definitionScope(use)
        expression(node.node(.whereClause), in: scope)
        if isFrom {
            emitWrite(use, ["bounded": .flag(false), "operation": .text("copy")])
            for column in use.relation.columns ?? []
            where names.isEmpty || names.contains(column.name) {
                if let type = column.type { runCode(of: type) }
            }
        } else {
            for name in names { use.read(name) }
        }
        emitReads(use)
    }
}
