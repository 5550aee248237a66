import Vocabulary

private let ruleKeys = [
    "rule", "effects", "objects", "attributes", "arguments", "any_argument", "no_argument",
    "decide",
    "risk", "consents", "within", "in_transaction", "moderators", "grace", "record",
]
private let holdKeys = ["risk", "consents", "within", "in_transaction"]

/// Reads one rule; every part of it is looked at, whatever is wrong with the others.
func readRule(_ tree: YAMLTree, policy: String, _ log: ProblemLog) -> Rule? {
    guard let fields = FieldReader(tree, "a rule", keys: ruleKeys, log) else { return nil }
    let nameTree = fields.required("rule", "the rule's name")
    let name = nameTree?.name("a rule's name", log)
    let verbs = fields.required("effects", "a list of effects")?.list(of: "effects", log) {
        $0.word("effect", log) as Verb?
    }
    let objects = readOptional(fields["objects"], .everything) { readObjects($0, log) }
    let attributes = readOptional(fields["attributes"], []) { readAttributes($0, log) }
    let words = readWordConditions(fields, log)
    if let verbs, verbs.contains(where: { $0 != .shellExec && $0 != .containerExec }) {
        for key in wordKeys {
            guard let extra = fields[key] else { continue }
            log.report(
                extra.place,
                "`\(key)` is for programs, expected `effects: [shell.exec]` or `[container.exec]`")
        }
    }
    let verdict =
        fields.required("decide", "allow, review, hold or deny")?
        .word("decision", log) as Verdict?
    var hold: HoldTerms?
    if verdict == .hold {
        hold = readHold(fields, log)
    } else if verdict != nil {
        for key in holdKeys {
            guard let extra = fields[key] else { continue }
            log.report(extra.place, "`\(key)` is for rules that hold, expected `decide: hold`")
        }
    }
    let moderation = readModeration(fields, verbs, verdict, log)
    let record = readRecord(fields, verbs, verdict, log)
    guard let name, let nameTree, let verbs, let objects, let attributes, let words, let verdict,
        verdict != .hold || hold != nil, fields["moderators"] == nil || moderation != nil,
        fields["record"] == nil || record != nil
    else { return nil }
    return Rule(
        match: RuleMatch(policy: policy, rule: name, verdict: verdict), place: nameTree.place,
        verbs: Verb.allCases.filter(verbs.contains), objects: objects, attributes: attributes,
        words: words, hold: hold, moderation: moderation, record: record)
}

/// The verbs of what is given something to read, with its making.
private let streamVerbs: [Verb] = [
    .shellLogin, .containerExec, .containerExecStart, .containerAttach,
]

private func readRecord(
    _ fields: FieldReader, _ verbs: [Verb]?, _ verdict: Verdict?, _ log: ProblemLog
) -> RecordedPart? {
    guard let tree = fields["record"] else { return nil }
    if let verbs, !verbs.allSatisfy(streamVerbs.contains) {
        let words = streamVerbs.map(\.rawValue).joined(separator: ", ")
        log.report(tree.place, "`record` is for streams, expected `effects` among \(words)")
        return nil
    }
    if verdict == .deny {
        log.report(tree.place, "`record` is for what begins, not for `decide: deny`")
        return nil
    }
    return tree.word("part", log)
}

private func readModeration(
    _ fields: FieldReader, _ verbs: [Verb]?, _ verdict: Verdict?, _ log: ProblemLog
) -> ModerationTerms? {
    guard let tree = fields["moderators"] else {
        if let grace = fields["grace"] {
            log.report(grace.place, "`grace` is for rules with `moderators`")
        }
        return nil
    }
    if let verbs, verbs.contains(where: { $0 != .shellLogin }) {
        log.report(
            tree.place, "`moderators` is for sessions, expected `effects: [shell.login]`")
        return nil
    }
    if verdict == .deny {
        log.report(tree.place, "`moderators` is for what begins, not for `decide: deny`")
        return nil
    }
    let moderators = tree.list(of: "moderators", log) { readConsent($0, log) }
    reportDuplicates(of: moderators ?? [], tree, log)
    let grace = readOptional(fields["grace"], Limits.graceMillisecondsDefault) { $0.duration(log) }
    guard let moderators, let grace else { return nil }
    return ModerationTerms(moderators: moderators, grace: grace)
}

private func readObjects(_ tree: YAMLTree, _ log: ProblemLog) -> ObjectSelector? {
    if case .list = tree.content {
        return readPatterns(tree, log).map { ObjectSelector(only: $0, except: []) }
    }
    guard let fields = FieldReader(tree, "`objects`", keys: ["only", "except"], log) else {
        return nil
    }
    guard fields["only"] != nil || fields["except"] != nil else {
        log.report(tree.place, "expected a list of patterns, or `only` or `except`")
        return nil
    }
    let only = readOptional(fields["only"], [.everything]) { readPatterns($0, log) }
    let except = readOptional(fields["except"], []) { readPatterns($0, log) }
    guard let only, let except else { return nil }
    return ObjectSelector(only: only, except: except)
}

private func readPatterns(_ tree: YAMLTree, _ log: ProblemLog) -> [ObjectPattern]? {
    tree.list(of: "patterns", log) { (item) -> ObjectPattern? in
        guard let text = item.text("a pattern", log) else { return nil }
        do throws(PatternProblem) {
            return try ObjectPattern(parsing: text)
        } catch {
            log.report(item.place, error.message)
            return nil
        }
    }
}

