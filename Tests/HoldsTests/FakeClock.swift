import Holds
import Synchronization
import Vocabulary

/// Time that moves only when a test says so. Nobody's sleep ends by itself: a test calls `expire`.
final class FakeClock: Sendable {
    private let elapsed = Mutex<Int64>(0)
    static let noon: Int64 = 1_800_000_000_000

    func advance(milliseconds: Int64) { elapsed.withLock { $0 += milliseconds } }

    var now: WallTime {
        WallTime(milliseconds: Self.noon + elapsed.withLock { $0 })
    }

    var clock: HoldClock {
        HoldClock(
            wall: { self.now },
            monotonic: {
                MonotonicTime(nanoseconds: UInt64(self.elapsed.withLock { $0 }) * 1_000_000 + 1)
            },
            sleep: { _ in
                // Until the task is cancelled: an empty stream that nobody finishes.
                let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
                for await _ in stream {}
                continuation.finish()
                throw CancellationError()
            })
    }
}
