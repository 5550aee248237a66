import Vocabulary

extension PolicyScope {
    /// The decision with its reasons. Reads every rule plainly, so that it also checks the index.
    public func explain(_ effects: [Effect], inTransaction: Bool) -> Explanation {
        Explanation(
            decision: decide(effects, inTransaction: inTransaction), policies: policies,
            effects: effects.map { explain($0, inTransaction: inTransaction) })
    }

    /// One sentence for a refused client: which rule refused it, and what would be allowed.
    /// With the action's effects it names the nearest rules that would have let it through.
    public func denialHint(
        for decision: Decision, effects: [Effect] = [], inTransaction: Bool = false
    ) -> String {
        if policies.isEmpty { return "no policy applies to you on this target" }
        var clauses: [String] = []
        if let deny = decision.matches.first(where: { $0.verdict == .deny }) {
            clauses.append("rule `\(deny.rule)` of policy `\(deny.policy)` refuses this")
        }
        if let effect = decision.uncovered.first {
            clauses.append("no rule allows \(phrase(effect))")
            let missed = explain(effect, inTransaction: inTransaction).missed
            clauses += missed.prefix(Limits.hintRulesMax).map(\.why)
        }
        if clauses.isEmpty { clauses = ["the command has no effect that the policies know"] }
        if decision.uncovered.isEmpty, let denied = deniedEffect(effects, inTransaction) {
            clauses += denied.missed.prefix(Limits.hintRulesMax).map(\.why)
        }
        return capped(clauses.joined(separator: "; "))
    }

    private func deniedEffect(_ effects: [Effect], _ inTransaction: Bool) -> EffectExplanation? {
        effects.lazy.map { explain($0, inTransaction: inTransaction) }.first { $0.verdict == .deny }
    }

    func explain(_ effect: Effect, inTransaction: Bool) -> EffectExplanation {
        var matched: [RuleExplanation] = []
        var missed: [(count: Int, rule: RuleExplanation)] = []
        for rule in index.rules where rule.verbs.contains(effect.verb) {
            let misses = rule.misses(effect, inTransaction: inTransaction)
            if misses.isEmpty {
                matched.append(rule.explained(rule.reason(effect)))
            } else if rule.verdict != .deny {
                missed.append((misses.count, rule.explained(rule.wish(misses))))
            }
        }
        // Fewest differences first; the sort is stable in effect because the rank breaks ties.
        let nearest = missed.enumerated().sorted {
            ($0.element.count, $0.offset) < ($1.element.count, $1.offset)
        }
        return EffectExplanation(
            effect: effect, verdict: plainVerdict(effect, inTransaction: inTransaction),
            matched: matched, missed: nearest.map(\.element.rule))
    }

    /// The strictest verdict over everything that the effect may be on, without the index.
    private func plainVerdict(_ effect: Effect, inTransaction: Bool) -> Verdict {
        let uncovered = effect.needsNoPermit ? Verdict.allow : .deny
        let verdicts = effect.object.candidates.map { names in
            index.rules.first { $0.matches(effect, names: names, inTransaction: inTransaction) }?
                .verdict ?? uncovered
        }
        return verdicts.max() ?? .deny
    }
}

extension ObjectReference {
    /// Every object that it may be, each with all its names; `nil` is one of which nothing is known.
    var candidates: [[[String]]?] {
        switch self {
        case .exactly(let name): [[name.components]]
        case .oneOf(let names): names.isEmpty ? [nil] : names.map { [$0.components] }
        case .known(let names): names.isEmpty ? [nil] : [names.map(\.components)]
        case .anything: [nil]
        }
    }
}

extension Rule {
    func matches(_ effect: Effect, names: [[String]]?, inTransaction: Bool) -> Bool {
        verbs.contains(effect.verb) && objectMatches(names, mustBeNamed: effect.mustBeNamed)
            && conditionsMatch(effect, inTransaction: inTransaction)
    }

    fileprivate func explained(_ why: String) -> RuleExplanation {
        RuleExplanation(match: match, place: place, why: why)
    }

    /// What would have to be different, as conditions; empty when the rule matches.
    fileprivate func misses(_ effect: Effect, inTransaction: Bool) -> [String] {
        var misses: [String] = []
        let isOnObject = effect.object.candidates.contains {
            objectMatches($0, mustBeNamed: effect.mustBeNamed)
        }
        if !isOnObject { misses.append(objectCondition(effect)) }
        for test in attributes {
            let outcome = outcome(of: test, effect, inTransaction: inTransaction)
            if outcome == .holds || (restricts && outcome != .fails) { continue }
            misses.append("if " + test.description)
        }
        if !wordsMatch(effect) { misses.append("if " + words.description) }
        return misses
    }

    fileprivate func wish(_ misses: [String]) -> String {
        "`\(match.rule)` would \(match.verdict) it " + misses.joined(separator: " and ")
    }

    fileprivate func reason(_ effect: Effect) -> String {
        "`\(match.rule)` \(match.verdict.present) \(effect.verb.rawValue) on \(objects)"
            + (attributes.isEmpty ? "" : " with " + attributes.map(\.name).joined(separator: ", "))
            + (words.isEmpty ? "" : " where " + words.description)
            + (moderation.map { " while " + $0.description } ?? "")
    }

    private func objectCondition(_ effect: Effect) -> String {
        let isNamedOnly =
            effect.mustBeNamed
            && effect.object.candidates.contains { objectMatches($0, mustBeNamed: false) }
        if isNamedOnly { return "if it named the object, which `*` does not cover" }
        return "on \(objects)"
    }
}

extension ModerationTerms: CustomStringConvertible {
    var description: String {
        let people = moderators.map { "\($0.count) of group `\($0.group)`" }
        return people.joined(separator: " and ") + " watch"
    }
}

extension ObjectSelector: CustomStringConvertible {
    private static let shownMax = 4

    var description: String {
        var text = Self.list(only)
        if !except.isEmpty { text += " except " + Self.list(except) }
        return text
    }

    private static func list(_ patterns: [ObjectPattern]) -> String {
        let shown = patterns.prefix(shownMax).map { "`\($0)`" }.joined(separator: ", ")
        let rest = patterns.count - shownMax
        return rest > 0 ? shown + " and \(rest) more" : shown
    }
}

extension Verdict {
    fileprivate var present: String {
        switch self {
        case .allow: "allows"
        case .review: "allows for review"
        case .hold: "holds"
        case .deny: "denies"
        }
    }
}

/// `write on public.orders`, capped.
func phrase(_ effect: Effect) -> String {
    let object =
        switch effect.object {
        case .exactly(let name): quote(name.description)
        case .oneOf(let names):
            "one of "
                + names.prefix(3).map { quote($0.description) }
                .joined(separator: ", ")
        case .known(let names): quote(names.first?.description ?? "-")
        case .anything: "an object that cannot be told beforehand"
        }
    return "`\(effect.verb.rawValue)` on \(object)"
}

private func capped(_ text: String) -> String {
    text.count <= Limits.hintCharactersMax
        ? text : String(text.prefix(Limits.hintCharactersMax - 3)) + "..."
}
