import Synchronization

/// What sessions leave to be done when they end: entries in the ledger, the ends of holds. The gateway stops behind it.
final class BackgroundWork: Sendable {
    private let count = Mutex(0)

    func start(_ work: @escaping @Sendable () async -> Void) {
        count.withLock { $0 += 1 }
        Task {
            await work()
            count.withLock { $0 -= 1 }
        }
    }

    /// Returns when nothing is left to do, or after the time.
    func waitUntilDone(within limit: Duration) async {
        let end = ContinuousClock.now.advanced(by: limit)
        while count.withLock({ $0 }) > 0, ContinuousClock.now < end {
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return }
        }
    }
}
