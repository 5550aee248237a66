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
    /// Set for a program that did not run.
    public var program: Program?

    /// Where a program stood among those of its session.
    public struct Program: Hashable, Sendable {
        /// Counted with the actions.
        public var number: UInt64
        /// The number of the program that started it; `nil` for the session's first.
        public var parent: UInt64?
        /// Which file did not run; `nil` in recordings of before it was recorded.
        public var file: RecordedProgram?

        public init(number: UInt64, parent: UInt64?, file: RecordedProgram? = nil) {
            self.number = number
            self.parent = parent
            self.file = file
        }
    }

    public init(
        statement: [UInt8], statementKey: ObjectIdentifier? = nil, verdict: Verdict,
        rules: [String],
        sqlstate: String, message: String, program: Program? = nil
    ) {
        self.statement = statement
        self.statementKey = statementKey
        self.verdict = verdict
        self.rules = rules
        self.sqlstate = sqlstate
        self.message = message
        self.program = program
    }
}
