import Identity
import Synchronization
import Vocabulary

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

    /// Throws `HoldError.limit` when `who`, or all people or all agents together, have too many already.
    func watch(_ who: AuthenticatedPrincipal) throws(HoldError) -> AsyncStream<HoldEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: HoldEvent.self, bufferingPolicy: .bufferingOldest(Limits.watcherEventsMax))
        let key = try state.withLock { state throws(HoldError) in
            try Self.admit(who, among: state.watchers.values.map(\.who.principal))
            state.next += 1
            state.watchers[state.next] = Watcher(
                key: state.next, who: who, continuation: continuation)
            return state.next
        }
        continuation.onTermination = { [weak self] _ in self?.forget(key) }
        return stream
    }

    private static func admit(
        _ who: AuthenticatedPrincipal, among watching: [Principal]
    ) throws(HoldError) {
        let own = watching.count { $0.name == who.principal.name }
        guard own < Limits.watchersPerPrincipalMax else {
            throw .limit("you watch \(own) inboxes already: end one of them first")
        }
        let isPerson = who.principal.isPerson
        let alike = watching.count { $0.isPerson == isPerson }
        guard alike < (isPerson ? Limits.watchersMax : Limits.agentWatchersMax) else {
            throw .limit("\(alike) inboxes are watched: try again later")
        }
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
