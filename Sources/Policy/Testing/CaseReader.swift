import Vocabulary

private let caseKeys = [
    "case", "principal", "target", "command", "program", "effects", "in_transaction", "expect",
    "rules", "moderators", "record",
]

func readCases(_ file: PolicyFile, _ log: ProblemLog) -> [PolicyCase] {
    guard let tree = YAMLTree.compose(file, log) else { return [] }
    return tree.list(of: "cases", log) { readCase($0, log) } ?? []
}

private func readCase(_ tree: YAMLTree, _ log: ProblemLog) -> PolicyCase? {
    guard let fields = FieldReader(tree, "a case", keys: caseKeys, log) else { return nil }
    let name = fields.required("case", "what it shows")?.text("what the case shows", log)
    let principal = fields.required("principal", "who asks").flatMap { readPrincipal($0, log) }
    let target = fields.required("target", "what is asked").flatMap { readTarget($0, log) }
    let subject = readSubject(fields, log)
    let inTransaction = readOptional(fields["in_transaction"], false) {
        $0.flag("true or false", log)
    }
    let expected =
        fields.required("expect", "allow, review, hold or deny")?.word("decision", log) as Verdict?
    let rules = fields["rules"].map { readRuleNames($0, log) }
    let moderators = fields["moderators"].map { readModerators($0, log) }
    let record = fields["record"]?.word("part", log) as PolicyCase.Record?
    guard let name, let principal, let target, let subject, let inTransaction, let expected
    else { return nil }
    return PolicyCase(
        name: name, place: fields.place, principal: principal, target: target, subject: subject,
        inTransaction: inTransaction, expected: expected, rules: rules, moderators: moderators,
        record: record)
}

/// An empty list is meant: nobody has to watch.
private func readModerators(_ tree: YAMLTree, _ log: ProblemLog) -> [ConsentRequirement] {
    if case .list(let items) = tree.content, items.isEmpty { return [] }
    let read = tree.list(of: "moderators", log) { readConsent($0, log) } ?? []
    return read.sorted { $0.group < $1.group }
}

/// An empty list is meant: no rule decides, as with an effect that none covers.
private func readRuleNames(_ tree: YAMLTree, _ log: ProblemLog) -> Set<String> {
    if case .list(let items) = tree.content, items.isEmpty { return [] }
    return Set(tree.list(of: "rules' names", log) { $0.text("a rule's name", log) } ?? [])
}

private func readPrincipal(_ tree: YAMLTree, _ log: ProblemLog) -> Principal? {
    let keys = ["name", "kind", "owner", "groups"]
    guard let fields = FieldReader(tree, "a principal", keys: keys, log) else { return nil }
    let name = fields.required("name", "a principal's name").flatMap { item in
        readName("a principal's name", item, log) { PrincipalName($0) }
    }
    let kind =
        fields.required("kind", "agent or person")?.word("kind of principal", log)
        as PrincipalSelector.Kind?
    let owner = fields["owner"].flatMap { item in
        readName("a person's name", item, log) { PrincipalName($0) }
    }
    let groups = readOptional(fields["groups"], []) { item in
        item.list(of: "groups", log) { $0.name("a group's name", log) }
    }
    guard let name, let kind, let groups else { return nil }
    let standing: Principal.Standing
    switch (kind, owner) {
    case (.person, nil): standing = .person
    case (.agent, let owner?): standing = .agent(owner: owner)
    case (.person, _?):
        log.report(tree.place, "expected an `owner` for agents only")
        return nil
    case (.agent, nil):
        log.report(tree.place, "expected the key `owner`: an agent has one")
        return nil
    }
    return Principal(name: name, standing: standing, groups: Set(groups))
}

private func readTarget(_ tree: YAMLTree, _ log: ProblemLog) -> Target? {
    guard let fields = FieldReader(tree, "a target", keys: ["name", "kind", "labels"], log) else {
        return nil
    }
    let name = fields.required("name", "a target's name").flatMap { item in
        readName("a target's name", item, log) { TargetName($0) }
    }
    let kind = fields.required("kind", "the target's kind")?.name("a target's kind", log)
    let labels = readOptional(fields["labels"], [:]) { readCaseLabels($0, log) }
    guard let name, let kind, let labels else { return nil }
    return Target(name: name, kind: kind, labels: labels)
}

