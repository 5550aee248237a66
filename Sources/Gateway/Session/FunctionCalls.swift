import Postgres
import SQL
import Vocabulary

/// What a fast-path call (FunctionCall) does: the function is known by its OID, the arguments by their bytes.
func inspectCall(of function: UInt32, values: [BoundValue], in view: SessionView) -> Inspection {
    var inspection = Inspection()
    inspection.statementCount = 1
    inspection.changes = [[.ranCode]]
    if let known = Builtins.function(oid: function) {
        inspection.effects = effects(of: known, values: values)
        if known.deeds.isEmpty { inspection.changes = [[]] }
    } else if let known = view.catalogue.function(oid: function) {
        inspection.effects = [
            Effect(.execute, .exactly(ObjectName([known.schema, known.name])))
        ]
        inspection.leavesOpen = [
            "function \(known.schema).\(known.name) (\(known.definitionHash.prefix(16)))"
        ]
    } else {
        inspection.effects = [Effect(.unknown, .none)]
    }
    inspection.dependsOnValues = true
    return inspection
}

/// Arguments that name something are not read from their binary form: what they name may be anything.
private func effects(of function: BuiltinFunction, values: [BoundValue]) -> [Effect] {
    let name = ObjectName(["pg_catalog", function.name])
    guard !function.deeds.isEmpty else { return [Effect(.read, .exactly(name))] }
    return function.deeds.map { deed in
        switch deed {
        case .effect(let verb, let object): Effect(verb, reference(object, name))
        case .runsText, .fetches, .runsTypeOf: Effect(.execute, .anything)
        case .sets, .readsSetting: Effect(.session, .anything)
        default: Effect(.execute, .exactly(name))
        }
    }
}

private func reference(_ object: FunctionObject, _ function: ObjectName) -> ObjectReference {
    switch object {
    case .none: .none
    case .function: .exactly(function)
    case .named(let name): .exactly(name)
    default: .anything
    }
}
