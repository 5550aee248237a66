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

    public enum Subject: Hashable, Sendable {
        /// Text that the target's inspector turns into effects.
        case command(String)
        case effects([Effect])
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
