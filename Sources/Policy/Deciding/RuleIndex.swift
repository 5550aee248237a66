import Vocabulary

/// The rules of some policies, found by verb and object.
final class RuleIndex: Sendable {
    /// Strictest first, then by policy and rule name: a rule's index is its rank.
    let rules: [Rule]
    /// What each rule says in a decision, and what it asks for, apart from the rest of it: copying a rule costs.
    let matches: [RuleMatch]
    let holds: [HoldTerms?]
    let moderations: [ModerationTerms?]
    let hasModerations: Bool
    let records: [RecordedPart?]
    let hasRecords: Bool
    private let hasConditions: [Bool]
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
        moderations = rules.map(\.moderation)
        hasModerations = rules.contains { $0.moderation != nil }
        records = rules.map(\.record)
        hasRecords = rules.contains { $0.record != nil }
        hasConditions = rules.map(\.hasConditions)
        self.rules = rules
        self.numbers = numbers
    }

    /// Adds the rules that match to `hits`; false when some object that the effect may be on is
    /// matched by none.
    func collect(_ effect: Effect, inTransaction: Bool, into hits: inout HitList) -> Bool {
        switch effect.object {
        case .exactly(let name):
            return collect(CollectionOfOne(name), effect, inTransaction, &hits)
        case .oneOf(let names) where !names.isEmpty:
            var isCovered = true
            for name in names
            where !collect(CollectionOfOne(name), effect, inTransaction, &hits) {
                isCovered = false
            }
            return isCovered
        case .known(let names) where !names.isEmpty:
            return collect(names, effect, inTransaction, &hits)
        case .oneOf, .known, .anything:
            return collectAnything(effect, inTransaction, &hits)
        }
    }

    /// Of one object, by all its names: any of them brings a rule in, and any of them excepts it.
    private func collect(
        _ names: some Collection<ObjectName>, _ effect: Effect, _ inTransaction: Bool,
        _ hits: inout HitList
    ) -> Bool {
        let verb = verbs[effect.verb.ordinal]
        let mustBeNamed = effect.mustBeNamed
        var restricts = HitList()
        var permits = HitList()
        for name in names {
            let name = numbers.numbered(name.components)
            if verb.hasRestricts { verb.restricts.touching(name, into: &restricts) }
            verb.permits.covering(name, mustBeNamed: mustBeNamed, into: &permits)
        }
        var isMatched = false
        restricts.forEach { rank in
            guard
                !isExcepted(rank, names, { $0.covering($1, mustBeNamed: mustBeNamed, into: &$2) }),
                conditionsMatch(rank, effect, inTransaction)
            else { return }
            hits.insert(rank)
            isMatched = true
        }
        permits.forEach { rank in
            guard !isExcepted(rank, names, { $0.touching($1, into: &$2) }),
                conditionsMatch(rank, effect, inTransaction)
            else { return }
            hits.insert(rank)
            isMatched = true
        }
        return isMatched
    }

    /// Whether the rule's `except` has a pattern that `find` finds for one of the names.
    private func isExcepted(
        _ rank: Int32, _ names: some Collection<ObjectName>,
        _ find: (PatternTrie, NumberedName, inout HitList) -> Void
    ) -> Bool {
        guard let except = excepts[Int(rank)] else { return false }
        var found = HitList()
        for name in names { find(except, numbers.numbered(name.components), &found) }
        return !found.isEmpty
    }

    private func conditionsMatch(_ rank: Int32, _ effect: Effect, _ inTransaction: Bool) -> Bool {
        !hasConditions[Int(rank)]
            || rules[Int(rank)].conditionsMatch(effect, inTransaction: inTransaction)
    }

    private func collectAnything(
        _ effect: Effect, _ inTransaction: Bool, _ hits: inout HitList
    ) -> Bool {
        var isMatched = false
        for rank in verbs[effect.verb.ordinal].all {
            let rule = rules[Int(rank)]
            guard rule.objectMatches(nil, mustBeNamed: effect.mustBeNamed),
                rule.conditionsMatch(effect, inTransaction: inTransaction)
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
        case .containerCreate: 17
        case .containerStart: 18
        case .containerStop: 19
        case .containerKill: 20
        case .containerRemove: 21
        case .containerUpdate: 22
        case .containerExec: 23
        case .containerExecStart: 24
        case .containerAttach: 25
        case .containerLogs: 26
        case .containerInspect: 27
        case .containerArchiveRead: 28
        case .containerArchiveWrite: 29
        case .containerCommit: 30
        case .containerPrivilege: 31
        case .containerDevice: 32
        case .containerMount: 33
        case .containerVolume: 34
        case .imageInspect: 35
        case .imageSearch: 36
        case .imagePull: 37
        case .imagePush: 38
        case .imageLoad: 39
        case .imageSave: 40
        case .imageTag: 41
        case .imageRemove: 42
        case .networkInspect: 43
        case .networkCreate: 44
        case .networkConnect: 45
        case .networkPublish: 46
        case .networkRemove: 47
        case .volumeInspect: 48
        case .volumeCreate: 49
        case .volumeRemove: 50
        case .build: 51
        case .buildOpaque: 52
        case .buildFetch: 53
        case .systemInspect: 54
        case .systemEvents: 55
        case .systemLogin: 56
        case .pluginInspect: 57
        case .swarmInspect: 58
        case .secretInspect: 59
        }
    }
}
