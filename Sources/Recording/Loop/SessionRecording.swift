import Vocabulary

/// One session's recording, confined to its loop as the `LoopRecorder` is. What a method takes is recorded by the next
/// commit; what it throws is not recorded, and the caller refuses the command.
public final class SessionRecording {
    public let session: SessionID

    init(session: SessionID) { self.session = session }

    /// A command is about to leave.
    public func action(_ event: ActionEvent) throws(RecordingError) { throw .closed }

    /// A command ended on the target.
    public func outcome(_ event: OutcomeEvent) throws(RecordingError) { throw .closed }

    /// A command did not leave.
    public func refused(_ event: RefusalEvent) throws(RecordingError) { throw .closed }

    /// The salts and the original of what a hold's statement commits to.
    public func sealed(hold: HoldID, bytes: [UInt8]) throws(RecordingError) { throw .closed }

    /// Anything else that a reader should know.
    public func notice(_ text: String) throws(RecordingError) { throw .closed }

    /// The first rows of an action's result; `nil` is NULL.
    public func rows(number: UInt64, _ rows: [[[UInt8]?]]) throws(RecordingError) { throw .closed }

    /// The session has ended. A second closing does nothing.
    public func close(reason: String, at: WallTime) throws(RecordingError) { throw .closed }
}
