import Synchronization
import Vocabulary

/// A recording that is read while it grows, from its first event on, each event once and in its order. There is no seam
/// between what was and what comes: both are read from the recording itself. So who reads slowly costs the session nothing.
public final class FollowedRecording: Sendable {
    /// One at the beginning, and then whenever more was committed: then `read` until it gives nothing.
    public let changes: AsyncStream<Void>
    private let recorder: Recorder
    private let reader: Mutex<RecordingReader>

    fileprivate init(
        _ recorder: Recorder, _ changes: AsyncStream<Void>,
        _ reader: consuming sending RecordingReader
    ) {
        self.recorder = recorder
        self.changes = changes
        self.reader = Mutex(reader)
    }

    /// Waits until what was committed before can be read.
    public func settle() async throws(RecordingError) { try await recorder.settle() }

    /// The next events, as many as `Limits.followedBytesMax` bytes or `Limits.followedEventsMax` of them are; none when
    /// there are no more now. Blocks on the file.
    public func read() throws(RecordingError) -> [RecordedEvent] {
        try reader.withLock { (reader) throws(RecordingError) in
            try reader.extend()
            var events: [RecordedEvent] = []
            var bytes = 0
            while bytes < Limits.followedBytesMax, events.count < Limits.followedEventsMax,
                let event = try reader.next()
            {
                events.append(event)
                bytes += event.content.bytes
            }
            return events
        }
    }
}

extension Recorder {
    /// Throws `unknownSession`.
    public func follow(_ session: SessionID) async throws(RecordingError) -> FollowedRecording {
        // Before anything is read: what is committed from here on is told.
        let changes = shared.follow(session)
        try await settle()
        _ = try await self.session(session)
        guard isIdentity(session) else { throw .unknownSession(session.rawValue) }
        let reader = try RecordingReader(
            path: shared.sessionPath(session), roots: [], disk: shared.disk, isGrowing: true)
        return FollowedRecording(self, changes, reader)
    }
}

extension RecordedEvent.Content {
    /// About what it takes in memory, where that may be much.
    fileprivate var bytes: Int {
        switch self {
        case .output(_, let bytes), .input(let bytes), .sealed(_, let bytes): bytes.count
        case .action(let action):
            action.statement.count
                + action.values.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
        case .refused(let refusal): refusal.statement.count
        case .rows(_, let rows):
            rows.reduce(0) { $0 + $1.reduce(0) { $0 + ($1.bytes?.count ?? 0) } }
        case .shell(let start): start.command.reduce(0) { $0 + $1.count }
        case .opened, .outcome, .notice, .lost, .closed, .resized: 0
        }
    }
}
