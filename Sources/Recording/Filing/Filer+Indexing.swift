import Vocabulary

extension Filer {
    /// Tells the search's index anew of the recordings that a migration took out of it, before anything is added: what
    /// the index has of a session is always its beginning. What cannot be read of a file is not in the index.
    func indexAnew() throws(RecordingError) {
        for session in try index.unindexed() {
            if isIdentity(session) { try indexAnew(session) }
            try index.isIndexed(session)
        }
    }

    private func indexAnew(_ session: SessionID) throws(RecordingError) {
        let path = shared.sessionPath(session)
        guard shared.disk.exists(path), let descriptor = try? shared.disk.open(path, .read) else {
            return
        }
        defer { shared.disk.close(descriptor) }
        guard let end = try? shared.disk.length(descriptor),
            var reader = try? ChunkReader(
                disk: shared.disk, descriptor: descriptor, path: path, end: end)
        else { return }
        var facts = SessionFacts()
        var passage = Passage(of: session)
        while let chunk = try? reader.nextChunk() {
            for full in facts.passages(of: chunk, behind: &passage) {
                try index.write([], [full])
            }
        }
        if !passage.places.isEmpty { try index.write([], [passage]) }
    }
}

extension SessionFacts {
    /// Adds a chunk's statements to the passage that is begun; those that became full.
    fileprivate mutating func passages(
        of chunk: ChunkReader.Chunk, behind passage: inout Passage
    ) -> [Passage] {
        chunk.events.withUnsafeBytes { bytes in
            var full: [Passage] = []
            var offset = 0
            var sequence = chunk.first
            while offset < bytes.count, let frame = EventFrame(bytes, at: offset) {
                if let text = note(frame), let opened {
                    let at = opened.at.advanced(
                        byMilliseconds: Int64(clamping: frame.microseconds / 1_000))
                    passage.append(text, sequence: sequence, at: at)
                }
                if passage.isFull {
                    full.append(passage)
                    passage = Passage(of: passage.session)
                }
                offset += frame.bytes.count
                sequence += 1
            }
            return full
        }
    }
}
