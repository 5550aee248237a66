import Vocabulary

/// A command that did not leave.
public struct RefusalEvent: Sendable {
    /// The statement's text with secrets masked.
    public var statement: [UInt8]
    public var statementKey: ObjectIdentifier?
    public var verdict: Verdict
    /// The rules that decided: `policy/rule`; empty when the command was refused before any was asked.
    public var rules: [String]
    /// The code and text of the error that the client was given.
    public var sqlstate: String
    public var message: String

    public init(
        statement: [UInt8], statementKey: ObjectIdentifier? = nil, verdict: Verdict,
        rules: [String],
        sqlstate: String, message: String
    ) {
        self.statement = statement
        self.statementKey = statementKey
        self.verdict = verdict
        self.rules = rules
        self.sqlstate = sqlstate
        self.message = message
    }
}
