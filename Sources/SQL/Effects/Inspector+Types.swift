import Vocabulary

/// Types that bring code: casting to them, comparing, writing and sometimes reading them runs it.
extension Inspector {
    /// `x::type`: answers the type's oid. The cast runs while the server analyses the text when `x` is a literal.
    @discardableResult
    func castType(_ node: Node, from source: UInt32?) -> UInt32? {
        markAll(node)
        let names = node.names(.names)
        guard let name = names.last else { return nil }
        // FLOAT(n) is one or the other by its number (`gram.y`, opt_float).
        if name == "float4" || name == "float8" { result.readsConstants = true }
        let base = typeOID(names, name)
        let isArray = !node.list(.arrayBounds).isEmpty
        if let base { runCode(of: base) }
        let type = isArray ? base.flatMap { arrayType($0) ?? arrayOf($0) } : base
        if let type { castFunctions(from: source, to: type) }
        return type
    }

    private func arrayOf(_ element: UInt32) -> UInt32? {
        guard let type = catalogue.type(oid: element) else { return nil }
        return catalogue.type(schema: type.schema, name: "_" + type.name)?.oid
    }

    /// The oid of a named type; says that it is not known when it is not.
    private func typeOID(_ names: [String], _ name: String) -> UInt32? {
        if names.count > 1 {
            let schema = names[names.count - 2]
            if schema == "pg_catalog", let type = Builtins.type(named: name) { return type.oid }
            if let type = catalogue.type(schema: schema, name: name) { return type.oid }
            emitAtParse(Effect(.execute, exactly(schema, name)))
            return nil
        }
        if let kind = session.temporaries[name], !hasFixedPath, effectivePath?.first == "pg_temp" {
            if kind != .table, kind != .tableUntilCommit {
                emitAtParse(Effect(.execute, exactly("pg_temp", name)))
            }
            return nil
        }
        if session.temporariesUnsure || session.temporaries.unsureNames.contains(name),
            !hasFixedPath
        {
            emitAtParse(
                Effect(
                    .execute,
                    oneOf([["pg_temp", name], ["pg_catalog", name]].map(ObjectName.init))))
        }
        if effectivePath != nil, let type = firstType(name) { return type }
        emitAtParse(Effect(.execute, objectReference([name])))
        return nil
    }

    private func firstType(_ name: String) -> UInt32? {
        for schema in functionPath ?? [] {
            if schema == "pg_catalog", let type = Builtins.type(named: name) { return type.oid }
            if let type = catalogue.type(schema: schema, name: name) { return type.oid }
        }
        return nil
    }

    /// Casts that somebody made.
    private func castFunctions(from source: UInt32?, to target: UInt32) {
        guard source != TypeOID.unknown else { return }
        for cast in catalogue.casts where cast.target == target {
            guard source == nil || cast.source == source, let oid = cast.function else { continue }
            if let function = catalogue.function(oid: oid) {
                emit(.execute, exactly(function.schema, function.name))
            } else if Builtins.function(oid: oid) == nil {
                emit(.execute, .anything)
            }
        }
    }

    /// A value of this type is made, compared or written: says so when that runs code.
    func runCode(of oid: UInt32) {
        guard oid != TypeOID.unknown, !catalogue.isHarmless(oid), let name = typeName(oid) else {
            return
        }
        emitAtParse(Effect(.execute, .exactly(name)))
    }

    /// The name of a type that is not built in.
    private func typeName(_ oid: UInt32) -> ObjectName? {
        guard Builtins.type(oid: oid) == nil else { return nil }
        guard let type = catalogue.type(oid: oid) else {
            return ObjectName(["pg_type", String(oid)])
        }
        if let element = type.elementType, let name = typeName(element) { return name }
        return ObjectName([type.schema, type.name])
    }

    /// Reading a relation prints its columns: base types of extensions run their own code for it.
    func runTypes(of relation: CatalogueRelation, columns: [String]?) {
        guard !codeTypes.isEmpty else { return }
        for column in relation.columns {
            guard columns?.contains(column.name) ?? true, column.type != 0,
                let name = outputCode(column.type, depth: 0)
            else { continue }
            emit(.execute, .exactly(name))
        }
    }

    private func outputCode(_ oid: UInt32, depth: Int) -> ObjectName? {
        guard depth < HarmlessTypes.depthMax, !catalogue.isHarmless(oid),
            let type = catalogue.type(oid: oid)
        else { return nil }
        if type.kind == .base, type.elementType == nil {
            return ObjectName([type.schema, type.name])
        }
        return (type.elementType ?? type.baseType).flatMap { outputCode($0, depth: depth + 1) }
    }

    /// A polymorphic call over a type that is not known: may run the code of any type that brings some.
    func runUntyped() {
        if !codeTypes.isEmpty {
            emit(.execute, codeTypes.count > SQLLimits.namedTypesMax ? .anything : oneOf(codeTypes))
        }
    }

    /// Base types that are not built in; domains only check what is cast to them.
    func findCodeTypes() -> [ObjectName] {
        let contents = catalogue.contents
        guard contents.harmlessTypes.count < contents.types.count else { return [] }
        return contents.types.filter {
            $0.kind == .base && $0.elementType == nil && !contents.harmlessTypes.contains($0.oid)
        }.map { ObjectName([$0.schema, $0.name]) }
    }
}
