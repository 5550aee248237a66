import Vocabulary

/// One rule of one policy, as loaded.
struct Rule: Sendable {
    let match: RuleMatch
    let place: Place
    let verbs: [Verb]
    let objects: ObjectSelector
    /// Sorted by name.
    let attributes: [AttributeTest]
    /// What it wants of a program's words.
    let words: WordConditions
    /// `nil` unless the rule decides `hold`.
    let hold: HoldTerms?
    /// `nil` unless the rule wants sessions watched.
    let moderation: ModerationTerms?

    var verdict: Verdict { match.verdict }

    /// Deny and hold restrict: they match what may be. Allow and review permit: only what must be.
    var restricts: Bool { match.verdict >= .hold }
}

/// What a hold rule asks for.
struct HoldTerms: Hashable, Sendable {
    /// Never empty, each group once.
    let consents: [ConsentRequirement]
    /// Milliseconds.
    let within: Int64
    /// Milliseconds, when the client's transaction is open; `nil`: as `within`.
    let inTransaction: Int64?
    let risk: Risk?

    func milliseconds(inTransaction isOpen: Bool) -> Int64 {
        isOpen ? inTransaction ?? within : within
    }
}

/// Who has to watch a session for as long as it goes on.
struct ModerationTerms: Hashable, Sendable {
    /// Never empty, each group once.
    let moderators: [ConsentRequirement]
    /// How long they may be away before it ends, milliseconds.
    let grace: Int64
}

/// How bad it would be. Shown to approvers, never compared by rules.
enum Risk: String, CaseIterable, Sendable, Comparable {
    case low, medium, high, critical

    static func < (left: Risk, right: Risk) -> Bool { left.order < right.order }

    private var order: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        case .critical: 3
        }
    }
}

extension Rule {
    /// The attribute that the gateway knows of every effect, unless the effect itself says it.
    static let transactionAttribute = "in_transaction"

    var hasConditions: Bool { !attributes.isEmpty || !words.isEmpty }

    /// All that a rule says beside verb and object.
    func conditionsMatch(_ effect: Effect, inTransaction: Bool) -> Bool {
        attributesMatch(effect, inTransaction: inTransaction) && wordsMatch(effect)
    }

    /// Words that are not known count as those that deny and hold look for.
    func wordsMatch(_ effect: Effect) -> Bool {
        if words.isEmpty { return true }
        guard let given = effect.arguments else { return restricts }
        return words.hold(for: given)
    }

    private func attributesMatch(_ effect: Effect, inTransaction: Bool) -> Bool {
        for test in attributes {
            let outcome = outcome(of: test, effect, inTransaction: inTransaction)
            guard outcome == .holds || (restricts && outcome != .fails) else { return false }
        }
        return true
    }

    func outcome(
        of test: AttributeTest, _ effect: Effect, inTransaction: Bool
    ) -> AttributeTest.Outcome {
        if let value = effect.attributes[test.name] { return test.outcome(for: value) }
        guard test.name == Self.transactionAttribute else { return .missing }
        return test.outcome(for: .flag(inTransaction))
    }

    /// Compares the object alone, by all its names; `nil` stands for an object of which nothing is known.
    func objectMatches(_ names: [[String]]?, mustBeNamed: Bool) -> Bool {
        guard let names else {
            return restricts || (objects.coversAnything && !mustBeNamed)
        }
        return restricts
            ? objects.touches(names, mustBeNamed: mustBeNamed)
            : objects.covers(names, mustBeNamed: mustBeNamed)
    }
}
