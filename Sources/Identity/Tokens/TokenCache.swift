import Synchronization
import Vocabulary

/// Tokens that have been read from the store, so that an authentication need not read again. Every
/// revocation starts a new generation: what was read under an older one is not remembered.
final class TokenCache: Sendable {
    struct Entry: Sendable {
        let token: Token
        let hash: [UInt8]
    }

    private struct State {
        var generation: UInt64 = 0
        var entries: [TokenID: Entry] = [:]
    }

    private let state = Mutex(State())

    var generation: UInt64 { state.withLock { $0.generation } }

    func entry(_ id: TokenID) -> Entry? { state.withLock { $0.entries[id] } }

    /// Remembers what was read under `generation`.
    func insert(_ entry: Entry, generation: UInt64) {
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.entries.count >= Limits.cachedTokensMax { state.entries = [:] }
            state.entries[entry.token.id] = entry
        }
    }

    func forget(_ id: TokenID) {
        state.withLock { state in
            state.generation += 1
            state.entries[id] = nil
        }
    }
}
