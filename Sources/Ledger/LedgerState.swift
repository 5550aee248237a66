import Synchronization
import Vocabulary

/// What is on disk, as the thread publishes it and everyone else reads it.
final class LedgerState: Sendable {
    struct Published {
        var size: UInt64 = 0
        var segments: [Segment] = []
        var checkpoint: Checkpoint?
        /// The roots of all complete subtrees of `Limits.subtreeLeaves` leaves.
        var subtrees: [Digest] = []
        /// How many leaf hashes are in the file; those behind are in `leafTail`.
        var leavesInFile: UInt64 = 0
        var leafTail: [Digest] = []
        var isClosed = false
    }

    private struct Guarded {
        var published: Published
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: (beyond: UInt64, continuation: CheckedContinuation<Void, Never>)] =
            [:]
    }

    private let guarded: Mutex<Guarded>

    init(_ published: Published) { guarded = Mutex(Guarded(published: published)) }

    func read<Result>(_ body: (borrowing Published) -> sending Result) -> Result {
        guarded.withLock { body($0.published) }
    }

    /// For the thread: changes what is published and wakes those whom it concerns.
    func publish(_ change: (inout Published) -> Void) {
        let woken = guarded.withLock { guarded in
            change(&guarded.published)
            let ready = guarded.waiters.filter {
                guarded.published.isClosed || guarded.published.size > $0.value.beyond
            }
            for key in ready.keys { guarded.waiters[key] = nil }
            return ready.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Returns when the ledger has grown beyond `size`, has been closed, or the task is cancelled.
    func wait(beyond size: UInt64) async {
        let key = guarded.withLock { guarded in
            guarded.nextWaiter += 1
            return guarded.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = guarded.withLock { guarded in
                    let published = guarded.published
                    if published.isClosed || published.size > size || Task.isCancelled {
                        return true
                    }
                    guarded.waiters[key] = (size, continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            guarded.withLock { $0.waiters.removeValue(forKey: key)?.continuation }?.resume()
        }
    }
}
