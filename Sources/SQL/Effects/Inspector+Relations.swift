import Vocabulary

/// DDL on relations and on what hangs on them.
extension Inspector {
    func relationDefinition(_ node: Node) {
        mark(node)
        switch node.kind {
        case .createStmt: createTable(node)
        case .createForeignTableStmt:
            emit(.serverIO, exactly(node.text(.servername) ?? ""))
            node.node(.base).map(relationDefinition)
            rest(node)
        case .viewStmt: createView(node)
        case .indexStmt:
            tablespace(node.text(.tableSpace))
            altered(node.node(.relation), rest: node)
        case .createSeqStmt:
            node.node(.sequence).map { create($0, onlyIfMissing: node.flag(.ifNotExists)) }
            rest(node)
        case .alterSeqStmt: altered(node.node(.sequence), rest: node)
        case .alterTableStmt: alterTable(node)
        case .createTrigStmt: createTrigger(node)
        case .ruleStmt:
            unsettle(node.node(.relation))
            altered(node.node(.relation), rest: node)
        case .createPolicyStmt, .alterPolicyStmt: policy(node)
        case .createStatsStmt:
            emit(.schema, creationReference(node.names(.defnames)))
            for range in node.nodes(.relations) { altered(range, rest: node) }
        case .compositeTypeStmt:
            node.node(.typevar).map { create($0, kind: .other) }
            rest(node)
        default: unknown()
        }
        if changes.isEmpty { changes.append(.schemaChanged) }
    }

    func rest(_ node: Node) { sweep(node, in: definitionScope()) }

    // MARK: Creating

    /// A new relation by the name of a RangeVar: permanent, or in the temporary schema.
    func create(_ range: Node, kind: TemporaryObjects.Kind = .table, onlyIfMissing: Bool = false) {
        mark(range)
        let name = range.text(.relname) ?? ""
        guard isTemporary(range) else {
            let schema = range.text(.schemaname)
            let reference = creationReference((schema.map { [$0] } ?? []) + [name])
            emit(.schema, reference)
            if case .exactly(let made) = reference { session.created.insert(made.components) }
            changes.append(.schemaChanged)
            return
        }
        emit(.schema, exactly("pg_temp", name), kind == .other ? [:] : ["temporary": .flag(true)])
        // IF NOT EXISTS leaves what is there, which may be a view.
        guard !onlyIfMissing || (session.temporaries[name] == nil && !session.temporariesUnsure)
        else { return }
        changes.append(.createTemporary(name: name, kind))
    }

    private func isTemporary(_ range: Node) -> Bool {
        if range.text(.relpersistence) == "t" || range.text(.schemaname) == "pg_temp" {
            return true
        }
        return range.text(.schemaname) == nil && session.searchPath?.first == "pg_temp"
    }

    private func createTable(_ node: Node) {
        guard let range = node.node(.relation) else { return unknown() }
        // A child's rows are rows of its parents.
        let parents = node.nodes(.inhRelations)
        let own: TemporaryObjects.Kind =
            node.text(.oncommit) == "ONCOMMIT_DROP" ? .tableUntilCommit : .table
        create(
            range, kind: parents.isEmpty ? own : .other,
            onlyIfMissing: node.flag(.ifNotExists))
        for parent in parents { altered(parent) }
        tablespace(node.text(.tablespacename))
        referred(node)
        node.node(.ofTypename).map(markAll)
        rest(node)
    }

    /// Where a relation's files go, when it is said.
    func tablespace(_ name: String?) {
        if let name, !name.isEmpty { emit(.schema, exactly(name)) }
    }

    /// Tables that a foreign key refers to (they get triggers), and tables whose shape is copied.
    private func referred(_ node: Node) {
        if node.kind == .constraint, let range = node.node(.pktable) { altered(range) }
        if node.kind == .tableLikeClause {
            mark(node)
            // What its columns, defaults and comments are: the server asks for the right to read it.
            if let range = node.node(.relation) { readWhole(resolve(range)) }
        }
        for value in node.fields where node.kind != .selectStmt {
            value.forEachNode(referred)
        }
    }

    private func createView(_ node: Node) {
        guard let range = node.node(.view) else { return unknown() }
        var kind = TemporaryObjects.Kind.other
        if isTemporary(range), let text = node.node(.query).flatMap({ definitionText($0) }) {
            kind = .view(definition: text)
        }
        if session.searchPath == nil { kind = .other }
        create(range, kind: kind)
        node.node(.query).map { _ = query($0, in: nil) }
        rest(node)
    }

