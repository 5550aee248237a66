import Identity
import Synchronization

/// Those who watch their inbox. Each event is authorised for each of them, every time.
final class HoldWatchers: Sendable {
    struct Watcher: Sendable {
        let key: UInt64
        let who: AuthenticatedPrincipal
        let continuation: AsyncStream<HoldEvent>.Continuation
    }

    private struct State {
        var next: UInt64 = 0
        var watchers: [UInt64: Watcher] = [:]
    }

    private let state = Mutex(State())

    var all: [Watcher] { state.withLock { Array($0.watchers.values) } }

    /// `nil` when there are `Limits.watchersMax` already.
    func watch(_ who: AuthenticatedPrincipal) -> AsyncStream<HoldEvent>? {
        let (stream, continuation) = AsyncStream.makeStream(
            of: HoldEvent.self, bufferingPolicy: .bufferingOldest(Limits.watcherEventsMax))
        let key: UInt64? = state.withLock { state in
            guard state.watchers.count < Limits.watchersMax else { return nil }
            state.next += 1
            state.watchers[state.next] = Watcher(
                key: state.next, who: who, continuation: continuation)
            return state.next
        }
        guard let key else { return nil }
        continuation.onTermination = { [weak self] _ in self?.forget(key) }
        return stream
    }

    /// A watcher who has fallen behind is ended: an inbox with a hole in it would lie.
    func tell(_ watcher: Watcher, _ event: HoldEvent) {
        switch watcher.continuation.yield(event) {
        case .enqueued: break
        case .dropped, .terminated: end(watcher)
        @unknown default: end(watcher)
        }
    }

    func end(_ watcher: Watcher) {
        forget(watcher.key)
        watcher.continuation.finish()
    }

    private func forget(_ key: UInt64) { state.withLock { $0.watchers[key] = nil } }
}
