import Vocabulary

/// Why a decision came out as it did, and what would have come out otherwise.
public struct Explanation: Hashable, Sendable {
    public let decision: Decision
    /// Names of the policies that apply, sorted.
    public let policies: [String]
    /// One for each effect, in the action's order.
    public let effects: [EffectExplanation]
}

/// One effect's share of a decision.
public struct EffectExplanation: Hashable, Sendable {
    public let effect: Effect
    public let verdict: Verdict
    /// The rules that matched, strictest first.
    public let matched: [RuleExplanation]
    /// Rules for the same verb that would not deny, and did not match, the nearest first.
    public let missed: [RuleExplanation]
}

/// One rule's share.
public struct RuleExplanation: Hashable, Sendable {
    public let match: RuleMatch
    /// Where the rule stands.
    public let place: Place
    /// One clause: why it matched, or what would have to be different.
    public let why: String
}
