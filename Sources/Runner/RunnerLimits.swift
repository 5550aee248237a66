/// What one runner bears.
public enum RunnerLimits {
    /// Connections of the gateway at once: one for each session.
    public static let sessionsMax = 4_096
    /// Output that waits for the gateway to read it, bytes of one session: above it, the session's programs wait.
    public static let outputBacklogBytes = 512 << 10
    /// How long a connection may take to say what it is for, milliseconds.
    public static let startMilliseconds: Int64 = 10_000
    /// How often held programs are looked at for signals that nobody typed, milliseconds.
    public static let heldCheckMilliseconds: Int32 = 500
}
