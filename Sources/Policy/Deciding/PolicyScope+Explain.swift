import Vocabulary

extension PolicyScope {
    /// The decision with its reasons. Reads every rule plainly, so that it also checks the index.
    public func explain(_ effects: [Effect], inTransaction: Bool) -> Explanation {
        Explanation(
            decision: decide(effects, inTransaction: inTransaction), policies: policies,
            effects: effects.map { explain($0, inTransaction: inTransaction) })
    }

    /// One sentence for a refused client: which rule refused it, and what would be allowed.
    /// With the action's effects it names the nearest rules that would have let it through, and whose wishes can be met.
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
            clauses += wishes(effect, inTransaction)
        }
        if clauses.isEmpty { clauses = ["the command has no effect that the policies know"] }
        if decision.uncovered.isEmpty, let denied = deniedEffect(effects, inTransaction) {
            clauses += wishes(denied, inTransaction)
        }
        return capped(clauses.joined(separator: "; "), to: Limits.hintCharactersMax)
    }

    /// One short line below a refusal that names the rules which refused: `nil` when it would say no more than that.
    /// The nearest rule is named where it is about the same object.
    public func terminalHint(for decision: Decision) -> String? {
        if policies.isEmpty { return "no policy applies to you on this target" }
        guard let effect = decision.uncovered.first,
            !decision.matches.contains(where: { $0.verdict == .deny })
        else { return nil }
        let refusal = "no rule allows \(phrase(effect))"
        let near = missed(effect, inTransaction: false).filter {
            $0.isOnObject && isHelp($0.source, effect, inTransaction: false)
        }.map(\.rule)
        let texts = (near.first { $0.match.verdict < .hold } ?? near.first).map { rule in
            [refusal + "; " + rule.why, refusal + "; see rule `\(rule.match.rule)`"]
        }
        let most = Limits.terminalHintCharactersMax
        return texts?.first { $0.count <= most } ?? capped(refusal, to: most)
    }

    private func deniedEffect(_ effects: [Effect], _ inTransaction: Bool) -> Effect? {
        effects.first { plainVerdict($0, inTransaction: inTransaction) == .deny }
    }

    /// What the nearest rules that are a help would want of the effect.
    private func wishes(_ effect: Effect, _ inTransaction: Bool) -> [String] {
        // One after the other: each is held against every rule that denies.
        missed(effect, inTransaction: inTransaction).lazy
            .filter { isHelp($0.source, effect, inTransaction: inTransaction) }
            .prefix(Limits.hintRulesMax).map(\.rule.why)
    }

    func explain(_ effect: Effect, inTransaction: Bool) -> EffectExplanation {
        let matched = index.rules.filter {
            $0.verbs.contains(effect.verb)
                && $0.misses(effect, inTransaction: inTransaction).isEmpty
        }
        return EffectExplanation(
            effect: effect, verdict: plainVerdict(effect, inTransaction: inTransaction),
            matched: matched.map { $0.explained($0.reason(effect)) },
            missed: missed(effect, inTransaction: inTransaction).map(\.rule))
    }

    /// A rule that does not match and would not deny.
    private struct Missed {
        let source: Rule
        let rule: RuleExplanation
        /// How many differences there are.
        let count: Int
        let isOnObject: Bool
    }

    /// Those with the fewest differences first.
    private func missed(_ effect: Effect, inTransaction: Bool) -> [Missed] {
        var missed: [Missed] = []
        for rule in index.rules where rule.verbs.contains(effect.verb) && rule.verdict != .deny {
            let misses = rule.misses(effect, inTransaction: inTransaction)
            // What would be of another program is no help with this one.
            guard !misses.isEmpty, effect.verb != .shellExec || rule.isOnObject(effect) else {
                continue
            }
            missed.append(
                Missed(
                    source: rule, rule: rule.explained(rule.wish(misses)), count: misses.count,
                    isOnObject: rule.isOnObject(effect)))
        }
        // The sort is stable in effect because the rank breaks ties.
        let nearest = missed.enumerated().sorted {
            ($0.element.count, $0.offset) < ($1.element.count, $1.offset)
        }
        return nearest.map(\.element)
    }

    /// Whether an effect that is as the rule wants it can be had, and no rule would deny it.
    private func isHelp(_ rule: Rule, _ effect: Effect, inTransaction: Bool) -> Bool {
        guard rule.canBeMet(by: effect, inTransaction: inTransaction) else { return false }
        let isElsewhere = !rule.isOnObject(effect)
        let hasOtherWords = !rule.wordsMatch(effect)
        let met = rule.meeting(effect, inTransaction: inTransaction)
        return !index.rules.contains { other in
            other.verdict == .deny && other.verbs.contains(effect.verb)
                && (isElsewhere ? other.objects.coversAnything : other.isOnObject(effect))
                && (other.words.isEmpty || !hasOtherWords)
                && other.conditionsMatch(met, inTransaction: inTransaction)
        }
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
        if !isOnObject(effect) { misses.append(objectCondition(effect)) }
        misses += missedTests(effect, inTransaction: inTransaction).map { "if " + $0.description }
        if !wordsMatch(effect) { misses.append("if " + words.description) }
        if isTurned(effect) { misses.append("if `\(Rule.environmentAttribute)` were 0") }
        return misses
    }

    private func missedTests(_ effect: Effect, inTransaction: Bool) -> [AttributeTest] {
        attributes.filter { test in
            let outcome = outcome(of: test, effect, inTransaction: inTransaction)
            return outcome != .holds && !(restricts && outcome != .fails)
        }
    }

    /// Of a program its caller chooses the words, and where and by what name it is started; what the program is, and who
    /// started it, stays as it is. A program without code in its words can be had, but not one that takes code from them.
    fileprivate func canBeMet(by effect: Effect, inTransaction: Bool) -> Bool {
        guard effect.verb == .shellExec else { return true }
        return missedTests(effect, inTransaction: inTransaction).allSatisfy { test in
            switch test.name {
            case "directory", "interactive", "called", Self.environmentAttribute: true
            case "inline_code": test.outcome(for: .flag(false)) == .holds
            default: false
            }
        }
    }

    /// The effect with the attributes that the rule wants.
    fileprivate func meeting(_ effect: Effect, inTransaction: Bool) -> Effect {
        var met = effect
        for test in missedTests(effect, inTransaction: inTransaction) {
            met.attributes[test.name] = test.example
        }
        if isTurned(effect) { met.attributes[Self.environmentAttribute] = .number(0) }
        return met
    }

    /// Some object that the effect may be on is one of the rule's.
    fileprivate func isOnObject(_ effect: Effect) -> Bool {
        effect.object.candidates.contains {
            objectMatches($0, mustBeNamed: effect.mustBeNamed)
        }
    }

    fileprivate func wish(_ misses: [String]) -> String {
        "`\(match.rule)` would \(match.verdict) it " + misses.joined(separator: " and ")
    }

    fileprivate func reason(_ effect: Effect) -> String {
        "`\(match.rule)` \(match.verdict.present) \(effect.verb.rawValue) on \(objects)"
            + (attributes.isEmpty ? "" : " with " + attributes.map(\.name).joined(separator: ", "))
            + (words.isEmpty ? "" : " where " + words.description)
            + (moderation.map { " while " + $0.description } ?? "")
            + (record.map { ", and its \($0) is recorded" } ?? "")
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

private func capped(_ text: String, to most: Int) -> String {
    text.count <= most ? text : String(text.prefix(most - 3)) + "..."
}
