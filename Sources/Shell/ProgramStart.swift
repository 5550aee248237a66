import Vocabulary

/// A program at the moment when the kernel has loaded it and it has not run an instruction yet. Everything here was read
/// from the kernel then, and nothing that another process does changes it any more.
public struct ProgramStart: Hashable, Sendable {
    /// Counts in the session, from 1: its end and its children name it.
    public var number: UInt64
    /// The number of the program that started it; 0 for the session's first.
    public var parent: UInt64
    /// It runs in the session's first process, whose last program's end is the session's.
    public var isMain: Bool
    /// The file that runs: for a script, its interpreter.
    public var executable: ProgramFile
    /// The script's file, for a script.
    public var script: ProgramFile?
    /// The file as its caller wrote it (AT_EXECFN), which for a script is also the word before the script's own words;
    /// empty when it is not known.
    public var executedAs: [UInt8]
    /// The words, the program's own name (which its caller chose) first.
    public var arguments: [[UInt8]]
    /// `NAME=VALUE`, in the kernel's order.
    public var environment: [[UInt8]]
    /// The working directory's path, as the session sees it.
    public var directory: [UInt8]
    public var userID: UInt32
    /// Other than `userID` for a setuid program.
    public var effectiveUserID: UInt32
    public var groupID: UInt32
    /// Its standard input is the session's terminal.
    public var isOnTerminal: Bool

    public init(
        number: UInt64, parent: UInt64, isMain: Bool, executable: ProgramFile,
        script: ProgramFile? = nil, executedAs: [UInt8] = [], arguments: [[UInt8]],
        environment: [[UInt8]] = [],
        directory: [UInt8], userID: UInt32, effectiveUserID: UInt32? = nil, groupID: UInt32,
        isOnTerminal: Bool = false
    ) {
        self.number = number
        self.parent = parent
        self.isMain = isMain
        self.executable = executable
        self.script = script
        self.executedAs = executedAs
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.userID = userID
        self.effectiveUserID = effectiveUserID ?? userID
        self.groupID = groupID
        self.isOnTerminal = isOnTerminal
    }
}

/// A file that is about to run, by what it is and not by what it is called.
public struct ProgramFile: Hashable, Sendable {
    /// Its path as the session sees it, without symbolic links. What it is called: not what it is.
    public var path: [UInt8]
    /// Who supervises opened `path` outside of the session and found this very file. False for what has no path there: a file
    /// in memory, a deleted one, one behind a mount of the session's own.
    public var isVerified: Bool
    /// The paths of rules that lead to this file, and to `path` when their symbolic links are followed.
    public var names: [[UInt8]]
    /// The paths of rules that are other names of the same file (hard links).
    public var links: [[UInt8]]
    /// Permissions and setuid bits, as in `st_mode`.
    public var mode: UInt32
    /// The session's account may write it, or put another in its place.
    public var isReplaceable: Bool
    /// It has file capabilities (`security.capability`), which the program that runs it gets.
    public var hasCapabilities: Bool
    /// SHA-256 over its bytes; `nil` when it could not be read.
    public var digest: Digest?

    public init(
        path: [UInt8], isVerified: Bool, names: [[UInt8]] = [], links: [[UInt8]] = [],
        mode: UInt32, isReplaceable: Bool = false, hasCapabilities: Bool = false,
        digest: Digest? = nil
    ) {
        self.path = path
        self.isVerified = isVerified
        self.names = names
        self.links = links
        self.mode = mode
        self.isReplaceable = isReplaceable
        self.hasCapabilities = hasCapabilities
        self.digest = digest
    }
}
