import Store
import Vocabulary

/// A session's row as it should be now.
struct SessionRow: Sendable {
    let opened: SessionOpened
    let closed: WallTime?
    let reason: String?
    let actions: Int64
    let holds: Int64
    let bytes: Int64
    let root: Digest

    /// `nil` while it is not known whose session it is.
    init?(_ session: FiledSession) {
        guard let opened = session.facts.opened else { return nil }
        self.opened = opened
        closed = session.facts.closed?.at
        reason = session.facts.closed?.reason
        actions = session.facts.actions
        holds = Int64(session.facts.holds.count)
        bytes = session.synced.bytes
        root = session.synced.root
    }
}
