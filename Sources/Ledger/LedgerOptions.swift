import Foundation
import Vocabulary

/// How a ledger is kept.
public struct LedgerOptions: Sendable {
    /// A checkpoint is signed at the latest this long after an entry, milliseconds; 0 signs with every batch.
    public var checkpointMilliseconds: UInt64 = 1_000
    /// What the entries' `time` says.
    public var clock: @Sendable () -> WallTime = { wallTimeNow() }
    var disk = Disk()
    var segmentBytes = Limits.segmentBytes
    var gatherNanoseconds = Limits.gatherNanoseconds
    var reserveBytes = Limits.reserveBytes
    var replayBytesMax = Limits.replayBytesMax
    /// Has the ledger's work done until it ends: on a thread of its own, unless a test takes the turns.
    var start: @Sendable (Committer) -> Void = { committer in
        let thread = Thread { committer.run() }
        thread.name = "ledger"
        thread.start()
    }

    public init() {}
}

func wallTimeNow() -> WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
}

func monotonicNow() -> MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
}
