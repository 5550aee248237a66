import Vocabulary

/// What waits for the ledger's thread.
final class CommitQueue: @unchecked Sendable {
    // Unchecked: every stored variable is touched only inside `monitor.locked`.
    typealias EntryWaiter = CheckedContinuation<Result<UInt64, LedgerError>, Never>
    typealias CheckpointWaiter = CheckedContinuation<Result<Checkpoint, LedgerError>, Never>

    struct Pending {
        let line: EntryLine
        let waiter: EntryWaiter
    }

    /// One round of the thread.
    struct Work {
        var entries: [Pending] = []
        var checkpoints: [CheckpointWaiter] = []
        var isClosing = false
    }

    private let monitor = Monitor()
    private let gatherNanoseconds: UInt64
    private var entries: [Pending] = []
    private var entryBytes = 0
    private var checkpoints: [CheckpointWaiter] = []
    private var closers: [CheckedContinuation<Void, Never>] = []
    private var isClosing = false
    private var hasEnded = false
    private var failure: LedgerError?
    /// The count of entries at which the thread wants to be woken.
    private var wakeAt = 1

    init(gatherNanoseconds: UInt64) { self.gatherNanoseconds = gatherNanoseconds }

    func submit(_ line: EntryLine, _ waiter: EntryWaiter) {
        let refusal: LedgerError? = monitor.locked {
            if let refusal = failure ?? (isClosing ? .closed : nil) { return refusal }
            guard entries.count < Limits.queueEntriesMax,
                entryBytes + line.byteCount <= Limits.queueBytesMax
            else { return .overloaded }
            entries.append(Pending(line: line, waiter: waiter))
            entryBytes += line.byteCount
            if entries.count >= wakeAt { monitor.signal() }
            return nil
        }
        if let refusal { waiter.resume(returning: .failure(refusal)) }
    }

    func submit(_ waiter: CheckpointWaiter) {
        let refusal: LedgerError? = monitor.locked {
            if let refusal = failure ?? (isClosing ? .closed : nil) { return refusal }
            checkpoints.append(waiter)
            monitor.signal()
            return nil
        }
        if let refusal { waiter.resume(returning: .failure(refusal)) }
    }

    /// No further work is taken; the thread does what waits, and ends.
    func close() {
        monitor.locked {
            isClosing = true
            monitor.signal()
        }
    }

    func closeAndWait() async {
        close()
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let isOver = monitor.locked {
                if !hasEnded { closers.append(waiter) }
                return hasEnded
            }
            if isOver { waiter.resume() }
        }
    }

    /// For the thread: whether `take` would return at once.
    var hasWork: Bool {
        monitor.locked { !entries.isEmpty || !checkpoints.isEmpty || isClosing }
    }

    /// For the thread: waits for work, or until `due`. When `expected` writers took part in recent batches, waits
    /// a moment for as many, so that one fsync serves them all.
    func take(expected: Int, due: MonotonicTime?) -> Work {
        monitor.locked {
            while entries.isEmpty, checkpoints.isEmpty, !isClosing {
                if let due, monotonicNow() >= due { break }
                monitor.wait(until: due)
            }
            gather(expected)
            return takeBatch()
        }
    }

    private func gather(_ expected: Int) {
        guard !entries.isEmpty, checkpoints.isEmpty else { return }
        let share = UInt64(min(expected, Limits.gatherWriters))
        let patience = gatherNanoseconds * share / UInt64(Limits.gatherWriters)
        let deadline = MonotonicTime(nanoseconds: monotonicNow().nanoseconds + patience)
        wakeAt = expected
        while entries.count < expected, checkpoints.isEmpty, !isClosing, monotonicNow() < deadline {
            monitor.wait(until: deadline)
        }
        wakeAt = 1
    }

    private func takeBatch() -> Work {
        var work = Work(checkpoints: checkpoints)
        checkpoints = []
        var bytes = 0
        let count = entries.prefix(Limits.batchEntriesMax).prefix { pending in
            bytes += pending.line.byteCount
            return bytes <= Limits.batchBytesMax
        }.count
        work.entries = Array(entries.prefix(count))
        entries.removeFirst(count)
        entryBytes -= work.entries.reduce(0) { $0 + $1.line.byteCount }
        work.isClosing = isClosing && entries.isEmpty
        return work
    }

    /// For the thread: nothing is taken any more, and what waits is refused.
    func fail(_ error: LedgerError) {
        let (entries, checkpoints) = monitor.locked {
            // The first reason stays: a ledger that failed is not merely closed.
            failure = failure ?? error
            defer {
                self.entries = []
                self.checkpoints = []
                entryBytes = 0
            }
            return (self.entries, self.checkpoints)
        }
        for pending in entries { pending.waiter.resume(returning: .failure(error)) }
        for waiter in checkpoints { waiter.resume(returning: .failure(error)) }
    }

    /// For the thread, as its last act.
    func end() {
        fail(.closed)
        let closers = monitor.locked {
            hasEnded = true
            return self.closers
        }
        for waiter in closers { waiter.resume() }
    }
}
