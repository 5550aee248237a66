import Vocabulary

/// DDL on everything but relations.
extension Inspector {
    func definition(_ node: Node) {
        mark(node)
        changes.append(.schemaChanged)
        switch node.kind {
        case .dropStmt: drop(node)
        case .createFunctionStmt: createFunction(node)
        case .createSchemaStmt: createSchema(node)
        case .renameStmt, .alterObjectSchemaStmt, .alterObjectDependsStmt, .commentStmt:
            rename(node)
        case .createDomainStmt: schema(node.names(.domainname), isNew: true)
        case .defineStmt: schema(node.names(.defnames), isNew: true)
        case .createEnumStmt, .createRangeStmt: schema(node.names(.typeName), isNew: true)
        case .alterEnumStmt, .alterTypeStmt, .alterDomainStmt: schema(node.names(.typeName))
        case .createConversionStmt:
            schema(node.names(.conversionName), isNew: true)
            emit(.execute, functionReference(node.names(.funcName)))
        case .createOpClassStmt: schema(node.names(.opclassname), isNew: true)
        case .createOpFamilyStmt, .alterOpFamilyStmt: schema(node.names(.opfamilyname))
        case .alterFunctionStmt: schema(node.node(.func)?.names(.objname) ?? [])
        case .alterOperatorStmt: schema(node.node(.opername)?.names(.objname) ?? [])
        case .alterTSDictionaryStmt: schema(node.names(.dictname))
        case .alterTSConfigurationStmt: schema(node.names(.cfgname))
        case .alterCollationStmt: schema(node.names(.collname))
        case .alterStatsStmt: schema(node.names(.defnames))
        case .createCastStmt, .createTransformStmt: createCast(node)
        case .createAmStmt: handler(.amname, .handlerName, node)
        case .createPLangStmt: handler(.plname, .plhandler, node)
        case .createEventTrigStmt: handler(.trigname, .funcname, node)
        case .alterEventTrigStmt: emit(.schema, exactly(node.text(.trigname) ?? ""))
        case .createdbStmt, .dropdbStmt, .alterDatabaseStmt, .alterDatabaseRefreshCollStmt,
            .alterDatabaseSetStmt:
            emit(.schema, exactly(node.text(.dbname) ?? ""))
        default: reach(node)
        }
        rest(node)
        // What is made here may be a rival of any name that follows in this text.
        session.catalogueIsCurrent = false
    }

    private func schema(_ names: [String], isNew: Bool = false) {
        emit(.schema, isNew ? creationReference(names) : objectReference(names))
    }

    private func handler(_ name: NodeField, _ function: NodeField, _ node: Node) {
        emit(.schema, exactly(node.text(name) ?? ""))
        let names = node.names(function)
        if !names.isEmpty { emit(.execute, functionReference(names)) }
    }

    private func createFunction(_ node: Node) {
        let names = node.names(.funcname)
        if names.dropLast().last == "pg_temp" {
            emit(.schema, .exactly(ObjectName(names)))
        } else {
            schema(names, isNew: true)
        }
        for option in node.nodes(.options) {
            // A library of the server, by its file.
            if option.text(.defname) == "as", option.node(.arg)?.list(.items).count ?? 0 > 1 {
                emit(.serverIO, exactly(option.node(.arg)?.names(.items).first ?? ""))
            }
            if option.text(.defname) == "security" {
                emit(.privilege, creationReference(names))
            }
        }
    }

    private func createSchema(_ node: Node) {
        emit(
            .schema,
            exactly(node.text(.schemaname) ?? node.node(.authrole)?.text(.rolename) ?? ""))
        let outer = session.searchPath
        session.created.insert([node.text(.schemaname) ?? "public"])
        session.searchPath = outer.map { [node.text(.schemaname) ?? "public"] + $0 }
        for element in node.nodes(.schemaElts) {
            switch element.kind {
            case .grantStmt: privilege(element)
            default: relationDefinition(element)
            }
        }
        session.searchPath = outer
    }

    private func createCast(_ node: Node) {
        emit(.schema, .none)
        for field in [NodeField.func, .fromsql, .tosql] {
            guard let function = node.node(field) else { continue }
            emit(.execute, functionReference(function.names(.objname)))
        }
    }

    // MARK: By kind of object

    private func rename(_ node: Node) {
        let type = node.text(.renameType) ?? node.text(.objectType) ?? node.text(.objtype) ?? ""
        if let range = node.node(.relation) {
            let resolved = resolve(range)
            emitWithTable(.schema, resolved)
            newName(node, type, resolved.reference, isOwn: resolved.isOwnTable)
            if let kind = resolved.temporary { renamed(node, resolved, kind) }
            return
        }
        guard let object = node[.object] else {
            return emit(roleLike(type) ? .privilege : .schema, exactly(node.text(.subname) ?? ""))
        }
        let reference = self.object(object, type)
        emit(roleLike(type) ? .privilege : .schema, reference)
        newName(node, type, reference, isOwn: false)
    }

