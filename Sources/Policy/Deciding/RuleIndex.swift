import Vocabulary

/// The rules of some policies, found by verb and object.
final class RuleIndex: Sendable {
    /// Strictest first, then by policy and rule name: a rule's index is its rank.
    let rules: [Rule]
    private let excepts: [PatternTrie]
    private let verbs: [VerbRules]

    private struct VerbRules: Sendable {
        var permits = PatternTrie()
        var restricts = PatternTrie()
        /// Every rule for the verb, for an object of which nothing is known.
        var all: [Int32] = []
    }

    init(_ unsorted: [Rule]) {
        rules = unsorted.sorted(by: ranksBefore)
        excepts = rules.map { rule in
            var trie = PatternTrie()
            for pattern in rule.objects.except { trie.insert(pattern, rule: 0) }
            return trie
        }
        var verbs = [VerbRules](repeating: VerbRules(), count: Verb.allCases.count)
        for (rank, rule) in rules.enumerated() {
            for verb in rule.verbs {
                verbs[verb.ordinal].all.append(Int32(rank))
                for pattern in rule.objects.only {
                    if rule.restricts {
                        verbs[verb.ordinal].restricts.insert(pattern, rule: Int32(rank))
                    } else {
                        verbs[verb.ordinal].permits.insert(pattern, rule: Int32(rank))
                    }
                }
            }
        }
        self.verbs = verbs
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
        case .oneOf, .anything:
            return collectAnything(effect, inTransaction, &hits)
        }
    }

    private func collect(
        _ name: [String], _ effect: Effect, _ inTransaction: Bool, _ hits: inout HitList
    ) -> Bool {
        let verb = verbs[effect.verb.ordinal]
        let mustBeNamed = effect.mustBeNamed
        var isMatched = false
        if !verb.restricts.isEmpty {
            _ = verb.restricts.touching(name) { rank in
                let except = excepts[Int(rank)]
                if !except.isEmpty,
                    except.covering(name, mustBeNamed: mustBeNamed, { _ in true })
                {
                    return false
                }
                if rules[Int(rank)].attributesMatch(effect, inTransaction: inTransaction) {
                    hits.insert(rank)
                    isMatched = true
                }
                return false
            }
        }
        _ = verb.permits.covering(name, mustBeNamed: mustBeNamed) { rank in
            let except = excepts[Int(rank)]
            if !except.isEmpty, except.touching(name, { _ in true }) { return false }
            if rules[Int(rank)].attributesMatch(effect, inTransaction: inTransaction) {
                hits.insert(rank)
                isMatched = true
            }
            return false
        }
        return isMatched
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
        }
    }
}
