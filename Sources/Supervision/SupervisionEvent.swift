import Shell

/// A session of one supervisor.
public struct SupervisedSession: Hashable, Sendable {
    public let id: UInt64

    init(id: UInt64) { self.id = id }
}

/// What happened in a session, in the order in which the kernel said so.
public enum SupervisionEvent: Sendable {
    /// A program that was loaded and has not run an instruction; it stops until `answer`.
    case starting(SupervisedSession, ProgramStart)
    /// A program that ended after its answer; 1 is the session's own. One that was refused ends with status 126.
    case ended(SupervisedSession, program: UInt64, ProgramEnd)
    /// A program that died while it waited for its answer. No `ended` follows.
    case gone(SupervisedSession, program: UInt64)
    /// A program whose facts could not be read: it was killed, and its `ended` follows. `isMain` as in `ProgramStart`; its
    /// file's path where the kernel tells it.
    case unreadable(
        SupervisedSession, program: UInt64, isMain: Bool, path: [UInt8]?, UnreadableProgram)
    /// The session could not be started; `over` follows.
    case failed(SupervisedSession, SupervisionError)
    /// The session reached its bound on processes: its next ones are killed before they run, until there are fewer.
    case refusedFork(SupervisedSession)
    /// No process of the session is left.
    case over(SupervisedSession)
}

/// How a program ended.
public enum ProgramEnd: Hashable, Sendable {
    case exited(Int32)
    /// By the signal of this number.
    case signalled(Int32)
    /// Its process went on as another program.
    case replaced
}

/// Why nobody can say what a program is.
public enum UnreadableProgram: Hashable, Sendable, CustomStringConvertible {
    /// It is for another architecture (i386, x32).
    case foreign
    /// More than `SupervisionLimits.stackBytesMax` of arguments and environment.
    case tooLong
    /// The kernel did not tell, with this `errno`.
    case kernel(Int32)

    public var description: String {
        switch self {
        case .foreign: "it is for another architecture than this host's"
        case .tooLong: "it was given more words and variables than are judged"
        case .kernel(let code): "the kernel does not say what it is: \(errorText(code))"
        }
    }
}

/// What becomes of a program.
public enum ProgramAnswer: Hashable, Sendable {
    case run
    /// It exits with status 126 instead of its first instruction.
    case refuse
}
