import Vocabulary

/// What applies to one principal on one target, compiled. Only `PolicySet.scope` makes one.
public struct PolicyScope: Sendable {
    let index: RuleIndex
    /// Names of the policies that apply, sorted; empty when none does, and then all is denied.
    public let policies: [String]
    /// As `PolicySet.version`.
    public let policyVersion: String

    /// What the policies say of an action with these effects. An action without effects is denied.
    public func decide(_ effects: [Effect], inTransaction: Bool) -> Decision {
        var hits = HitList()
        var uncovered: [Effect] = []
        for effect in effects
        where !index.collect(effect, inTransaction: inTransaction, into: &hits)
            && !effect.needsNoPermit
        {
            uncovered.append(effect)
        }
        let matches = hits.map { index.matches[$0] }
        let isDenied = effects.allSatisfy(\.needsNoPermit) || !uncovered.isEmpty
        let verdict = isDenied ? .deny : matches.first?.verdict ?? .deny
        let terms = verdict == .hold ? hits.map { index.holds[$0] }.compactMap { $0 } : []
        let watching =
            index.hasModerations && verdict < .deny
            ? hits.map { index.moderations[$0] }.compactMap { $0 } : []
        return Decision(
            verdict: verdict, matches: matches, uncovered: uncovered,
            requirements: merged(terms.map(\.consents)),
            holdMilliseconds: terms.map { $0.milliseconds(inTransaction: inTransaction) }.min()
                ?? 0,
            risk: terms.compactMap(\.risk).max()?.rawValue,
            moderators: merged(watching.map(\.moderators)),
            graceMilliseconds: watching.map(\.grace).min() ?? 0,
            recordsInput: index.hasRecords && hits.map { index.records[$0] }.contains(.input),
            policyVersion: policyVersion)
    }
}

extension PolicyScope {
    /// Every path that a rule over programs spells, up to its first `*`, each once, in the order of their bytes: whoever
    /// starts programs has to say when a program is one of these, or below one, by another name.
    public var literalPaths: [[UInt8]] {
        let rules = index.rules.lazy.filter { $0.verbs.contains(.shellExec) }
        let paths = Set(
            rules.flatMap { $0.objects.only + $0.objects.except }.compactMap(\.literalPath))
        return paths.sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension PolicyScope {
    /// A rule that would not deny asks for `setuid: true`: whoever wrote it wants such programs to be what they are.
    public var allowsSetuid: Bool {
        index.rules.contains { rule in
            rule.verdict < .deny && rule.verbs.contains(.shellExec)
                && rule.attributes.contains { test in
                    test.name == "setuid" && test.outcome(for: .flag(true)) == .holds
                        && test.outcome(for: .flag(false)) != .holds
                }
        }
    }
}

/// Each group once, with the largest count, sorted by group.
func merged(_ lists: [[ConsentRequirement]]) -> [ConsentRequirement] {
    if lists.isEmpty { return [] }
    var counts: [String: Int] = [:]
    for requirement in lists.joined() {
        counts[requirement.group] = max(counts[requirement.group] ?? 0, requirement.count)
    }
    return counts.map { ConsentRequirement(group: $0.key, count: $0.value) }
        .sorted { $0.group < $1.group }
}
