import Vocabulary

/// Calls of functions: which one a name may mean, and what that does.
extension Inspector {
    @discardableResult
    func call(_ node: Node, in scope: Scope) -> UInt32? {
        mark(node)
        let arguments = node.nodes(.args)
        var types = arguments.map { expression($0, in: scope) }
        for key in node.nodes(.aggOrder) {
            let type = expression(key, in: scope)
            if node.flag(.aggWithinGroup) { types.append(type) }
        }
        expression(node.node(.aggFilter), in: scope)
        expression(node.node(.over), in: scope)
        let isPlain =
            !node.flag(.funcVariadic) && !arguments.contains { $0.kind == .namedArgExpr }
        return call(
            Invocation(
                names: node.names(.funcname), arguments: arguments, count: types.count,
                types: isPlain ? types : [], isPlain: isPlain))
    }

    /// `x.name` that is no known column: the call name(x), if there is such a function.
    func attribute(_ name: String, of type: UInt32?) -> UInt32? {
        if let type, let field = field(name, of: type) { return field.type }
        let invocation = Invocation(
            names: [name], arguments: [], count: 1, types: [type], isPlain: true)
        guard effectivePath != nil else { return call(invocation) }
        let isFunction =
            Builtins.judge(name: name, argumentCount: 1, argumentTypes: [type]).isBuiltin
            || !rivals(invocation).isEmpty
        return isFunction ? call(invocation) : nil
    }

    private func field(_ name: String, of type: UInt32) -> CatalogueColumn? {
        catalogue.type(oid: type)?.relation.flatMap { catalogue.relation(oid: $0) }?
            .column(named: name)
    }

    private func call(_ call: Invocation) -> UInt32? {
        guard let name = call.names.last else { return nil }
        if call.names.count > 1 {
            return self.call(call, name, schema: call.names[call.names.count - 2])
        }
        let judgement = Builtins.judge(
            name: name, argumentCount: call.count, argumentTypes: call.types)
        let rivals = rivals(call)
        if judgement.isBuiltin { perform(judgement, call, schema: "pg_catalog") }
        for rival in rivals { ran(rival) }
        if rivals.isEmpty, judgement.isBuiltin, effectivePath != nil, !mayHaveRivals {
            return judgement.resultType
        }
        if effectivePath == nil {
            emit(.execute, .anything)
            changes.append(.ranCode)
            return nil
        }
        return run(name, rivals: rivals, judgement)
    }

    /// Says that one of several functions runs.
    private func run(
        _ name: String, rivals: [CatalogueFunction], _ judgement: FunctionJudgement
    ) -> UInt32? {
        var names = rivals.map { ObjectName([$0.schema, name]) }
        if !session.catalogueIsCurrent { names += userPath.map { ObjectName([$0, name]) } }
        if judgement.isBuiltin { names.append(ObjectName(["pg_catalog", name])) }
        if names.isEmpty {
            if let type = typeCall(name) { return type }
            emit(.execute, objectReference([name]))
            changes.append(.ranCode)
            return nil
        }
        emit(.execute, oneOf(names))
        return names.count == 1 ? rivals.first?.resultType : nil
    }

    /// `money_domain(1)`: the name of a type is a cast.
    private func typeCall(_ name: String) -> UInt32? {
        guard let type = catalogue.types(named: name, searchPath: functionPath ?? []).first else {
            return nil
        }
        runCode(of: type.oid)
        return type.oid
    }

    private func call(_ call: Invocation, _ name: String, schema: String) -> UInt32? {
        let own = catalogue.functions(schema: schema, name: name).filter { accepts($0, call) }
        for function in own { ran(function) }
        let isSystem = schema == "pg_catalog" || schema == "information_schema"
        let judgement =
            isSystem
            ? Builtins.judge(
                name: name, schema: schema, argumentCount: call.count, argumentTypes: call.types)
            : .unlisted
        if judgement.isBuiltin { perform(judgement, call, schema: schema) }
        if own.isEmpty, judgement.isBuiltin { return judgement.resultType }
        if own.isEmpty {
            changes.append(.ranCode)
            // A type's name: a cast.
            if let type = catalogue.type(schema: schema, name: name), catalogue.isHarmless(type.oid)
            {
                return type.oid
            }
        }
        emit(.execute, exactly(schema, name))
        return own.count == 1 ? own[0].resultType : nil
    }

    private func ran(_ function: CatalogueFunction) {
        leavesOpen(
            "function \(ObjectName([function.schema, function.name])) sha256:\(function.definitionHash)"
        )
        if function.volatility == .volatile { changes.append(.ranCode) }
    }

    /// User functions that an unqualified call may mean. The snapshot being old adds every schema of the path.
    private func rivals(_ call: Invocation) -> [CatalogueFunction] {
        guard let path = functionPath, let name = call.names.last else { return [] }
        return catalogue.functions(named: name, searchPath: path).filter { accepts($0, call) }
    }

    private func accepts(_ function: CatalogueFunction, _ call: Invocation) -> Bool {
        guard call.isPlain, !function.isVariadic, function.kind != .aggregate else { return true }
        guard function.accepts(argumentCount: call.count) else { return false }
        return call.types.indices.allSatisfy {
            $0 >= function.argumentTypes.count
                || mayStand(call.types[$0], for: function.argumentTypes[$0])
        }
    }
}

/// A call as it was written.
struct Invocation {
    let names: [String]
    let arguments: [Node]
    let count: Int
    let types: [UInt32?]
    /// Without named arguments and VARIADIC: positions and types mean what they say.
    let isPlain: Bool

    /// The argument at a position of the signature; `nil` when it cannot be told.
    func argument(_ index: Int, in schema: String) -> Node? {
        if isPlain { return index < arguments.count ? arguments[index] : nil }
        guard let name = names.last else { return nil }
        let positional = arguments.prefix { $0.kind != .namedArgExpr }.count
        if index < positional { return arguments[index] }
        let wanted = Set(
            Builtins.functions(named: name, schema: schema).compactMap {
                index < $0.argumentNames.count ? $0.argumentNames[index] : nil
            })
        let found = arguments.filter {
            $0.kind == .namedArgExpr && wanted.contains($0.text(.name) ?? "")
        }
        return found.count == 1 ? found[0].node(.arg) : nil
    }
}
