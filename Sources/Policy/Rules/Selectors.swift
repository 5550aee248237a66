import Vocabulary

/// Whom a policy is about: every key that is given has to agree, any entry of a list will do.
struct PrincipalSelector: Hashable, Sendable {
    enum Kind: String, CaseIterable, Sendable { case agent, person }

    var kind: Kind?
    var groups: Set<String>?
    var names: Set<PrincipalName>?

    func selects(_ principal: Principal) -> Bool {
        if let kind, (kind == .person) != principal.isPerson { return false }
        if let groups, groups.isDisjoint(with: principal.groups) { return false }
        if let names, !names.contains(principal.name) { return false }
        return true
    }
}

/// Which targets a policy is about, by the same rules.
struct TargetSelector: Hashable, Sendable {
    var kind: String?
    var names: Set<TargetName>?
    /// For each label the values that will do.
    var labels: [String: Set<String>] = [:]

    func selects(_ target: Target) -> Bool {
        if let kind, kind != target.kind { return false }
        if let names, !names.contains(target.name) { return false }
        return labels.allSatisfy { label, values in
            target.labels[label].map(values.contains) ?? false
        }
    }
}

/// One policy as loaded.
struct PolicyDocument: Sendable {
    let name: String
    let place: Place
    let principals: PrincipalSelector
    let targets: TargetSelector
    /// Sorted by name.
    let rules: [Rule]

    func selects(_ principal: Principal, _ target: Target) -> Bool {
        principals.selects(principal) && targets.selects(target)
    }
}
