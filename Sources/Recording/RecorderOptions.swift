import Glibc
import Vocabulary

/// How a recorder works. The defaults suit a small gateway.
public struct RecorderOptions: Sendable {
    /// How often the spools are synced to the disk and filed: what a power cut may cost of plain allows.
    public var syncMilliseconds: Int64 = 1_000
    /// What the recordings of one principal may take together, in bytes of events.
    public var quotaBytes: Int64 = 10 << 30
    /// Disk space that is kept back, so that endings can be recorded on a full disk. 0: none.
    public var reserveBytes: Int64 = 8 << 20
    /// A session's root is handed over each time its file has grown by so much,
    public var rootBytes: Int64 = 1 << 20
    /// and, if it has grown at all, after so long.
    public var rootMilliseconds: Int64 = 60_000
    /// Takes roots to the ledger; the sessions whose root is in it now. The others' newest come again in the next pass,
    /// and until its last root is there no session counts as ended. The recorder's own thread waits for it, after the
    /// files were synced to there. After a killed process the same root may come twice.
    public var onRoots: @Sendable ([RecordingRoot]) async -> Set<SessionID> = {
        Set($0.map(\.session))
    }
    /// Takes what a start found to the ledger, before those sessions are closed. After a killed process it may come
    /// twice. A start ends where this throws.
    public var onRecovery: @Sendable (Recovery) async throws -> Void = { _ in }
    /// The time for records.
    public var wall: @Sendable () -> WallTime = { systemWallTime() }
    /// Microseconds since an arbitrary start, for events whose caller gives no time.
    public var microseconds: @Sendable () -> UInt64 = { systemMicroseconds() }

    /// When a loop begins a new spool; smaller in tests.
    var spoolBytes = Limits.spoolBytesMax
    var backlogBytes = Limits.backlogBytesMax
    var outputBacklogBytes = Limits.outputBacklogBytesMax

    public init() {}
}

private func systemWallTime() -> WallTime {
    let now = read(CLOCK_REALTIME)
    return WallTime(milliseconds: Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000)
}

private func systemMicroseconds() -> UInt64 {
    let now = read(CLOCK_MONOTONIC)
    return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1_000
}

private func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    clock_gettime(clock, &time)
    return time
}