private func readAttributes(_ tree: YAMLTree, _ log: ProblemLog) -> [AttributeTest]? {
    guard case .mapping(let entries) = tree.content, !entries.isEmpty else {
        log.report(tree.place, "expected attributes as a mapping, found \(tree.emptyKind)")
        return nil
    }
    let tests = entries.compactMap { readAttribute($0, log) }
    guard tests.count == entries.count else { return nil }
    return tests.sorted { $0.name < $1.name }
}

private func readAttribute(_ entry: YAMLTree.Entry, _ log: ProblemLog) -> AttributeTest? {
    guard isAttributeName(entry.key) else {
        log.report(
            entry.keyPlace,
            """
            expected an attribute's name of lower-case letters and `_`, or `label.NAME`, found \
            \(quote(entry.key))
            """)
        return nil
    }
    let label = entry.key.dropFirst(Rule.labelPrefix.count)
    if entry.key.hasPrefix(Rule.labelPrefix),
        ContextWord.allCases.contains(where: { $0.label == label })
    {
        log.report(
            entry.keyPlace,
            "\(quote(entry.key)) is what a caller says for those who are asked: no rule matches it")
        return nil
    }
    let condition: AttributeTest.Condition?
    switch entry.value.content {
    case .scalar: condition = readAttributeValue(entry.value, log).map { .oneOf([$0]) }
    case .list:
        condition = entry.value.list(of: "values", log) { readAttributeValue($0, log) }
            .map { .oneOf($0) }
    case .mapping: condition = readRange(entry.value, log)
    }
    return condition.map { AttributeTest(name: entry.key, condition: $0) }
}

/// The names of a container's labels are whatever people call them, in ASCII.
private func isAttributeName(_ text: String) -> Bool {
    let label = Rule.labelPrefix.utf8
    if text.utf8.starts(with: label), text.utf8.count > label.count {
        return text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
    return !text.isEmpty
        && text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
        }
}

/// Words that YAML 1.1 took for flags: as text they would never match, so they are refused.
private let formerFlags: Set<String> = ["yes", "no", "on", "off"]

func readAttributeValue(_ tree: YAMLTree, _ log: ProblemLog) -> AttributeValue? {
    switch tree.scalar {
    case .flag(let flag): return .flag(flag)
    case .number(let number): return .number(number)
    case .text(let text):
        guard case .scalar(_, isPlain: true) = tree.content,
            formerFlags.contains(text.lowercased())
        else { return .text(text) }
        log.report(
            tree.place, "expected true or false, found \(quote(text)): text stands in quotes")
        return nil
    case .nothing, nil:
        log.report(tree.place, "expected true, false, a number or text, found \(tree.kind)")
        return nil
    }
}

private func readRange(_ tree: YAMLTree, _ log: ProblemLog) -> AttributeTest.Condition? {
    guard let fields = FieldReader(tree, "a range", keys: ["above", "below"], log) else {
        return nil
    }
    let every = Int64.min...Int64.max
    let above = fields["above"]?.number("a whole number", in: every, log)
    let below = fields["below"]?.number("a whole number", in: every, log)
    let isRead =
        (fields["above"] == nil) == (above == nil)
        && (fields["below"] == nil) == (below == nil)
    guard isRead else { return nil }
    guard above != nil || below != nil else {
        log.report(tree.place, "expected `above` or `below` with a number")
        return nil
    }
    if let above, let below, above == .max || above + 1 >= below {
        log.report(
            tree.place, "expected a range with a number in it: above \(above), below \(below)")
        return nil
    }
    return .range(above: above, below: below)
}

private func readHold(_ fields: FieldReader, _ log: ProblemLog) -> HoldTerms? {
    let consents = fields.required(
        "consents", "who must consent, `[{ from: \"group:dba\", count: 1 }]`")?
        .list(of: "consents", log) { readConsent($0, log) }
    reportDuplicates(of: consents ?? [], fields["consents"], log)
    let within = readOptional(fields["within"], Limits.holdMillisecondsDefault) {
        $0.duration(log)
    }
    let inTransaction = fields["in_transaction"]?.duration(log)
    let risk = fields["risk"]?.word("risk", log) as Risk?
    guard let consents, let within else { return nil }
    if let inTransaction, let tree = fields["in_transaction"], inTransaction > within {
        log.report(tree.place, "expected `in_transaction` to be no longer than `within`")
        return nil
    }
    return HoldTerms(consents: consents, within: within, inTransaction: inTransaction, risk: risk)
}

func readConsent(_ tree: YAMLTree, _ log: ProblemLog) -> ConsentRequirement? {
    guard let fields = FieldReader(tree, "a requirement", keys: ["from", "count"], log) else {
        return nil
    }
    let fromTree = fields.required("from", "a group as `group:NAME`")
    let group = fromTree.flatMap { readGroup($0, log) }
    let largest = Int64(Limits.consentCountMax)
    let count = readOptional(fields["count"], 1) {
        $0.number("a count of 1 to \(largest)", in: 1...largest, log)
    }
    guard let group, let count else { return nil }
    return ConsentRequirement(group: group, count: Int(count))
}

private func readGroup(_ tree: YAMLTree, _ log: ProblemLog) -> String? {
    let prefix = "group:"
    guard let text = tree.text("a group as `group:NAME`", log) else { return nil }
    if text.hasPrefix(prefix) {
        let group = String(text.dropFirst(prefix.count))
        if let name = PrincipalName(group), name.text == group { return group }
    }
    log.report(
        tree.place, "expected a group as `group:NAME` in lower case, found \(quote(text))")
    return nil
}

private func reportDuplicates(
    of consents: [ConsentRequirement], _ tree: YAMLTree?, _ log: ProblemLog
) {
    guard let tree, Set(consents.map(\.group)).count < consents.count else { return }
    log.report(tree.place, "expected each group once: its count says how many people")
}
