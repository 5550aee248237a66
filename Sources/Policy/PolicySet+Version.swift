import Cryptography
import Vocabulary

/// Hex SHA-256 over the canonical JSON of the policies, which come sorted by name.
func canonicalVersion(_ policies: [PolicyDocument]) -> String {
    let form: JSONValue = [
        "form": "sallyport policy set 1", "policies": .array(policies.map(canonical)),
    ]
    return SHA256.hash(form.canonical).hex
}

private func canonical(_ policy: PolicyDocument) -> JSONValue {
    let principals = policy.principals
    let targets = policy.targets
    return [
        "policy": .text(policy.name),
        "principals": [
            "kind": principals.kind.map { .text($0.rawValue) } ?? .null,
            "groups": texts(principals.groups),
            "names": texts(principals.names?.map(\.text)),
        ],
        "targets": [
            "kind": targets.kind.map { .text($0) } ?? .null,
            "names": texts(targets.names?.map(\.text)),
            "labels": .object(targets.labels.mapValues { texts($0) }),
        ],
        "rules": .array(policy.rules.map(canonical)),
    ]
}

private func canonical(_ rule: Rule) -> JSONValue {
    var form: [String: JSONValue] = [
        "rule": .text(rule.match.rule),
        "effects": texts(rule.verbs.map(\.rawValue)),
        "only": texts(rule.objects.only.map(\.description)),
        "except": texts(rule.objects.except.map(\.description)),
        "attributes": .object(
            Dictionary(uniqueKeysWithValues: rule.attributes.map { ($0.name, canonical($0)) })),
        "decide": .text(rule.verdict.rawValue),
        "hold": rule.hold.map(canonical) ?? .null,
    ]
    // Only where there is one: sets without programs keep the version that they had.
    if !rule.words.isEmpty { form["words"] = canonical(rule.words) }
    if let moderation = rule.moderation { form["moderation"] = canonical(moderation) }
    if let record = rule.record { form["record"] = .text(record.rawValue) }
    return .object(form)
}

private func canonical(_ terms: ModerationTerms) -> JSONValue {
    ["moderators": canonical(terms.moderators), "grace": .integer(terms.grace)]
}

private func canonical(_ requirements: [ConsentRequirement]) -> JSONValue {
    .object(
        Dictionary(
            uniqueKeysWithValues: requirements.map { ($0.group, .integer(Int64($0.count))) }))
}

private func canonical(_ words: WordConditions) -> JSONValue {
    func spelled(_ globs: [Glob]) -> [String] { globs.map(\.description) }
    return [
        "arguments": words.positions.map { .array($0.map { texts(spelled($0)) }) } ?? .null,
        "any_rest": .bool(words.allowsMore),
        "any_argument": texts(words.any.map(spelled)),
        "no_argument": texts(words.none.map(spelled)),
    ]
}

private func canonical(_ test: AttributeTest) -> JSONValue {
    switch test.condition {
    case .oneOf(let values):
        // The kind is part of it: `true` and `"true"` are different conditions.
        let tagged = values.map { value in
            switch value {
            case .flag: "flag \(value)"
            case .number: "number \(value)"
            case .text: "text \(value)"
            }
        }
        return texts(tagged)
    case .range(let above, let below):
        // As text: a limit may be larger than canonical JSON's numbers.
        return [
            "above": above.map { .text(String($0)) } ?? .null,
            "below": below.map { .text(String($0)) } ?? .null,
        ]
    }
}

private func canonical(_ terms: HoldTerms) -> JSONValue {
    [
        "consents": canonical(terms.consents),
        "within": .integer(terms.within),
        "in_transaction": terms.inTransaction.map { .integer($0) } ?? .null,
        "risk": terms.risk.map { .text($0.rawValue) } ?? .null,
    ]
}

/// Sorted and each once, because a list's order and repetitions mean nothing.
private func texts(_ list: (some Sequence<String>)?) -> JSONValue {
    guard let list else { return .null }
    return .array(Set(list).sorted().map { .text($0) })
}
