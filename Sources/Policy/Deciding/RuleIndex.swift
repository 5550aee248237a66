import Vocabulary

/// The rules of some policies, found by verb and object.
final class RuleIndex: Sendable {
    /// Strictest first, then by policy and rule name: a rule's index is its rank.
    let rules: [Rule]
    /// What each rule says in a decision, and what it asks for, apart from the rest of it: copying a rule costs.
    let matches: [RuleMatch]
    let holds: [HoldTerms?]
    private let hasAttributes: [Bool]
    /// `nil` for a rule without `except`.
    private let excepts: [PatternTrie?]
    private let numbers: ComponentNumbers
    private let verbs: [VerbRules]

    private final class VerbRules: Sendable {
        let permits: PatternTrie
        let restricts: PatternTrie
        let hasRestricts: Bool
        /// Every rule for the verb, for an object of which nothing is known.
        let all: [Int32]

        init(_ verb: Verb, _ rules: [Rule], _ numbers: inout ComponentNumbers) {
            var permits = PatternTrieBuilder()
            var restricts = PatternTrieBuilder()
            var all: [Int32] = []
            for (rank, rule) in rules.enumerated() where rule.verbs.contains(verb) {
                let rank = Int32(rank)
                all.append(rank)
                for pattern in rule.objects.only {
                    if rule.restricts {
                        restricts.insert(pattern, rule: rank, &numbers)
                    } else {
                        permits.insert(pattern, rule: rank, &numbers)
                    }
                }
            }
            self.permits = PatternTrie(permits)
            self.restricts = PatternTrie(restricts)
            hasRestricts = !self.restricts.isEmpty
            self.all = all
        }
    }

    init(_ unsorted: [Rule]) {
        let rules = unsorted.sorted(by: ranksBefore)
        var numbers = ComponentNumbers()
        excepts = rules.map { rule in
            if rule.objects.except.isEmpty { return nil }
            var builder = PatternTrieBuilder()
            for pattern in rule.objects.except { builder.insert(pattern, rule: 0, &numbers) }
            return PatternTrie(builder)
        }
        verbs = Verb.allCases.sorted { $0.ordinal < $1.ordinal }
            .map { VerbRules($0, rules, &numbers) }
        matches = rules.map(\.match)
        holds = rules.map(\.hold)
        hasAttributes = rules.map { !$0.attributes.isEmpty }
        self.rules = rules
        self.numbers = numbers
    }

    /// Adds the rules that match to `hits`; false when some object that the effect may be on is
    /// matched by none.
    func collect(_ effect: Effect, inTransaction: Bool, into hits: inout HitList) -> Bool {
        switch effect.object {
        case .exactly(let name):
            return collect(name.components, effect, inTransaction, &hits)
        case .oneOf(let names) where !names.isEmpty:
            var isCovered = true
            for name in names where !collect(name.components, effect, inTransaction, &hits) {
                isCovered = false
            }
            return isCovered
        case .known(let names) where !names.isEmpty:
            var isCovered = false
            for name in names where collect(name.components, effect, inTransaction, &hits) {
                isCovered = true
            }
            return isCovered
        case .oneOf, .known, .anything:
            return collectAnything(effect, inTransaction, &hits)
        }
    }

    private func collect(
        _ components: [String], _ effect: Effect, _ inTransaction: Bool, _ hits: inout HitList
    ) -> Bool {
        let name = numbers.numbered(components)
        let verb = verbs[effect.verb.ordinal]
        let mustBeNamed = effect.mustBeNamed
        var found = HitList()
        if verb.hasRestricts { verb.restricts.touching(name, into: &found) }
        var isMatched = false
        found.forEach { rank in
            guard !isExcepted(rank, name, { $0.covering($1, mustBeNamed: mustBeNamed, into: &$2) }),
                attributesMatch(rank, effect, inTransaction)
            else { return }
            hits.insert(rank)
            isMatched = true
        }
        found = HitList()
        verb.permits.covering(name, mustBeNamed: mustBeNamed, into: &found)
        found.forEach { rank in
            guard !isExcepted(rank, name, { $0.touching($1, into: &$2) }),
                attributesMatch(rank, effect, inTransaction)
            else { return }
            hits.insert(rank)
            isMatched = true
        }
        return isMatched
    }

    /// Whether the rule's `except` has a pattern that `find` finds for the name.
    private func isExcepted(
        _ rank: Int32, _ name: NumberedName,
        _ find: (PatternTrie, NumberedName, inout HitList) -> Void
    ) -> Bool {
        guard let except = excepts[Int(rank)] else { return false }
        var found = HitList()
        find(except, name, &found)
        return !found.isEmpty
    }

    private func attributesMatch(_ rank: Int32, _ effect: Effect, _ inTransaction: Bool) -> Bool {
        !hasAttributes[Int(rank)]
            || rules[Int(rank)].attributesMatch(effect, inTransaction: inTransaction)
    }

    private func collectAnything(
        _ effect: Effect, _ inTransaction: Bool, _ hits: inout HitList
    ) -> Bool {
        var isMatched = false
        for rank in verbs[effect.verb.ordinal].all {
            let rule = rules[Int(rank)]
            guard rule.objectMatches(nil, mustBeNamed: effect.mustBeNamed),
                rule.attributesMatch(effect, inTransaction: inTransaction)
            else { continue }
            hits.insert(rank)
            isMatched = true
        }
        return isMatched
    }
}

private func ranksBefore(_ left: Rule, _ right: Rule) -> Bool {
    if left.verdict != right.verdict { return left.verdict > right.verdict }
    return (left.match.policy, left.match.rule) < (right.match.policy, right.match.rule)
}

extension Verb {
    /// A dense number, because hashing a word for each effect would cost more than the look-up.
    var ordinal: Int {
        switch self {
        case .read: 0
        case .write: 1
        case .schema: 2
        case .privilege: 3
        case .execute: 4
        case .session: 5
        case .transaction: 6
        case .copyIn: 7
        case .copyOut: 8
        case .serverIO: 9
        case .replication: 10
        case .maintenance: 11
        case .unknown: 12
        case .shellExec: 13
        case .shellLogin: 14
        case .shellFileWrite: 15
        case .shellTransfer: 16
        }
    }
}
