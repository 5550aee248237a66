import Synchronization
import Vocabulary

/// One at a time for each hold, in the order of arrival, so that the ledger's order is the order of states.
final class HoldGates: Sendable {
    /// A hold whose gate is taken, and who waits for it.
    private let waiting = Mutex<[HoldID: [CheckedContinuation<Void, Never>]]>([:])

    /// Returns when the gate is the caller's; each `enter` needs one `leave`.
    func enter(_ id: HoldID) async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting[id] != nil else {
                    waiting[id] = []
                    return true
                }
                waiting[id]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func leave(_ id: HoldID) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard var queue = waiting[id], !queue.isEmpty else {
                waiting[id] = nil
                return nil
            }
            let next = queue.removeFirst()
            waiting[id] = queue
            return next
        }
        next?.resume()
    }
}
