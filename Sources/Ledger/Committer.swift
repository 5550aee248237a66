import Foundation
import Vocabulary

/// The ledger's thread: it collects what waits, writes it with one call, makes it durable with one fsync, and
/// wakes everyone.
final class Committer: @unchecked Sendable {
    // Unchecked: it is made by `Ledger.open`, handed to one thread, and touched by no other from then on.
    private let directory: String
    private let key: LedgerKey
    private let options: LedgerOptions
    private let queue: CommitQueue
    private let state: LedgerState
    private let lock: DiskFile
    private let hasher = MerkleHasher()

    private var file: DiskFile
    private var segment: Segment
    private var frontier: MerkleFrontier
    private var leaves: HashFile
    private var subtrees: HashFile
    private var checkpoints: CheckpointFiles
    private var reserve: Reserve
    private var lastSigned: UInt64
    private var signDue: MonotonicTime?
    private var isFull = false
    private var failure: LedgerError?
    private var buffer: [UInt8] = []
    /// How many writers took part in recent batches.
    private var expected = 1

    private var disk: Disk { options.disk }

    init(
        directory: String, key: LedgerKey, options: LedgerOptions, queue: CommitQueue,
        replay: LedgerReplay, lock: DiskFile
    ) throws(DiskError) {
        self.directory = directory
        self.key = key
        self.options = options
        self.queue = queue
        self.lock = lock
        segment = replay.segment
        file = replay.file
        frontier = replay.frontier
        leaves = replay.leaves
        subtrees = replay.subtrees
        lastSigned = replay.checkpoint?.size ?? 0
        checkpoints = try CheckpointFiles(
            directory: directory, byteCount: replay.checkpointBytes, disk: options.disk)
        reserve = Reserve(
            directory: directory, byteCount: options.reserveBytes, disk: options.disk)
        isFull = !reserve.hold()
        state = replay.state
    }

    /// The thread's body.
    func run() {
        while turn() {}
    }

    /// Whether a turn would not have to wait.
    var hasWork: Bool { queue.hasWork }

    /// Waits for work and does it. False when it was the last turn.
    func turn() -> Bool {
        let work = queue.take(expected: expected, due: signDue)
        // One batch may miss a writer, so the expectation falls slowly.
        expected = max(1, work.entries.count, expected - (expected + 7) / 8)
        commit(work.entries)
        sign(for: work)
        guard failure != nil || work.isClosing else { return true }
        end()
        return false
    }

    private func end() {
        state.publish { $0.isClosed = true }
        // Whoever waited for the close may open the ledger again at once.
        _ = flock(lock.descriptor, LOCK_UN)
        queue.end()
    }

    /// Writes entries before the thread runs: the first ones, and what a recovery has to say.
    func begin(_ entries: [LedgerEntry]) throws(LedgerError) {
        var lines: [EntryLine] = []
        for entry in entries { lines.append(try EntryLine(entry)) }
        do throws(DiskError) {
            // The files' names first: a power cut must not leave some of a new ledger's files without the others.
            try disk.synchronizeDirectory(directory)
            if !lines.isEmpty { try write(lines) }
            try checkpoints.replaceNewest(try signNow())
            try key.settle(disk)
            try disk.synchronizeDirectory(directory)
        } catch {
            throw error.isFull ? .full : .failed(reason: error.description)
        }
    }

    // MARK: Entries

    private func commit(_ entries: [CommitQueue.Pending]) {
        guard !entries.isEmpty else { return }
        if isFull { isFull = !reserve.hold() }
        var admitted = isFull ? refuse(entries, unless: \.line.isEnding) : entries
        while !admitted.isEmpty {
            do throws(DiskError) {
                let first = frontier.size
                try write(admitted.map(\.line))
                for (place, pending) in admitted.enumerated() {
                    pending.waiter.resume(returning: .success(first + UInt64(place)))
                }
                return
            } catch {
                guard error.isFull, rollBack() else {
                    fail(error, waiting: admitted)
                    return
                }
                let hadReserve = reserve.release()
                isFull = true
                admitted = refuse(admitted) { hadReserve && $0.line.isEnding }
            }
        }
    }

