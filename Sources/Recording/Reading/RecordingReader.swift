import Vocabulary

/// Reads one recording's file from its beginning, checking the hash chain as it goes. Holds one chunk in memory.
public struct RecordingReader: ~Copyable {
    init() {}

    /// Opens a recording's file.
    public init(path: String) throws(RecordingError) { throw .closed }

    /// The next event; `nil` at the end. Throws `damaged` where the file is not what was written.
    public mutating func next() throws(RecordingError) -> RecordedEvent? { throw .closed }
}
