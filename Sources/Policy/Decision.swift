import Vocabulary

/// What the policies say of one action. Only `PolicySet` makes one.
public struct Decision: Hashable, Sendable {
    public let verdict: Verdict
    /// Every rule that matched any effect, strictest first, then by policy and rule name.
    public let matches: [RuleMatch]
    /// The effects that no rule covers: each of them alone makes the verdict `deny`.
    public let uncovered: [Effect]
    /// What a hold needs, merged by group with the larger count; empty unless the verdict is `hold`.
    public let requirements: [ConsentRequirement]
    /// How long a hold may wait: the shortest `within` (or `in_transaction`) of the rules that matched, milliseconds.
    public let holdMilliseconds: Int64
    /// The highest risk that a matching hold rule names.
    public let risk: String?
    /// Who has to watch the session for as long as it goes on, merged by group with the larger count; empty for a verdict of
    /// `deny`, and where no rule that matched asks for it.
    public let moderators: [ConsentRequirement]
    /// How long they may be away: the shortest `grace` of the rules that matched, milliseconds.
    public let graceMilliseconds: Int64
    /// What the action's streams are given to read is recorded: a rule that matched asks for it.
    public let recordsInput: Bool
    /// The hash of the loaded set, as `PolicySet.version`.
    public let policyVersion: String

    init(
        verdict: Verdict, matches: [RuleMatch], uncovered: [Effect],
        requirements: [ConsentRequirement], holdMilliseconds: Int64, risk: String?,
        moderators: [ConsentRequirement] = [], graceMilliseconds: Int64 = 0,
        recordsInput: Bool = false, policyVersion: String
    ) {
        self.verdict = verdict
        self.matches = matches
        self.uncovered = uncovered
        self.requirements = requirements
        self.holdMilliseconds = holdMilliseconds
        self.risk = risk
        self.moderators = moderators
        self.graceMilliseconds = graceMilliseconds
        self.recordsInput = recordsInput
        self.policyVersion = policyVersion
    }
}

/// A rule that took part in a decision.
public struct RuleMatch: Hashable, Sendable {
    public let policy: String
    public let rule: String
    public let verdict: Verdict

    public init(policy: String, rule: String, verdict: Verdict) {
        self.policy = policy
        self.rule = rule
        self.verdict = verdict
    }
}

/// `count` distinct people of `group` must consent.
public struct ConsentRequirement: Hashable, Sendable {
    /// A group's name without the `group:` prefix.
    public let group: String
    public let count: Int

    public init(group: String, count: Int) {
        self.group = group
        self.count = count
    }
}