    /// Answers `full` to those that may not use the reserve, and returns the others.
    private func refuse(
        _ entries: [CommitQueue.Pending], unless mayStay: (CommitQueue.Pending) -> Bool
    ) -> [CommitQueue.Pending] {
        entries.filter { pending in
            let stays = mayStay(pending)
            if !stays { pending.waiter.resume(returning: .failure(.full)) }
            return stays
        }
    }

    /// One write, one fsync. When it throws nothing has been published.
    private func write(_ lines: [EntryLine]) throws(DiskError) {
        try rotateIfLarge()
        let time = options.clock()
        buffer.removeAll(keepingCapacity: true)
        var hashes: [Digest] = []
        hashes.reserveCapacity(lines.count)
        for (place, line) in lines.enumerated() {
            let start = buffer.count
            line.append(index: frontier.size + UInt64(place), time: time, to: &buffer)
            hashes.append(
                buffer.withUnsafeBytes {
                    hasher.leaf(UnsafeRawBufferPointer(rebasing: $0[start...]))
                })
            buffer.append(0x0A)
        }
        try disk.append(buffer, to: file)
        do throws(DiskError) { try disk.synchronize(file) } catch {
            // What a failed fsync left on the disk is unknown, so no error of it may count as a full disk.
            throw DiskError(call: error.call, code: EIO)
        }
        keep(hashes)
    }

    private func keep(_ hashes: [Digest]) {
        segment.byteCount += UInt64(buffer.count)
        leaves.append(hashes)
        var completed: [Digest] = []
        for hash in hashes { frontier.add(hash, hasher) { completed.append($0) } }
        if !completed.isEmpty { subtrees.append(completed) }
        if signDue == nil {
            let wait = options.checkpointMilliseconds * 1_000_000
            signDue = MonotonicTime(nanoseconds: monotonicNow().nanoseconds + wait)
        }
        state.publish { published in
            published.size = frontier.size
            published.segments[published.segments.count - 1] = segment
            published.subtrees += completed
            published.leavesInFile = leaves.count
            published.leafTail = leaves.tail
        }
    }

    private func rotateIfLarge() throws(DiskError) {
        guard segment.byteCount >= options.segmentBytes else { return }
        let next = Segment(number: segment.number + 1, firstIndex: frontier.size)
        let opened = try disk.open(
            directory + "/" + next.name, O_WRONLY | O_CREAT | O_APPEND, mode: 0o644)
        try disk.synchronizeDirectory(directory)
        file = opened
        segment = next
        state.publish { $0.segments.append(next) }
    }

    /// Cuts off what a write that found the disk full has left behind.
    private func rollBack() -> Bool {
        do throws(DiskError) {
            try disk.truncate(file, to: segment.byteCount)
            return true
        } catch {
            return false
        }
    }

    private func fail(_ error: DiskError, waiting: [CommitQueue.Pending]) {
        let failure = LedgerError.failed(reason: error.description)
        self.failure = failure
        for pending in waiting { pending.waiter.resume(returning: .failure(failure)) }
        queue.fail(failure)
    }

    // MARK: Checkpoints

    private func sign(for work: CommitQueue.Work) {
        let isDue = signDue.map { monotonicNow() >= $0 } ?? false
        guard isDue || work.isClosing || !work.checkpoints.isEmpty else { return }
        let result = failure.map(Result.failure) ?? signOrFail()
        for waiter in work.checkpoints { waiter.resume(returning: result) }
    }

    private func signOrFail() -> Result<Checkpoint, LedgerError> {
        do throws(DiskError) {
            return .success(try signNow())
        } catch {
            guard error.isFull else {
                fail(error, waiting: [])
                return .failure(.failed(reason: error.description))
            }
            signDue = MonotonicTime(nanoseconds: monotonicNow().nanoseconds + 1_000_000_000)
            isFull = true
            // Once more at most: what has been released is not held.
            return reserve.release() ? signOrFail() : .failure(.full)
        }
    }

    @discardableResult
    private func signNow() throws(DiskError) -> Checkpoint {
        if let checkpoint = state.read({ $0.checkpoint }), checkpoint.size == frontier.size {
            signDue = nil
            return checkpoint
        }
        guard
            let checkpoint = try? Checkpoint(
                size: frontier.size, root: frontier.root(hasher), key: key)
        else { throw DiskError(call: .write(CheckpointFiles.newest), code: EIO) }
        try checkpoints.append(checkpoint)
        signDue = nil
        state.publish { $0.checkpoint = checkpoint }
        return checkpoint
    }
}
