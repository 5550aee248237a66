/// What one runner bears.
public enum RunnerLimits {
    /// Connections of the gateway at once: one for each session.
    public static let sessionsMax = 4_096
    /// Output that waits for the gateway to read it, bytes of one session: above it, the session's programs wait.
    public static let outputBacklogBytes = 512 << 10
    /// What waits for the gateway to read it of one session when its next program is refused without asking, bytes: above
    /// what three programs with as many words as there can be take.
    public static let askedBacklogBytes = 16 << 20
    /// For the system to say what an account is, milliseconds: it may ask name servers.
    public static let lookupMillisecondsMax: Int64 = 10_000
    /// Bytes that are read of a session whose last process is gone, above what a pipe of an account holds: what writes on
    /// has been handed its files.
    public static let lastBytesMax = 4 << 20
    /// How often held programs are looked at for signals that nobody typed, milliseconds.
    public static let heldCheckMilliseconds: Int64 = 500
    /// How long the end of a program waits for what is told next, milliseconds.
    public static let endsWaitMilliseconds: Int64 = 1
    /// Descriptors that one session may take, and those that are kept for everything else: with fewer to be had, there are
    /// fewer sessions.
    public static let sessionDescriptors = 8
    public static let descriptorsSpare = 64
    /// When a connection of this machine's gateway could not be taken, until the next is, milliseconds.
    public static let acceptPauseMilliseconds: Int64 = 1_000
    /// Between two attempts to reach the gateway, milliseconds: doubled each time, and by chance up to half less, so that
    /// not all runners of a gateway that comes back are there at once.
    public static let redialMillisecondsMin: Int64 = 1_000
    public static let redialMillisecondsMax: Int64 = 30_000
    /// From dialling the gateway until it has said that it knows the runner, milliseconds.
    public static let dialMillisecondsMax: Int64 = 15_000
    /// How long before its end a certificate is renewed, milliseconds: 30 days; and between two looks at it.
    public static let renewMilliseconds: Int64 = 30 * 86_400_000
    public static let renewPauseMilliseconds: Int64 = 3_600_000
}
