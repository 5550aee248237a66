import Synchronization
import Vocabulary

@testable import Holds

/// Time that moves only when a test says so. Nobody's sleep ends by itself: a test calls `expire`, or `wake`.
final class FakeClock: Sendable {
    private struct Sleeper {
        let deadline: MonotonicTime
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        /// Milliseconds.
        var elapsed: Int64 = 0
        var jumped: Int64 = 0
        var sleepers: [UInt64: Sleeper] = [:]
        var lastSleeper: UInt64 = 0
        var isOver = false
    }

    static let noon: Int64 = 1_800_000_000_000
    private let state = Mutex(State())
    private let executor: (any TaskExecutor)?

    /// - Parameter executor: where the desk's own tasks run.
    init(executor: (any TaskExecutor)? = nil) { self.executor = executor }

    func advance(milliseconds: Int64) { state.withLock { $0.elapsed += milliseconds } }

    /// Sets the wall clock alone, forward or back.
    func jump(milliseconds: Int64) { state.withLock { $0.jumped += milliseconds } }

    var now: WallTime {
        state.withLock { WallTime(milliseconds: Self.noon + $0.elapsed + $0.jumped) }
    }

    var monotonic: MonotonicTime { state.withLock { Self.monotonic($0.elapsed) } }

    private static func monotonic(_ elapsed: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: UInt64(elapsed) * 1_000_000 + 1)
    }

    var clock: HoldClock {
        var clock = HoldClock(
            wall: { self.now }, monotonic: { self.monotonic },
            sleep: { try await self.sleep(until: $0) })
        clock.executor = executor
        return clock
    }

    func sleep(milliseconds: Int) async throws {
        let elapsed = state.withLock { $0.elapsed }
        try await sleep(until: Self.monotonic(elapsed + Int64(milliseconds)))
    }

    /// Moves to when the next sleeper is due, and wakes all who are due then; false when nobody sleeps.
    func wakeNext() -> Bool {
        let due = state.withLock { state -> [Sleeper] in
            guard let next = state.sleepers.values.map(\.deadline).min() else { return [] }
            state.elapsed = max(state.elapsed, Int64(next.nanoseconds / 1_000_000))
            let now = Self.monotonic(state.elapsed)
            let due = state.sleepers.filter { $0.value.deadline <= now }
            for place in due.keys { state.sleepers[place] = nil }
            return due.sorted { $0.key < $1.key }.map(\.value)
        }
        for sleeper in due { sleeper.continuation.resume() }
        return !due.isEmpty
    }

    /// Wakes everyone with an error, and whoever wants to sleep from now on, until `resume`.
    func interrupt() {
        let sleepers = state.withLock { state in
            defer { state.sleepers = [:] }
            state.isOver = true
            return state.sleepers.sorted { $0.key < $1.key }
        }
        for sleeper in sleepers { sleeper.value.continuation.resume(throwing: CancellationError()) }
    }

    func resume() { state.withLock { $0.isOver = false } }

    func sleep(until deadline: MonotonicTime) async throws {
        let place = state.withLock { state in
            state.lastSleeper += 1
            return state.lastSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isOver || Task.isCancelled { return true }
                    state.sleepers[place] = Sleeper(deadline: deadline, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: place) }?.continuation
                .resume(throwing: CancellationError())
        }
    }
}
