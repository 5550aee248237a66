import Vocabulary

/// A command that is about to leave for the target.
public struct ActionEvent: Sendable {
    /// The action's number in its session, which its outcome names again.
    public var number: UInt64
    public var kind: Action.Kind
    /// The statement's text with secrets masked. Stored once per distinct text and session.
    public var statement: [UInt8]
    /// What the caller keeps this statement by. A hint that makes finding a known text cheap: the text is
    /// compared all the same, so an identity that is used again for another text does no harm.
    public var statementKey: ObjectIdentifier?
    public var values: [BoundValue]
    public var verdict: Verdict
    /// The rules that decided: `policy/rule`.
    public var rules: [String]
    /// The version of the policy set that decided.
    public var policyVersion: String
    /// The hold that was consented to, when there was one.
    public var hold: HoldID?
    /// SHA-256 over the bytes that leave: what the receipt is bound to.
    public var digest: Digest
    /// Of `exec`: the number of the program that started this one, which is an action of the session too. `nil` for the
    /// session's first. Recorded for no other kind.
    public var parent: UInt64?
    /// Of `exec`: which file runs. Recorded for no other kind; `nil` in recordings of before it was.
    public var program: RecordedProgram?
    /// Since the session was opened.
    public var microseconds: UInt64

    public init(
        number: UInt64, kind: Action.Kind, statement: [UInt8],
        statementKey: ObjectIdentifier? = nil,
        values: [BoundValue], verdict: Verdict, rules: [String], policyVersion: String,
        hold: HoldID? = nil, digest: Digest, parent: UInt64? = nil,
        program: RecordedProgram? = nil, microseconds: UInt64
    ) {
        self.number = number
        self.kind = kind
        self.statement = statement
        self.statementKey = statementKey
        self.values = values
        self.verdict = verdict
        self.rules = rules
        self.policyVersion = policyVersion
        self.hold = hold
        self.digest = digest
        self.parent = parent
        self.program = program
        self.microseconds = microseconds
    }
}
