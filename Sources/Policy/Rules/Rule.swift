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
    /// What is recorded besides what always is.
    let record: RecordedPart?

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

/// What is recorded only where a rule asks for it.
enum RecordedPart: String, CaseIterable, Sendable {
    /// What is typed into a stream, or sent.
    case input
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
    /// Of attributes that an object was given from outside: `label.com.example.team`.
    static let labelPrefix = "label."
    /// How many variables a command in a container is given besides the container's own.
    static let environmentAttribute = "environment"

    var hasConditions: Bool { !attributes.isEmpty || !words.isEmpty }

    /// All that a rule says beside verb and object.
    func conditionsMatch(_ effect: Effect, inTransaction: Bool) -> Bool {
        attributesMatch(effect, inTransaction: inTransaction) && wordsMatch(effect)
            && !isTurned(effect)
    }

    /// Words that are not known count as those that deny and hold look for.
    func wordsMatch(_ effect: Effect) -> Bool {
        if words.isEmpty { return true }
        guard let given = effect.arguments else { return restricts }
        return words.hold(for: given)
    }

    /// Variables that a command is given may make another of its words: those who allow it by them have to say so.
    func isTurned(_ effect: Effect) -> Bool {
        let count = effect.attributes[Self.environmentAttribute] ?? .number(0)
        return !restricts && !words.isEmpty && count != .number(0)
            && !attributes.contains { $0.name == Self.environmentAttribute }
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
        // An object with `labels` has no other than those: one that it does not have is the empty text.
        if test.name.utf8.starts(with: Self.labelPrefix.utf8), effect.attributes["labels"] != nil {
            return test.outcome(for: .text(""))
        }
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
