import Foundation
import Synchronization

/// Reads, behind a start that did not, what the newest checkpoint covers, and compares it with that checkpoint. What
/// is found wrong ends the ledger: it takes nothing more, so that nothing more is released.
final class LedgerRecheck: Sendable {
    /// The entries before the end of a checkpoint.
    struct Part: Sendable {
        let checkpoint: Checkpoint
        /// The last of so many segments ends, for this, at the offset `end`.
        let segmentCount: Int
        let end: UInt64
    }

    private enum Progress {
        case underWay([CheckedContinuation<LedgerError?, Never>])
        case over(LedgerError?)
    }

    private let progress = Mutex(Progress.underWay([]))

    /// What was wrong, when it is known.
    func outcome() async -> LedgerError? {
        await withCheckedContinuation { waiter in
            let known: LedgerError?? = progress.withLock { progress in
                switch progress {
                case .over(let damage): return .some(damage)
                case .underWay(let waiters):
                    progress = .underWay(waiters + [waiter])
                    return nil
                }
            }
            if let known { waiter.resume(returning: known) }
        }
    }

    func finish(_ damage: LedgerError?) {
        let waiters = progress.withLock { progress in
            defer { progress = .over(damage) }
            if case .underWay(let waiters) = progress { return waiters }
            return []
        }
        for waiter in waiters { waiter.resume(returning: damage) }
    }

    /// Reads on a thread that gives way to all others. The ledger's end ends it.
    func start(
        _ part: Part, _ directory: String, _ key: LedgerKey, state: LedgerState, queue: CommitQueue
    ) {
        let thread = Thread {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
            let damage = Self.check(part, directory, key) { state.read { $0.isClosed } }
            if let damage { queue.fail(damage) }
            self.finish(damage)
        }
        thread.name = "ledger-recheck"
        thread.start()
    }

    static func check(
        _ part: Part, _ directory: String, _ key: LedgerKey, isCancelled: @escaping () -> Bool
    ) -> LedgerError? {
        var disk = Disk()
        disk.isDry = true
        var pass = ReplayPass(
            directory: directory, key: key, disk: disk, checkpoint: part.checkpoint)
        pass.isCancelled = isCancelled
        do {
            var leaves = try HashFile(HashFile.leaves, directory: directory, disk: disk)
            for number in 1...part.segmentCount {
                let end = number == part.segmentCount ? part.end : .max
                try pass.readSegment(number, isLast: false, leaves: &leaves, end: end)
            }
        } catch LedgerError.closed {
            return nil
        } catch let error as LedgerError {
            return error
        } catch {
            return .cannotOpen(path: directory, reason: "\(error)")
        }
        guard pass.frontier.size == part.checkpoint.size else {
            return .damaged(
                reason: "it has \(pass.frontier.size) entries where its checkpoint says "
                    + "\(part.checkpoint.size)")
        }
        return nil
    }
}
