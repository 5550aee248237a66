import Store
import Vocabulary

/// The recordings of one gateway: a directory, a thread that files what the loops wrote, an index in the store.
public final class Recorder: Sendable {
    init() {}

    /// Opens or makes the directory, files what a killed process left in its spools, and closes those sessions as
    /// `interrupted`.
    public static func open(
        directory: String, database: any Database, options: RecorderOptions = RecorderOptions()
    ) async throws(RecordingError) -> Recorder { throw .closed }

    /// A recorder for one event loop; each loop makes its own.
    public func makeLoopRecorder() throws(RecordingError) -> LoopRecorder { throw .closed }

    /// Waits until everything that was committed before is filed, synced and indexed, or could not be.
    public func settle() async {}

    /// Files everything, closes what is still open as `interrupted`, and ends the thread. Loops record no more.
    public func close() async {}

    /// The recordings, newest first.
    public func sessions(_ filter: SessionFilter) async throws(RecordingError) -> [RecordedSession]
    { throw .closed }

    /// One recording; throws `unknownSession`.
    public func session(_ session: SessionID) async throws(RecordingError) -> RecordedSession {
        throw .closed
    }

    /// A recording's events, one by one, up to what was committed when this is called.
    public func events(of session: SessionID) async throws(RecordingError) -> RecordingReader {
        throw .closed
    }

    /// The statements that have all words of `text`, newest first. A word that ends in `*` is a beginning.
    public func search(_ text: String, _ filter: SessionFilter) async throws(RecordingError)
        -> [SearchHit]
    {
        throw .closed
    }

    /// Ended recordings that ended before `time`, oldest first: what `retention` would remove.
    public func expired(before time: WallTime, target: TargetName?) async throws(RecordingError)
        -> [RecordedSession]
    {
        throw .closed
    }

    /// Removes ended recordings, file and index, and says what they were. The caller enters it in the ledger.
    public func remove(_ sessions: [SessionID]) async throws(RecordingError) -> [RecordedSession] {
        throw .closed
    }
}
