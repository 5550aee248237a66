import Vocabulary

/// Records for the sessions of one event loop, and is confined to it: events gather in a buffer, and `commit` writes
/// them all with one write(2). Only behind that write are there receipts.
public final class LoopRecorder {
    init() {}

    /// Starts a session's recording. Its opening goes with the next commit.
    public func begin(_ opened: SessionOpened) throws(RecordingError) -> SessionRecording {
        throw .closed
    }

    /// Writes everything that was recorded since the last commit. When it throws, nothing of that is recorded and
    /// nothing of it may leave.
    public func commit() throws(RecordingError) { throw .closed }

    /// The proof that an action with this digest went with the last commit: one for each action, until the next commit.
    public func receipt(for action: Digest) -> RecordReceipt? { nil }
}