    /// RENAME TO and SET SCHEMA make an object of another name, which other rules may be about.
    private func newName(
        _ node: Node, _ type: String, _ old: ObjectReference, isOwn: Bool
    ) {
        guard node.kind != .renameStmt || !Self.parts.contains(type), case .exactly(let name) = old,
            !name.components.isEmpty
        else { return }
        var components = name.components
        if let last = node.text(.newname) {
            components[components.count - 1] = last
        } else if let schema = node.text(.newschema) {
            components = [schema] + components.suffix(components.count > 1 ? 1 : 0)
        } else {
            return
        }
        emit(
            roleLike(type) ? .privilege : .schema, .exactly(ObjectName(components)),
            isOwn ? ["temporary": .flag(true)] : [:])
    }

    /// What has its name within something else.
    private static let parts: Set<String> = attached.union([
        "OBJECT_ATTRIBUTE", "OBJECT_DOMCONSTRAINT",
    ])

    private func renamed(
        _ node: Node, _ resolved: ResolvedRelation, _ kind: TemporaryObjects.Kind
    ) {
        guard Self.relations.contains(node.text(.renameType) ?? ""),
            let name = node.text(.newname), let old = resolved.name?.components.last
        else { return }
        changes += [.dropTemporary(name: old), .createTemporary(name: name, kind)]
    }

    private func roleLike(_ type: String) -> Bool {
        type == "OBJECT_ROLE" || type == "OBJECT_POLICY"
    }

    private func drop(_ node: Node) {
        let type = node.text(.removeType) ?? ""
        var attributes: [String: AttributeValue] = [:]
        if node.text(.behavior) == "DROP_CASCADE" {
            attributes["cascade"] = .flag(true)
            // Temporary tables may hang on what goes.
            changes.append(.ranCode)
        }
        for value in node.list(.objects) {
            if Self.relations.contains(type), let names = value.node?.names(.items),
                let name = names.last
            {
                dropRelation(resolve(schema: names.dropLast().last, name: name), attributes)
            } else {
                emit(
                    type == "OBJECT_POLICY" ? .privilege : .schema, object(value, type), attributes)
            }
        }
    }

    private func dropRelation(_ resolved: ResolvedRelation, _ attributes: [String: AttributeValue])
    {
        if resolved.temporary != nil, let name = resolved.name?.components.last {
            changes.append(.dropTemporary(name: name))
        }
        emitWithTable(.schema, resolved, attributes)
    }

    private static let relations: Set<String> = [
        "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_INDEX", "OBJECT_SEQUENCE",
        "OBJECT_FOREIGN_TABLE",
    ]

    /// What hangs on a relation: the relation is the object, the last name is the thing's own.
    private static let attached: Set<String> = [
        "OBJECT_TRIGGER", "OBJECT_RULE", "OBJECT_POLICY", "OBJECT_TABCONSTRAINT", "OBJECT_COLUMN",
    ]

    private static let withoutSchema: Set<String> = [
        "OBJECT_SCHEMA", "OBJECT_DATABASE", "OBJECT_ROLE", "OBJECT_TABLESPACE", "OBJECT_EXTENSION",
        "OBJECT_LANGUAGE", "OBJECT_FDW", "OBJECT_FOREIGN_SERVER", "OBJECT_EVENT_TRIGGER",
        "OBJECT_PUBLICATION", "OBJECT_SUBSCRIPTION", "OBJECT_ACCESS_METHOD", "OBJECT_PARAMETER_ACL",
    ]

    /// The name of an object of any kind (`gram.y`, `any_name`, `object_type_name`, ...).
    func object(_ value: Node.Value, _ type: String) -> ObjectReference {
        guard let node = value.node else { return .anything }
        if Self.withoutSchema.contains(type) {
            return node.stringText.map { exactly($0) } ?? .anything
        }
        if type == "OBJECT_LARGEOBJECT" { return exactly("pg_catalog", "pg_largeobject") }
        if type == "OBJECT_CAST" || type == "OBJECT_TRANSFORM" { return .none }
        let names = objectNames(node)
        guard let name = names.last else { return .anything }
        if Self.relations.contains(type) {
            return resolve(schema: names.dropLast().last, name: name).reference
        }
        if Self.attached.contains(type), names.count > 1 {
            let owner = names.dropLast()
            return resolve(schema: owner.dropLast().last, name: owner.last ?? "").reference
        }
        if type == "OBJECT_OPCLASS" || type == "OBJECT_OPFAMILY" {
            return objectReference(Array(names.dropFirst()))
        }
        if type == "OBJECT_FUNCTION" || type == "OBJECT_PROCEDURE" || type == "OBJECT_ROUTINE"
            || type == "OBJECT_AGGREGATE"
        {
            return functionReference(names)
        }
        if type == "OBJECT_TYPE" || type == "OBJECT_DOMAIN", names.count == 1 {
            let found = catalogue.types(named: name, searchPath: functionPath ?? [])
            return objectReference(names, among: found.map(\.schema))
        }
        return objectReference(names)
    }

    private func objectNames(_ node: Node) -> [String] {
        switch node.kind {
        case .list: node.list(.items).flatMap { $0.node.map(objectNames) ?? [] }
        case .objectWithArgs: node.names(.objname)
        case .typeName: node.names(.names)
        case .string: [node.stringText ?? ""]
        case .rangeVar: [node.text(.schemaname), node.text(.relname)].compactMap(\.self)
        default: []
        }
    }
}
