import ControlAPI
import Gateway
import Identity
import Recording
import Vocabulary

extension GatewayServices {
    /// Who may watch a session live: who may read its recording (auditors, the agent's owner, the principal itself), and
    /// people of the groups that have to. A credential for other targets watches nothing.
    func mayWatch(_ session: LiveSession, _ caller: AuthenticatedPrincipal) -> Bool {
        guard caller.credential.reaches(session.target) else { return false }
        let principal = caller.principal
        if mayAudit(caller) || principal.name == session.principal { return true }
        guard principal.isPerson else { return false }
        if principal.name == session.owner { return true }
        let asked = session.moderation?.needs.map(\.group) ?? []
        return !principal.groups.isDisjoint(with: asked)
    }

    /// Who may end a session: administrators, the agent's owner, the principal itself, with a credential for its target.
    func mayKill(_ session: LiveSession, _ caller: AuthenticatedPrincipal) -> Bool {
        guard caller.credential.reaches(session.target) else { return false }
        let principal = caller.principal
        if principal.name == session.principal { return true }
        return principal.isPerson
            && (principal.name == session.owner || directory.value.isAdministrator(principal.name))
    }

    /// Who may read a recording: auditors, the agent's owner, the principal itself, with a credential for its target.
    func mayRead(_ session: RecordedSession, _ caller: AuthenticatedPrincipal) -> Bool {
        let name = caller.principal.name
        return caller.credential.reaches(session.target)
            && (mayAudit(caller) || session.principal == name || session.owner == name)
    }

    /// Sessions that begin to wait for people who have to watch them, of those that `caller` may watch then.
    func waitingSessions(for caller: AuthenticatedPrincipal) -> AsyncStream<WaitingSession> {
        let (told, continuation) = AsyncStream.makeStream(of: WaitingSession.self)
        let sessions = sessions.waiting()
        let work = Task {
            for await session in sessions {
                guard let who = try? await tokens.stillHolds(caller, now: clock.wall()) else {
                    break
                }
                if let item = WaitingSession(session), mayWatch(session, who) {
                    continuation.yield(item)
                }
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in work.cancel() }
        return told
    }

    /// A session that goes on, if `caller` may watch it. Throws `CallRefusal`: of one that has ended, to who may read its
    /// recording, another one than of none.
    func liveSession(
        _ text: String, for caller: AuthenticatedPrincipal
    ) async throws -> LiveSession {
        let id = SessionID(rawValue: text)
        if let session = sessions.live(id), mayWatch(session, caller) { return session }
        try? await recorder.settle()
        if let ended = try? await recorder.session(id), mayRead(ended, caller) {
            throw CallRefusal.conflict(
                "the session has ended", hint: "sallyport play \(id.rawValue)")
        }
        throw CallRefusal.notFound("no session `\(text.prefix(40))` that you may see")
    }
}

extension WaitingSession {
    /// `nil` for one that does not wait.
    init?(_ session: LiveSession) {
        guard let waiting = session.moderation?.waiting else { return nil }
        self.init(
            id: session.session.rawValue, principal: session.principal.text,
            target: session.target.text, waiting: waiting)
    }
}
