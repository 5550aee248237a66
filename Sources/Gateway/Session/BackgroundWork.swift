import Synchronization

/// What goes on beside the sessions and behind them: entries in the ledger, the ends of holds, readings of a
/// catalogue. The gateway stops when it is done.
final class BackgroundWork: Sendable {
    private let count = Mutex(0)

    func start(_ work: @escaping @Sendable () async -> Void) {
        begin()
        Task {
            await work()
            end()
        }
    }

    /// For work that has a task already; each beginning has its end.
    func begin() { count.withLock { $0 += 1 } }
    func end() { count.withLock { $0 -= 1 } }

    /// Returns when nothing is left to do, or after the time.
    func waitUntilDone(within limit: Duration) async {
        let end = ContinuousClock.now.advanced(by: limit)
        while count.withLock({ $0 }) > 0, ContinuousClock.now < end {
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return }
        }
    }
}