    /// The text of a view's query is not cut out here: `SELECT * FROM` every relation that it reads says the same.
    private func definitionText(_ query: Node) -> [UInt8]? {
        var names: [ObjectName] = []
        guard collect(query, into: &names), !names.isEmpty else { return nil }
        let items = names.map { name in
            name.components.map {
                "\"\($0.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
            }
            .joined(separator: ".")
        }
        return Array("SELECT * FROM \(items.joined(separator: ", "))".utf8)
    }

    /// False when the query calls functions or names something that is not surely one relation.
    private func collect(_ node: Node, into names: inout [ObjectName]) -> Bool {
        if node.kind == .funcCall || node.kind == .withClause { return false }
        if node.kind == .rangeVar {
            let resolved = resolve(
                schema: node.text(.schemaname), name: node.text(.relname) ?? "")
            guard let name = resolved.name else { return false }
            names.append(name)
        }
        var isWhole = true
        for value in node.fields {
            value.forEachNode { if isWhole { isWhole = collect($0, into: &names) } }
        }
        return isWhole
    }

    // MARK: Changing

    /// `schema` on an existing relation; then the expressions of the statement, whose columns are its own.
    func altered(_ range: Node?, verb: Verb = .schema, rest node: Node? = nil) {
        guard let range else { return unknown() }
        let resolved = resolve(range)
        emitWithTable(verb, resolved)
        guard let node else { return }
        let use = RelationUse(resolved, isTarget: true)
        sweep(node, in: definitionScope(use))
        emitReads(use)
    }

    /// On a relation; and on the table whose index it is, which is locked, and may be read, with it.
    func emitWithTable(
        _ verb: Verb, _ resolved: ResolvedRelation, _ attributes: [String: AttributeValue] = [:]
    ) {
        var attributes = attributes
        if resolved.isOwnTable { attributes["temporary"] = .flag(true) }
        emit(verb, resolved.reference, attributes)
        if let table = resolved.relation?.parent.flatMap({ catalogue.relation(oid: $0) }) {
            emit(verb, exactly(table.schema, table.name), attributes)
        }
    }

    /// A temporary table with a rule or trigger is not plainly the session's own any more.
    private func unsettle(_ range: Node?) {
        guard let name = range?.text(.relname), session.temporaries[name] != nil else { return }
        changes.append(.createTemporary(name: name, .other))
    }

    private func alterTable(_ node: Node) {
        guard let range = node.node(.relation) else { return unknown() }
        referred(node)
        let commands = node.nodes(.cmds)
        for command in commands {
            let subtype = command.text(.subtype) ?? ""
            if Self.privileged.contains(subtype) { altered(range, verb: .privilege) }
            // Partitions and parents that come or go.
            if let other = command.node(.def), other.kind == .rangeVar { altered(other) }
            if let other = command.node(.def), other.kind == .partitionCmd {
                mark(other)
                altered(other.node(.name))
            }
            if subtype == "AT_SetTableSpace" { tablespace(command.text(.name)) }
            if subtype == "AT_AddInherit" || subtype == "AT_AttachPartition" { unsettle(range) }
            if subtype == "AT_GenericOptions" || subtype == "AT_AlterColumnGenericOptions" {
                emit(.serverIO, resolve(range).reference)
            }
        }
        altered(range, rest: node)
    }

    private static let privileged: Set<String> = [
        "AT_ChangeOwner", "AT_EnableRowSecurity", "AT_DisableRowSecurity", "AT_ForceRowSecurity",
        "AT_NoForceRowSecurity",
    ]

    private func createTrigger(_ node: Node) {
        unsettle(node.node(.relation))
        emit(.execute, functionReference(node.names(.funcname)))
        node.node(.constrrel).map { altered($0) }
        altered(node.node(.relation), rest: node)
    }

    func functionReference(_ names: [String]) -> ObjectReference {
        let schemas = catalogue.functions(named: names.last ?? "", searchPath: functionPath ?? [])
        return objectReference(names, among: schemas.map(\.schema))
    }

    private func policy(_ node: Node) {
        node.nodes(.roles).forEach(markAll)
        altered(node.node(.table), verb: .privilege, rest: node)
    }
}
