import Foundation
import Vocabulary

/// The times that the desk lives by. Deadlines are monotonic; wall time is for people and records.
public struct HoldClock: Sendable {
    public var wall: @Sendable () -> WallTime
    /// Must go on while the machine is suspended.
    public var monotonic: @Sendable () -> MonotonicTime
    /// Returns at `deadline` or later; throws when the task is cancelled.
    public var sleep: @Sendable (_ deadline: MonotonicTime) async throws -> Void
    /// Where the tasks run that wait for a moment; `nil` is Swift's own pool.
    var executor: (any TaskExecutor)?

    public init(
        wall: @escaping @Sendable () -> WallTime,
        monotonic: @escaping @Sendable () -> MonotonicTime,
        sleep: @escaping @Sendable (_ deadline: MonotonicTime) async throws -> Void
    ) {
        self.wall = wall
        self.monotonic = monotonic
        self.sleep = sleep
    }

    /// The machine's clocks: CLOCK_REALTIME, and CLOCK_BOOTTIME, which counts suspended time too.
    public static let live = HoldClock(
        wall: {
            let time = now(CLOCK_REALTIME)
            return WallTime(
                milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
        },
        monotonic: { bootTime() },
        sleep: { deadline in
            while true {
                let time = bootTime()
                guard time < deadline else { return }
                let rest = deadline.nanoseconds - time.nanoseconds
                try await Task.sleep(for: .nanoseconds(Int64(clamping: rest)), clock: .continuous)
            }
        })
}

private func now(_ clock: clockid_t) -> timespec {
    var time = timespec()
    clock_gettime(clock, &time)
    return time
}

private func bootTime() -> MonotonicTime {
    let time = now(clockid_t(CLOCK_BOOTTIME))
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
}
