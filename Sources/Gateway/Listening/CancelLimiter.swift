import Identity
import Synchronization
import Vocabulary

/// Counts the CancelRequests of each address, so that nobody can try keys at speed. Memory is bounded.
final class CancelLimiter: Sendable {
    private struct State {
        var windowStart = MonotonicTime(nanoseconds: 0)
        var counts: [String: Int] = [:]
    }

    private let state = Mutex(State())

    func admit(_ address: String, at now: MonotonicTime) -> Bool {
        let address = addressGroup(address)
        return state.withLock { state in
            if now.nanoseconds - state.windowStart.nanoseconds
                > GatewayLimits.cancelWindowNanoseconds
            {
                state = State(windowStart: now)
            }
            let count = state.counts[address, default: 0] + 1
            guard count <= GatewayLimits.cancelsPerMinuteMax,
                state.counts.count < GatewayLimits.cancelAddressesMax || count > 1
            else { return false }
            state.counts[address] = count
            return true
        }
    }
}
