import Glibc
import Vocabulary

/// The two times: one for records and people, one for deadlines. Replaced in tests.
public struct Clock: Sendable {
    public var wall: @Sendable () -> WallTime
    public var monotonic: @Sendable () -> MonotonicTime

    public init(
        wall: @escaping @Sendable () -> WallTime, monotonic: @escaping @Sendable () -> MonotonicTime
    ) {
        self.wall = wall
        self.monotonic = monotonic
    }

    /// The kernel's clocks, read through the vDSO: no system call.
    public static let system = Clock(
        wall: {
            let now = read(CLOCK_REALTIME)
            return WallTime(
                milliseconds: Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000)
        },
        monotonic: {
            let now = read(CLOCK_MONOTONIC)
            return MonotonicTime(
                nanoseconds: UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec))
        })

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}
