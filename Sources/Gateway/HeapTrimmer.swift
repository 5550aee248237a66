import CGlibc
import Synchronization

/// Gives freed memory back to the system. What a burst of sessions leaves behind lies between what is still used, where
/// the allocator keeps it until it is asked. Asked seldom, never by a session's own turn, and only when it is worth it.
final class HeapTrimmer: Sendable {
    private struct State {
        var freed = 0
        var isDue = false
    }

    private let state = Mutex(State())

    /// A session has let go of memory: it became idle, or ended.
    func noteFreed() {
        let begins = state.withLock { state in
            state.freed += 1
            guard state.freed >= GatewayLimits.trimmedSessionsMin, !state.isDue else {
                return false
            }
            state.isDue = true
            return true
        }
        guard begins else { return }
        // Later, so that one trim serves all of a burst.
        Task {
            try? await Task.sleep(for: .seconds(GatewayLimits.trimSeconds))
            state.withLock { $0 = State() }
            malloc_trim(0)
        }
    }
}
