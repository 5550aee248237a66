import Store
import Vocabulary

extension Recorder {
    /// The recordings, newest first. What was committed within the last `syncMilliseconds` may be missing.
    public func sessions(_ filter: SessionFilter) async throws(RecordingError) -> [RecordedSession]
    {
        let clause = FilterClause(filter)
        return try await read { statements in
            try statements.rows(
                """
                SELECT s.* FROM recording_sessions s \(clause.condition)
                ORDER BY s.opened DESC, s.id DESC LIMIT \(clause.limit)
                """, clause.values
            ).map(recordedSession)
        }
    }

    /// One recording; throws `unknownSession`.
    public func session(_ session: SessionID) async throws(RecordingError) -> RecordedSession {
        let found = try await read { statements in
            try statements.rows(
                "SELECT * FROM recording_sessions WHERE id = $1", [.text(session.rawValue)]
            ).first.map(recordedSession)
        }
        guard let found else { throw .unknownSession(session.rawValue) }
        return found
    }

    /// A recording's events, one by one, up to what was committed when this is called.
    public func events(of session: SessionID) async throws(RecordingError) -> RecordingReader {
        // On a full disk, what is filed can still be read.
        try? await settle()
        return try reader(of: try await self.session(session))
    }

    func reader(of recorded: RecordedSession) throws(RecordingError) -> RecordingReader {
        let session = recorded.session
        let path = shared.sessionPath(session)
        guard isIdentity(session) else { throw .unknownSession(session.rawValue) }
        var roots: [RecordingRoot] = []
        if recorded.bytes > 0 {
            roots = [
                RecordingRoot(
                    session: session, bytes: recorded.bytes, root: recorded.root,
                    isFinal: recorded.closed != nil)
            ]
        }
        return try RecordingReader(
            path: path, roots: roots, disk: shared.disk, isGrowing: recorded.closed == nil)
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any Statements) throws -> Value)
        async throws(RecordingError) -> Value
    {
        do {
            return try await database.read(body)
        } catch {
            throw .store(reason: "\(error)")
        }
    }
}
