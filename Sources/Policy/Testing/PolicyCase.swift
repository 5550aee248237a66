import Vocabulary

/// One expectation of a `NAME.cases.yaml`: who asks what of which target, and what is decided.
public struct PolicyCase: Hashable, Sendable {
    public let name: String
    public let place: Place
    public let principal: Principal
    public let target: Target
    public let subject: Subject
    public let inTransaction: Bool
    public let expected: Verdict
    /// The rules that make the decision, those of the expected verdict: `rule` or `policy/rule`, in
    /// any order. `nil`: not looked at.
    public let rules: Set<String>?
    /// Who has to watch the session, sorted by group. `nil`: not looked at.
    public let moderators: [ConsentRequirement]?
    /// What is recorded besides what always is. `nil`: not looked at.
    public let record: Record?

    public enum Record: String, CaseIterable, Sendable {
        case input, nothing
    }

    public enum Subject: Hashable, Sendable {
        /// Text that the target's inspector turns into effects.
        case command(String)
        /// A program that is about to run, with its words, the program's own name first.
        case program(Program, words: [[UInt8]])
        case effects([Effect])
    }

    /// What a case says of a program besides its words.
    public struct Program: Hashable, Sendable {
        /// Paths, as the bytes that they are.
        public var path: [UInt8]
        /// `path` is a script of this program.
        public var interpreter: [UInt8]?
        /// Symbolic links to the program, or to its interpreter.
        public var names: [[UInt8]] = []
        /// Hard links to it.
        public var links: [[UInt8]] = []
        public var parent: [UInt8]?
        public var directory: [UInt8] = [UInt8(ascii: "/")]
        public var user: UInt32 = 1_000
        public var isOnTerminal = false
        public var isSetuid = false
        public var isReplaceable = false
        public var isUnlinked = false

        public init(path: [UInt8]) { self.path = path }
    }

    /// Reads cases files, all of them, and reports everything that is wrong with any of them.
    public static func load(_ files: [PolicyFile]) throws(PolicyErrors) -> [PolicyCase] {
        let log = ProblemLog()
        let cases = files.flatMap { readCases($0, log) }
        guard log.isEmpty else { throw log.errors }
        return cases
    }

    /// Reads every `*.cases.yaml` of the directory.
    public static func load(directory: String) throws(PolicyErrors) -> [PolicyCase] {
        let log = ProblemLog()
        let files = readFiles(of: directory, log) { $0.hasSuffix(".cases.yaml") }
        let cases = files.flatMap { readCases($0, log) }
        guard log.isEmpty else { throw log.errors }
        return cases
    }
}
