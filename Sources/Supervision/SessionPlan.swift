/// What a session runs, as whom, with what and with how much.
public struct SessionPlan: Sendable {
    public var account: Account
    /// Paths, as the session sees them: the first one that the account may run is run.
    public var programs: [[UInt8]]
    /// The words, the program's own name first.
    public var arguments: [[UInt8]]
    /// `NAME=VALUE`.
    public var environment: [[UInt8]]
    public var directory: [UInt8]
    public var streams: Streams
    /// The only directories and files that may be written besides terminals and what is temporary; `nil`: everything that the
    /// account may write but /proc and /sys.
    public var writable: [[UInt8]]?
    /// Setuid and setgid programs get their powers; otherwise they run without.
    public var allowsSetuid = false
    /// Processes and threads at once.
    public var processesMax = SupervisionLimits.processesMax
    /// More to hide than `SupervisorOptions` does.
    public var covered: [[UInt8]] = []

    /// Descriptors that stay the caller's: it closes its own when `start` has returned.
    public enum Streams: Sendable {
        case pipes(input: Int32, output: Int32, error: Int32)
        /// The controlling terminal, and the only one that the session sees.
        case privateTerminal(SessionTerminal)
    }

    public init(
        account: Account, programs: [[UInt8]], arguments: [[UInt8]], environment: [[UInt8]] = [],
        directory: [UInt8], streams: Streams
    ) {
        self.account = account
        self.programs = programs
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.streams = streams
    }
}
