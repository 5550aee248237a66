import Vocabulary

/// What a built-in does with its arguments.
extension Inspector {
    func perform(_ judgement: FunctionJudgement, _ call: Invocation, schema: String) {
        for deed in judgement.deeds {
            switch deed {
            case .effect(let verb, let object): effect(verb, object, call, schema)
            case .runsText(let index): runText(call.argument(index, in: schema))
            case .fetches(let index): fetch(call.argument(index, in: schema))
            case .sets(let name, let value):
                sets(call.argument(name, in: schema), call.argument(value, in: schema))
            case .readsSetting: emit(.read, named: "pg_catalog", "pg_settings")
            case .runsTypeOf(let index):
                if index < call.types.count, let type = call.types[index] {
                    runCode(of: type)
                } else {
                    runUntyped()
                }
            case .runsTypesFrom: runUntyped()
            }
        }
    }

    private func effect(
        _ verb: Verb, _ object: FunctionObject, _ call: Invocation, _ schema: String
    ) {
        switch object {
        case .none: emit(verb, .none, attributes(verb, bounded: true))
        case .function:
            emit(verb, exactly(schema, call.names.last ?? ""), attributes(verb, bounded: true))
        case .named(let name):
            emit(
                Effect(
                    verb, .exactly(name), attributes: attributes(verb, bounded: true),
                    mustBeNamed: verb == .read && mustBeNamed(.exactly(name))))
        case .relation(let index): relation(verb, call.argument(index, in: schema))
        case .relationsOfSchema(let index):
            relations(verb, ofSchema: call.argument(index, in: schema))
        case .text(let index):
            switch constant(call.argument(index, in: schema)) {
            case .text(let text): emit(verb, exactly(text))
            case .later: break
            case .null, .unknown: emit(verb, .anything)
            }
        case .anything: emit(verb, .anything, attributes(verb, bounded: false))
        }
    }

    private func attributes(_ verb: Verb, bounded: Bool) -> [String: AttributeValue] {
        verb == .write ? ["bounded": .flag(bounded)] : [:]
    }

    private func relation(_ verb: Verb, _ argument: Node?) {
        switch constant(argument) {
        case .text(let text): relation(verb, named: text)
        case .later: break
        case .null: break
        case .unknown: emit(verb, .anything, attributes(verb, bounded: false))
        }
    }

    private func relation(_ verb: Verb, named text: String) {
        guard let resolved = relation(text) else {
            return emit(verb, .anything, attributes(verb, bounded: false))
        }
        if verb == .read { return readWhole(resolved) }
        emit(verb, resolved.reference, attributes(verb, bounded: true))
    }

    /// What a `regclass` text means: digits are an oid.
    private func relation(_ text: String) -> ResolvedRelation? {
        if let oid = UInt32(text) {
            return catalogue.relation(oid: oid).map { resolve(schema: $0.schema, name: $0.name) }
        }
        guard let names = Identifiers.qualified(text), let name = names.last else { return nil }
        var resolved = ResolvedRelation(reference: .anything)
        atRunTime { resolved = resolve(schema: names.dropLast().last, name: name) }
        return resolved
    }

    private func relations(_ verb: Verb, ofSchema argument: Node?) {
        switch constant(argument) {
        // A longer name is cut, and means another schema.
        case .text(let schema) where schema.utf8.count > SQLLimits.nameBytesMax:
            emit(verb, .anything)
        case .text(let schema):
            for relation in catalogue.relations(inSchema: schema) {
                readWhole(resolve(schema: relation.schema, name: relation.name))
            }
            emit(verb, .exactly(ObjectName([schema])))
        case .later: break
        case .null, .unknown: emit(verb, .anything)
        }
    }

    /// Names in a value are looked up when the call runs: under the session's path, in a view as well.
    private func atRunTime(_ body: () -> Void) {
        let wasFixed = hasFixedPath
        hasFixedPath = false
        body()
        hasFixedPath = wasFixed
    }

    private func runText(_ argument: Node?) {
        switch constant(argument) {
        case .text(let text):
            guard let parsed = nested(Array(text.utf8)) else { return }
            atRunTime { runWhole(parsed) }
        case .later, .null: break
        case .unknown: unknown()
        }
    }

    private func fetch(_ argument: Node?) {
        switch constant(argument) {
        case .text(let name): runCursor(name)
        case .later, .null: break
        case .unknown: unknown()
        }
    }

    private func sets(_ name: Node?, _ value: Node?) {
        let value = constant(value)
        let text: String? = if case .text(let text) = value { text } else { nil }
        switch constant(name) {
        case .text(let name):
            setting(name, value: text, isLocal: false)
            if case .unknown = value { refuseUnknown(name) }
        case .later, .null: break
        case .unknown:
            setting(nil, value: nil, isLocal: false)
            refuse(
                "the name of the setting is not known before it is set",
                hint: "name the setting by a constant or a text parameter")
        }
    }

    private func refuseUnknown(_ name: String) {
        guard ["client_encoding", "standard_conforming_strings"].contains(name.lowercased()) else {
            return
        }
        refuse(
            "the value of \(name.lowercased()) is not known before it is set",
            hint: "set it by a constant")
    }

    // MARK: Constants

    enum Constant {
        case text(String)
        case null
        /// A parameter, and no values yet: decided at Bind.
        case later
        case unknown
    }

    func constant(_ node: Node?) -> Constant {
        guard let node else { return .unknown }
        switch node.kind {
        case .rawConst: return literal(node)
        case .typeCast:
            guard let type = node.node(.typeName), isTextType(type) else { return .unknown }
            return constant(node.node(.arg))
        case .paramRef: return parameter(Int(node.integer(.number)) - 1)
        default: return .unknown
        }
    }

    /// Types through which a constant's text goes unchanged. Not `name`, nor any with a length: they cut it.
    private static let textTypes: Set<String> = ["text", "varchar", "regclass", "oid", "unknown"]

    private func isTextType(_ type: Node) -> Bool {
        let names = type.names(.names)
        let isBuiltin =
            names.count == 1
            ? functionPath?.first == "pg_catalog" : names.count == 2 && names[0] == "pg_catalog"
        return isBuiltin && Self.textTypes.contains(names.last ?? "")
            && type[.arrayBounds] == nil && type[.typmods] == nil && !type.flag(.setof)
    }

    private func literal(_ node: Node) -> Constant {
        result.readsConstants = true
        if node.flag(.isnull) { return .null }
        if let text = node.node(.sval)?.text(.sval) { return .text(text) }
        if let integer = node.node(.ival) { return .text(String(integer.integer(.ival))) }
        if let float = node.node(.fval)?.text(.fval) { return .text(float) }
        return .unknown
    }

    private func parameter(_ index: Int) -> Constant {
        result.dependsOnValues = true
        if stage == .parse { return .later }
        guard values.indices.contains(index) else { return .unknown }
        let value = values[index]
        guard let bytes = value.bytes else { return .null }
        // `name` cuts what is longer (`NAMEDATALEN`).
        if value.type == 19, bytes.count > SQLLimits.nameBytesMax { return .unknown }
        if value.format == .binary {
            switch value.type {
            case 25, 1043, 19, 705: break
            case 26 where bytes.count == 4, 2205 where bytes.count == 4:
                return .text(String(bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }))
            default: return .unknown
            }
        }
        return String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .unknown
    }
}
