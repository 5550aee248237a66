import Identity
import Postgres
import Shell
import Synchronization
import Vocabulary

/// The live sessions: who has one on what, so that a revocation, a new policy or a cancel finds them.
public final class SessionRegistry: Sendable {
    /// What can be done to a session from outside its event loop.
    struct Entry: Sendable {
        let session: SessionID
        let principal: PrincipalName
        /// Who answers for the principal: an agent's owner, the person themself.
        let owner: PrincipalName
        let credential: Credential
        let target: TargetName
        /// PostgreSQL's way to name a session from another connection; `nil` for other kinds.
        let cancelKey: BackendKey?
        /// Ends the session; the text is for the client and the record.
        let end: @Sendable (SessionEnd) -> Void
        /// Asks the session's server to cancel what runs, or abandons what is held.
        let cancel: @Sendable () -> Void
        /// Looks again whether the policies still allow the session; ends it if not.
        let policyChanged: @Sendable () -> Void
        /// Tells the client something besides its own business.
        let tell: @Sendable (ErrorFields) -> Void
        /// Somebody watches it from now on, or does no more.
        let watched: @Sendable (WatchChange) -> Void
    }

    private struct State {
        var entries: [SessionID: Entry] = [:]
        var byBackendKey: [BackendKey: SessionID] = [:]
        var seats: [Seat: Int] = [:]
        var moderations: [SessionID: Moderation] = [:]
        /// Those who want to know of sessions that begin to wait.
        var inboxes: [UInt64: AsyncStream<LiveSession>.Continuation] = [:]
        var nextInbox: UInt64 = 0
    }

    fileprivate struct Seat: Hashable {
        let principal: PrincipalName
        let target: TargetName
    }

    private let state = Mutex(State())

    public init() {}

    func add(_ entry: Entry) {
        state.withLock { state in
            state.entries[entry.session] = entry
            if let key = entry.cancelKey { state.byBackendKey[key] = entry.session }
        }
    }

    func remove(_ session: SessionID) {
        state.withLock { state in
            state.moderations[session] = nil
            guard let entry = state.entries.removeValue(forKey: session) else { return }
            if let key = entry.cancelKey { state.byBackendKey[key] = nil }
        }
    }

    /// A place among the principal's sessions on the target, which counts until it is let go; `nil` when `most` are taken.
    /// Taken before the target is dialled, so that logins at the same time count as well.
    func takeSeat(
        _ principal: PrincipalName, on target: TargetName, most: Int?
    ) -> SessionSeat? {
        let seat = Seat(principal: principal, target: target)
        let isFree = state.withLock { state in
            guard state.seats[seat, default: 0] < most ?? .max else { return false }
            state.seats[seat, default: 0] += 1
            return true
        }
        return isFree ? SessionSeat(self, seat) : nil
    }

    fileprivate func leave(_ seat: Seat) {
        state.withLock { state in
            let left = state.seats[seat, default: 1] - 1
            state.seats[seat] = left > 0 ? left : nil
        }
    }

    /// Returns when no session is left, or after the time.
    func waitUntilEmpty(within limit: Duration) async {
        let end = ContinuousClock.now.advanced(by: limit)
        while count > 0, ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Live sessions on one target.
    public func count(on target: TargetName) -> Int {
        state.withLock { $0.entries.values.count { $0.target == target } }
    }

    public var count: Int { state.withLock { $0.entries.count } }

    /// The session that owns this key; a forged or foreign key finds nothing.
    func entry(for key: BackendKey) -> Entry? {
        state.withLock { state in state.byBackendKey[key].flatMap { state.entries[$0] } }
    }

    // MARK: Watching

    func entry(of session: SessionID) -> Entry? { state.withLock { $0.entries[session] } }

    /// What others may know of a session that goes on; `nil` when it does not.
    public func live(_ session: SessionID) -> LiveSession? {
        state.withLock { state in
            state.entries[session].map { LiveSession($0, state.moderations[session]) }
        }
    }

    /// Those that go on only while people watch them.
    public var moderated: [LiveSession] {
        state.withLock { state in
            state.moderations.compactMap { id, moderation in
                state.entries[id].map { LiveSession($0, moderation) }
            }
        }
    }

    /// What a session waits for, so that those who are asked can see it; `nil` where nobody is.
    func note(_ session: SessionID, _ moderation: Moderation?) {
        let news = state.withLock {
            state -> ([AsyncStream<LiveSession>.Continuation], LiveSession)? in
            guard let entry = state.entries[session] else { return nil }
            let before = state.moderations[session]?.waiting
            state.moderations[session] = moderation
            guard let waiting = moderation?.waiting, waiting != before else { return nil }
            return (Array(state.inboxes.values), LiveSession(entry, moderation))
        }
        guard let (inboxes, session) = news else { return }
        for inbox in inboxes { inbox.yield(session) }
    }

    /// Sessions that begin to wait for people who have to watch them, from now on. Who falls behind misses the oldest.
    public func waiting() -> AsyncStream<LiveSession> {
        let (sessions, continuation) = AsyncStream.makeStream(
            of: LiveSession.self,
            bufferingPolicy: .bufferingNewest(GatewayLimits.waitingSessionsMax))
        let key = state.withLock { state in
            state.nextInbox += 1
            state.inboxes[state.nextInbox] = continuation
            return state.nextInbox
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.inboxes[key] = nil }
        }
        return sessions
    }

