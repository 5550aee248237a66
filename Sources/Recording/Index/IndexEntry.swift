import Store
import Vocabulary

/// A session's row as it should be now.
struct SessionRow: Sendable {
    let opened: SessionOpened
    let closed: WallTime?
    let reason: String?
    let actions: Int64
    let holds: Int64
    let refused: Int64
    let output: Int64
    let bytes: Int64
    let root: Digest

    /// `nil` while it is not known whose session it is. A session has ended when its last root is in the ledger: until
    /// then the next start takes it up again.
    init?(_ session: FiledSession) {
        guard let opened = session.facts.opened else { return nil }
        self.opened = opened
        closed = session.isDone ? session.facts.closed?.at : nil
        reason = session.isDone ? session.facts.closed?.reason : nil
        actions = session.facts.actions
        holds = Int64(session.facts.holds.count)
        refused = session.facts.refused
        output = session.facts.output
        bytes = session.synced.bytes
        root = session.synced.root
    }
}
