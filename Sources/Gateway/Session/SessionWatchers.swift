import Identity
import Ledger
import Synchronization
import Vocabulary

/// Those who watch sessions live: so that a session knows its watchers, and a revocation or a new directory finds them.
public final class SessionWatchers: Sendable {
    private struct State {
        var next: UInt64 = 0
        var watches: [UInt64: Watched] = [:]
    }

    private struct Watched {
        let who: AuthenticatedPrincipal
        let session: SessionID
        let check: @Sendable () -> Void
    }

    private let state = Mutex(State())

    public init() {}

    fileprivate func add(
        _ who: AuthenticatedPrincipal, _ session: SessionID, _ check: @escaping @Sendable () -> Void
    ) throws(WatchRefusal) -> UInt64 {
        try state.withLock { state throws(WatchRefusal) in
            let own = state.watches.values.count { $0.who.principal.name == who.principal.name }
            guard own < GatewayLimits.watchedPerPrincipalMax else { throw .own(own) }
            let here = state.watches.values.count { $0.session == session }
            guard here < GatewayLimits.watchersPerSessionMax else { throw .session(here) }
            let all = state.watches.count
            guard all < GatewayLimits.watchersMax else { throw .all(all) }
            state.next += 1
            state.watches[state.next] = Watched(who: who, session: session, check: check)
            return state.next
        }
    }

    fileprivate func remove(_ key: UInt64) { state.withLock { $0.watches[key] = nil } }

    /// Has everyone who stands on a revoked credential asked anew.
    func apply(_ revocation: Revocation) {
        for watched in all
        where watched.who.credential.isHit(by: revocation, of: watched.who.principal.name) {
            watched.check()
        }
    }

    /// Has everyone asked anew: people, groups or policies are others.
    func recheck() {
        for watched in all { watched.check() }
    }

    private var all: [Watched] { state.withLock { Array($0.watches.values) } }
}

/// Why somebody cannot watch besides.
public enum WatchRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// They watch so many already.
    case own(Int)
    case session(Int)
    case all(Int)
    /// The session does not go on.
    case ended

    public var description: String {
        switch self {
        case .own(let count): "you watch \(count) sessions already: end one of them first"
        case .session(let count): "\(count) watch this session already"
        case .all(let count): "\(count) watch sessions already: try again later"
        case .ended: "the session has ended"
        }
    }
}

/// What a session is told of who watches it.
enum WatchChange: Sendable {
    case joined(UInt64, AuthenticatedPrincipal)
    case left(UInt64, AuthenticatedPrincipal)

    /// For people.
    var text: String {
        switch self {
        case .joined(_, let who): "\(who.principal.name) watches this session"
        case .left(_, let who): "\(who.principal.name) does not watch this session any more"
        }
    }
}

/// One person's or agent's watching of one session, from its entry in the ledger until it is let go.
public final class SessionWatch: Sendable {
    public let who: AuthenticatedPrincipal
    public let session: SessionID
    private let key: UInt64
    private let services: GatewayServices
    private let ending = Mutex("left")

    fileprivate init(
        _ who: AuthenticatedPrincipal, _ session: SessionID, _ key: UInt64,
        _ services: GatewayServices
    ) {
        self.who = who
        self.session = session
        self.key = key
        self.services = services
    }

    /// Why it ends, for the ledger.
    public func end(_ reason: String) { ending.withLock { $0 = reason } }

    deinit {
        services.watchers.remove(key)
        services.sessions.entry(of: session)?.watched(.left(key, who))
        let entry = LedgerEntry(
            kind: "session-left",
            body: [
                "session": .text(session.rawValue), "by": .text(who.principal.name.text),
                "reason": .text(ending.withLock { $0 }),
            ], isEnding: true)
        services.enterLater(entry)
    }
}

extension GatewayServices {
    /// Begins to watch: entered in the ledger, told to the session and its client. `check` is called whenever the watcher's
    /// standing may be another one, from any thread. Whether `who` may is the caller's to ask. Throws `WatchRefusal`,
    /// `LedgerError`.
    public func watch(
        _ session: SessionID, as who: AuthenticatedPrincipal,
        check: @escaping @Sendable () -> Void
    ) async throws -> SessionWatch {
        guard let entry = sessions.entry(of: session) else { throw WatchRefusal.ended }
        let key = try watchers.add(who, session, check)
        do {
            _ = try await ledger.append(
                LedgerEntry(
                    kind: "session-joined",
                    body: [
                        "session": .text(session.rawValue), "target": .text(entry.target.text),
                        "principal": .text(entry.principal.text),
                        "by": .text(who.principal.name.text),
                        "credential": .text(who.credential.kind.rawValue),
                        "credential_id": .text(who.credential.identifier),
                    ]))
        } catch {
            watchers.remove(key)
            throw error
        }
        entry.watched(.joined(key, who))
        return SessionWatch(who, session, key, self)
    }
}