private func readCaseLabels(_ tree: YAMLTree, _ log: ProblemLog) -> [String: String]? {
    guard case .mapping(let entries) = tree.content else {
        log.report(tree.place, "expected labels as a mapping, found \(tree.kind)")
        return nil
    }
    var labels: [String: String] = [:]
    for entry in entries { labels[entry.key] = entry.value.text("a label's value", log) }
    return labels
}

private func readSubject(_ fields: FieldReader, _ log: ProblemLog) -> PolicyCase.Subject? {
    if let program = fields["program"] { return readProgramSubject(program, fields, log) }
    switch (fields["command"], fields["effects"]) {
    case (let command?, nil): return command.text("a command", log).map { .command($0) }
    case (nil, let effects?):
        return effects.list(of: "effects", log) { readEffect($0, log) }.map { .effects($0) }
    case (nil, nil), (_?, _?):
        log.report(fields.place, "expected either `command` or `effects`")
        return nil
    }
}

private func readEffect(_ tree: YAMLTree, _ log: ProblemLog) -> Effect? {
    let keys = [
        "effect", "object", "may_be", "known_as", "attributes", "arguments", "must_be_named",
        "needs_no_permit",
    ]
    guard let fields = FieldReader(tree, "an effect", keys: keys, log) else { return nil }
    let verb = fields.required("effect", "what is done")?.word("effect", log) as Verb?
    let object = readReference(fields, log)
    let attributes = readOptional(fields["attributes"], [:]) { readEffectAttributes($0, log) }
    let mustBeNamed = readOptional(fields["must_be_named"], false) {
        $0.flag("true or false", log)
    }
    let needsNoPermit = readOptional(fields["needs_no_permit"], false) {
        $0.flag("true or false", log)
    }
    let arguments = fields["arguments"].map { readWords($0, log) }
    guard let verb, let object, let attributes, let mustBeNamed, let needsNoPermit,
        arguments == nil || arguments != .some(nil)
    else { return nil }
    return Effect(
        verb, object, attributes: attributes, mustBeNamed: mustBeNamed, arguments: arguments ?? nil,
        needsNoPermit: needsNoPermit)
}

/// `object: NAME`, `may_be: [NAME, ...]`, `may_be: anything`, `known_as: [NAME, ...]`, or nothing for no object.
private func readReference(_ fields: FieldReader, _ log: ProblemLog) -> ObjectReference? {
    let given = ["object", "may_be", "known_as"].compactMap { fields[$0] }
    guard given.count < 2 else {
        log.report(given[1].place, "expected one of `object`, `may_be` and `known_as`")
        return nil
    }
    func names(_ tree: YAMLTree) -> [ObjectName]? {
        tree.list(of: "objects' names", log) { readObjectName($0, log) }
    }
    if let object = fields["object"] { return readObjectName(object, log).map { .exactly($0) } }
    if let known = fields["known_as"] { return names(known).map { .known(as: $0) } }
    guard let candidates = fields["may_be"] else { return ObjectReference.none }
    if case .text("anything") = candidates.scalar { return .anything }
    return names(candidates).map { .oneOf($0) }
}

private func readObjectName(_ tree: YAMLTree, _ log: ProblemLog) -> ObjectName? {
    guard let text = tree.text("an object's name", log) else { return nil }
    if let name = ObjectName(parsing: text) { return name }
    log.report(
        tree.place, "expected an object's name such as `public.orders`, found \(quote(text))")
    return nil
}

private func readEffectAttributes(
    _ tree: YAMLTree, _ log: ProblemLog
) -> [String: AttributeValue]? {
    guard case .mapping(let entries) = tree.content else {
        log.report(tree.place, "expected attributes as a mapping, found \(tree.kind)")
        return nil
    }
    var attributes: [String: AttributeValue] = [:]
    for entry in entries { attributes[entry.key] = readAttributeValue(entry.value, log) }
    return attributes
}
