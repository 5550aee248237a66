import Vocabulary

/// Reads one policy file; `nil` when anything in it is wrong, which the log then says.
func readPolicy(_ file: PolicyFile, _ log: ProblemLog) -> PolicyDocument? {
    guard let tree = YAMLTree.compose(file, log),
        let fields = FieldReader(
            tree, "a policy", keys: ["policy", "targets", "principals", "rules"], log)
    else { return nil }
    let nameTree = fields.required("policy", "the policy's name")
    let name = nameTree?.name("a policy's name", log)
    let principals = readOptional(fields["principals"], PrincipalSelector()) {
        readPrincipals($0, log)
    }
    let targets = readOptional(fields["targets"], TargetSelector()) { readTargets($0, log) }
    let rules = fields.required("rules", "a list of rules")?.list(of: "rules", log) {
        readRule($0, policy: name ?? "", log)
    }
    reportDuplicates(of: rules ?? [], log)
    guard let name, let nameTree, let principals, let targets, let rules else { return nil }
    return PolicyDocument(
        name: name, place: nameTree.place, principals: principals, targets: targets,
        rules: rules.sorted { $0.match.rule < $1.match.rule })
}

/// What stands there, or what holds when nothing does; `nil` when it is wrong.
func readOptional<Value>(
    _ tree: YAMLTree?, _ standard: Value, _ read: (YAMLTree) -> Value?
) -> Value? {
    guard let tree else { return standard }
    return read(tree)
}

private func reportDuplicates(of rules: [Rule], _ log: ProblemLog) {
    var first: [String: Place] = [:]
    for rule in rules {
        if let other = first[rule.match.rule] {
            log.report(
                rule.place,
                "rule \(quote(rule.match.rule)) stands in line \(other.line) already, "
                    + "expected another name")
        } else {
            first[rule.match.rule] = rule.place
        }
    }
}

func readPrincipals(_ tree: YAMLTree, _ log: ProblemLog) -> PrincipalSelector? {
    guard
        let fields = FieldReader(tree, "`principals`", keys: ["kind", "groups", "names"], log),
        !reportEmpty(tree, log)
    else { return nil }
    var selector = PrincipalSelector()
    selector.kind = fields["kind"]?.word("kind of principal", log)
    selector.groups = fields["groups"]?.list(of: "groups", log) { $0.name("a group's name", log) }
        .map { Set($0) }
    selector.names = fields["names"]?.list(of: "principals' names", log) { item in
        readName("a principal's name", item, log) { PrincipalName($0) }
    }.map { Set($0) }
    return selector
}

func readTargets(_ tree: YAMLTree, _ log: ProblemLog) -> TargetSelector? {
    guard let fields = FieldReader(tree, "`targets`", keys: ["kind", "names", "labels"], log),
        !reportEmpty(tree, log)
    else { return nil }
    var selector = TargetSelector()
    selector.kind = fields["kind"]?.name("a target's kind", log)
    selector.names = fields["names"]?.list(of: "targets' names", log) { item in
        readName("a target's name", item, log) { TargetName($0) }
    }.map { Set($0) }
    guard let labels = readOptional(fields["labels"], [:], { readLabels($0, log) }) else {
        return nil
    }
    selector.labels = labels
    return selector
}

private func readLabels(_ tree: YAMLTree, _ log: ProblemLog) -> [String: Set<String>]? {
    guard case .mapping(let entries) = tree.content, !entries.isEmpty else {
        log.report(tree.place, "expected labels as a mapping, found \(tree.emptyKind)")
        return nil
    }
    var labels: [String: Set<String>] = [:]
    for entry in entries {
        if case .list = entry.value.content {
            let values = entry.value.list(of: "values", log) { $0.text("a label's value", log) }
            labels[entry.key] = Set(values ?? [])
        } else {
            labels[entry.key] = entry.value.text("a label's value", log).map { [$0] } ?? []
        }
    }
    return labels
}

func readName<Name>(
    _ what: String, _ tree: YAMLTree, _ log: ProblemLog, _ make: (String) -> Name?
) -> Name? {
    guard let text = tree.text(what, log) else { return nil }
    if let name = make(text) { return name }
    log.report(
        tree.place,
        "expected \(what) of letters, digits, `.`, `_`, `-`, found \(quote(text))")
    return nil
}

/// An empty mapping says nothing, where leaving the key out says "all".
private func reportEmpty(_ tree: YAMLTree, _ log: ProblemLog) -> Bool {
    guard case .mapping(let entries) = tree.content, entries.isEmpty else { return false }
    log.report(
        tree.place, "expected at least one key, found an empty mapping: leave it out for all")
    return true
}

extension YAMLTree {
    /// As `kind`, but an empty mapping is called so.
    var emptyKind: String {
        if case .mapping(let entries) = content, entries.isEmpty { return "an empty mapping" }
        return kind
    }
}
