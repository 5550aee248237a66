import Synchronization

/// The compiled indexes of one set, by the policies that they are made of.
final class ScopeCache: Sendable {
    private let indexes = Mutex<[[Int]: RuleIndex]>([:])

    /// The index of these policies, made on first use. Two threads may both make it: either will do.
    func index(_ policies: [Int], make: () -> RuleIndex) -> RuleIndex {
        if let known = indexes.withLock({ $0[policies] }) { return known }
        let made = make()
        indexes.withLock { known in
            if known.count >= Limits.scopesMax { known.removeAll() }
            known[policies] = made
        }
        return made
    }
}