    /// Ends a session, whatever its kind; false when it does not go on.
    public func kill(_ session: SessionID, by person: PrincipalName, reason: String) -> Bool {
        guard let entry = entry(of: session) else { return false }
        entry.end(.killed(by: person, reason: reason))
        return true
    }

    /// Ends what stands on a revoked credential.
    public func apply(_ revocation: Revocation) {
        for entry in all where entry.isHit(by: revocation) { entry.end(.revoked) }
    }

    /// Tells every session of a principal.
    func tell(_ principal: PrincipalName, _ notice: ErrorFields) {
        for entry in all where entry.principal == principal { entry.tell(notice) }
    }

    func policyChanged() {
        for entry in all { entry.policyChanged() }
    }

    func endAll(_ end: SessionEnd) {
        for entry in all { entry.end(end) }
    }

    private var all: [Entry] { state.withLock { Array($0.entries.values) } }
}

/// One of a principal's places on a target, free again when nobody has it any more.
final class SessionSeat: Sendable {
    private let registry: SessionRegistry
    private let seat: SessionRegistry.Seat

    fileprivate init(_ registry: SessionRegistry, _ seat: SessionRegistry.Seat) {
        self.registry = registry
        self.seat = seat
    }

    deinit { registry.leave(seat) }
}

extension SessionRegistry.Entry {
    fileprivate func isHit(by revocation: Revocation) -> Bool {
        credential.isHit(by: revocation, of: principal)
    }
}

extension Credential {
    /// Whether it ended with that.
    func isHit(by revocation: Revocation, of principal: PrincipalName) -> Bool {
        switch revocation {
        case .token(let id, of: _): token == id
        case .principal(let name): principal == name || issuers.contains(name)
        // What runs there ends with the runner's connections.
        case .key, .runner: false
        }
    }
}

/// A session that goes on, as others may know it.
public struct LiveSession: Sendable, Hashable {
    public let session: SessionID
    public let principal: PrincipalName
    public let owner: PrincipalName
    public let target: TargetName
    /// Set where people have to watch it.
    public let moderation: Moderation?

    fileprivate init(_ entry: SessionRegistry.Entry, _ moderation: Moderation?) {
        session = entry.session
        principal = entry.principal
        owner = entry.owner
        target = entry.target
        self.moderation = moderation
    }
}

/// Why a session ended, for the client and the record.
public enum SessionEnd: Sendable, Hashable {
    case clientLeft
    case revoked
    case policy
    case stopping
    case upstreamLost(String)
    case recordingFailed(String)
    case protocolError(String)
    /// Somebody who may ended it.
    case killed(by: PrincipalName, reason: String)
    /// Those who have to watch it were not there for too long.
    case unmoderated(String)
    /// By itself: a shell session's own program ended.
    case finished(ShellEnd)

    /// For the record.
    var text: String {
        switch self {
        case .clientLeft: "the client left"
        case .revoked: "the credential was revoked"
        case .policy: "no policy allows the session any more"
        case .stopping: "the gateway stopped"
        case .upstreamLost(let reason): "the server was lost: \(reason)"
        case .recordingFailed(let reason): "recording failed: \(reason)"
        case .protocolError(let reason): "protocol error: \(reason)"
        case .killed(let person, let reason):
            reason.isEmpty ? "killed by \(person)" : "killed by \(person): \(reason)"
        case .unmoderated(let why): why
        case .finished(.exited(let status)): "exited \(status)"
        case .finished(.signalled(let number)): "signal \(number)"
        case .finished(.cut(let why)): why
        }
    }
}
