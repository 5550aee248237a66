import Vocabulary

/// What the ledger keeps of a recording: the root of its hash chain at a length of its file.
public struct RecordingRoot: Hashable, Sendable {
    public var session: SessionID
    /// The file's length in bytes up to which the root covers it.
    public var bytes: Int64
    public var root: Digest
    /// The session has ended: its file never grows any more.
    public var isFinal: Bool

    public init(session: SessionID, bytes: Int64, root: Digest, isFinal: Bool) {
        self.session = session
        self.bytes = bytes
        self.root = root
        self.isFinal = isFinal
    }
}
