import Store
import Vocabulary

extension Recorder {
    /// Recordings that ended before `time`, oldest first: what `retention` would remove. Those whose removal was tried,
    /// and the ledger has it, come last.
    public func expired(before time: WallTime, target: TargetName? = nil)
        async throws(RecordingError) -> [RecordedSession]
    {
        try await read { statements in
            try statements.rows(
                """
                SELECT * FROM recording_sessions WHERE closed < $1 AND ($2 IS NULL OR target = $2)
                ORDER BY removal IS NOT NULL, closed, id LIMIT \(Limits.listedMax)
                """, [.integer(time.milliseconds), .text(orNull: target?.text)]
            ).map(recordedSession)
        }
    }

    /// Whether the ledger has the removal of a recording that is still there.
    public func isRemovalEntered(_ session: SessionID) async throws(RecordingError) -> Bool {
        try await read { statements in
            try !statements.rows(
                "SELECT id FROM recording_sessions WHERE id = $1 AND removal IS NOT NULL",
                [.text(session.rawValue)]
            ).isEmpty
        }
    }

    /// The ledger has the removal, in the entry of that place.
    public func enteredRemoval(
        of session: SessionID, at index: UInt64
    ) async throws(RecordingError) {
        do {
            try await database.write { statements in
                _ = try statements.run(
                    "UPDATE recording_sessions SET removal = $2 WHERE id = $1",
                    [.text(session.rawValue), .integer(Int64(clamping: index))])
            }
        } catch {
            throw .store(reason: "\(error)")
        }
    }

    /// Removes ended recordings, file and index, and says what they were. The caller enters it in the ledger. One that
    /// goes on, or is not known, is left out.
    public func remove(_ sessions: [SessionID]) async throws(RecordingError) -> [RecordedSession] {
        var removed: [RecordedSession] = []
        for id in sessions where isIdentity(id) {
            guard let session = try await ended(id) else { continue }
            let path = shared.sessionPath(id)
            do throws(DiskError) { try shared.disk.remove(path) } catch { throw error.at(path) }
            try await forget(id)
            shared.usage(of: session.principal).add(-session.bytes)
            removed.append(session)
        }
        return removed
    }

    private func ended(_ id: SessionID) async throws(RecordingError) -> RecordedSession? {
        try await read { statements in
            try statements.rows(
                "SELECT * FROM recording_sessions WHERE id = $1 AND closed IS NOT NULL",
                [.text(id.rawValue)]
            ).first.map(recordedSession)
        }
    }

    private func forget(_ id: SessionID) async throws(RecordingError) {
        do {
            try await database.write { statements in
                let values = [Value.text(id.rawValue)]
                try statements.run(
                    """
                    DELETE FROM recording_texts WHERE rowid IN
                    (SELECT id FROM recording_passages WHERE session = $1)
                    """, values)
                try statements.run("DELETE FROM recording_passages WHERE session = $1", values)
                try statements.run("DELETE FROM recording_unindexed WHERE session = $1", values)
                try statements.run("DELETE FROM recording_sessions WHERE id = $1", values)
            }
        } catch {
            throw .store(reason: "\(error)")
        }
    }
}
