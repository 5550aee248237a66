import Vocabulary

/// Effects as canonical JSON (RFC 8785): an array sorted by its elements' bytes, attributes sorted by name.
func encodedEffects(_ effects: [Effect]) -> [UInt8] {
    let sorted = effects.map(json).sorted {
        $0.canonical.lexicographicallyPrecedes($1.canonical)
    }
    return JSONValue.array(sorted).canonical
}

private func json(_ effect: Effect) -> JSONValue {
    [
        "verb": .text(effect.verb.rawValue),
        "object": json(effect.object),
        "attributes": .object(effect.attributes.mapValues(json)),
        "must_be_named": .bool(effect.mustBeNamed),
    ]
}

private func json(_ object: ObjectReference) -> JSONValue {
    switch object {
    case .exactly(let name): ["exactly": json(name)]
    case .oneOf(let names):
        [
            "one_of": .array(
                names.map(json).sorted { $0.canonical.lexicographicallyPrecedes($1.canonical) })
        ]
    case .known(let names):
        [
            "known_as": .array(
                names.map(json).sorted { $0.canonical.lexicographicallyPrecedes($1.canonical) })
        ]
    case .anything: ["anything": true]
    }
}

private func json(_ name: ObjectName) -> JSONValue { .array(name.components.map { .text($0) }) }

/// A number stands as text: JSON's integers end at 2^53.
private func json(_ value: AttributeValue) -> JSONValue {
    switch value {
    case .flag(let flag): .bool(flag)
    case .number(let number): ["number": .text(String(number))]
    case .text(let text): .text(text)
    }
}
