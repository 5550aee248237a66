import Vocabulary

/// Records for the sessions of one event loop, and is confined to it: events gather in a buffer, and `commit` writes
/// them all with one write(2). Only behind that write are there receipts.
public final class LoopRecorder {
    private let spool: LoopSpool

    init(shared: RecorderShared) { spool = LoopSpool(shared: shared) }

    /// Starts a session's recording. Its opening goes with the next commit. Throws for a full disk, a used-up quota,
    /// a recorder that cannot file any more, and an identity that is no new one.
    public func begin(_ opened: SessionOpened) throws(RecordingError) -> SessionRecording {
        SessionRecording(state: try spool.begin(opened), spool: spool)
    }

    /// Writes everything that was recorded since the last commit. When it throws, nothing of that is recorded and
    /// nothing of it may leave; closings are written by the next commit that works, and so is how many events a
    /// session lost.
    public func commit() throws(RecordingError) { try spool.commit() }

    /// So much waits to be filed that a session with much output waits until this is false again, instead of running
    /// into the limit at which commands are refused.
    public var isBacklogged: Bool { spool.shared.isBacklogged }

    /// The proof that an action with this digest went with the last commit: one for each action, until the next commit.
    public func receipt(for action: Digest) -> RecordReceipt? { spool.receipts.take(action) }
}
