import Vocabulary

/// Proof that the write(2) of an action's event has returned. Only a `LoopRecorder` makes one, and it is spent by use.
public struct RecordReceipt: ~Copyable {
    /// The digest of the action that was recorded.
    public let action: Digest

    init(action: Digest) { self.action = action }
}
