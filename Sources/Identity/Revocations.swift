import Synchronization
import Vocabulary

/// What stopped being valid. Whoever holds a live session on it ends that session.
public enum Revocation: Hashable, Sendable {
    case token(TokenID, of: PrincipalName)
    /// Removed from the directory, or under another owner now: every credential of theirs.
    case principal(PrincipalName)
    case key(KeyID, of: PrincipalName)
    /// Every certificate that it had until now.
    case runner(RunnerName)
}

/// Tells everyone who listens, at once, what has been revoked. Subscribe *before* authenticating, and check
/// `TokenStore.stillHolds` after registering a session, so that no revocation falls in between.
public final class Revocations: Sendable {
    /// Listening ends when this is released or `cancel()`led.
    public final class Subscription: Sendable {
        private let end: @Sendable () -> Void
        init(end: @escaping @Sendable () -> Void) { self.end = end }
        public func cancel() { end() }
        deinit { end() }
    }

    private struct State {
        var next: UInt64 = 0
        var listeners: [UInt64: @Sendable (Revocation) -> Void] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    /// `listener` is called on the revoking thread and must not block.
    public func subscribe(_ listener: @escaping @Sendable (Revocation) -> Void) -> Subscription {
        let place = state.withLock { state in
            state.next += 1
            state.listeners[state.next] = listener
            return state.next
        }
        return Subscription { [weak self] in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: place) }
        }
    }

    /// The revocations from now on, as a sequence that ends with its task.
    public func stream() -> AsyncStream<Revocation> {
        let (stream, continuation) = AsyncStream.makeStream(of: Revocation.self)
        let subscription = subscribe { continuation.yield($0) }
        continuation.onTermination = { _ in subscription.cancel() }
        return stream
    }

    func announce(_ revocation: Revocation) {
        let listeners = state.withLock { $0.listeners.sorted { $0.key < $1.key } }
        for (_, listener) in listeners { listener(revocation) }
    }
}
