import Cryptography
import Vocabulary

/// One session's file, as the recorder's thread extends it. Confined to that thread.
final class FiledSession {
    let session: SessionID
    let path: String
    private let disk: any RecordingDisk
    var facts = SessionFacts()
    /// Up to here the file is written; behind it, chunks wait.
    private(set) var length: Int64
    private(set) var root: Digest
    /// The place of the event that is expected next.
    private(set) var next: UInt64 = 0
    private var waiting: [PendingChunk] = []
    /// Written since the file was last synced.
    private(set) var isUnsynced = false
    /// The length and root that were last synced.
    private(set) var synced: (bytes: Int64, root: Digest)
    private var hasHeader: Bool

    /// How long the file was at the root that the ledger knows.
    private(set) var handedOver: Int64 = 0
    var handedOverAt: UInt64 = 0
    /// The store's row is not up to date.
    var isRowDue = true
    /// The session has ended, and the ledger knows its last root.
    private(set) var isDone = false
    /// What is said by events that the file had already, when they come again.
    var passedOver = SessionFacts()
    /// Texts for the index.
    private(set) var passage: Passage

    /// A file that does not exist yet.
    init(new session: SessionID, path: String, disk: any RecordingDisk) {
        self.session = session
        passage = Passage(of: session)
        self.path = path
        self.disk = disk
        let header = SessionLayout.header(session)
        length = Int64(header.count)
        root = SHA256.hash(header.bytes)
        synced = (0, root)
        hasHeader = false
    }

    /// A file that is there. A chunk that was not written whole is cut off: its events are still in a spool. Where the
    /// file does not agree with `known`, which was synced before, it is damaged.
    init(
        existing session: SessionID, path: String, known: (bytes: Int64, root: Digest)?,
        disk: any RecordingDisk
    ) throws(RecordingError) {
        self.session = session
        passage = Passage(of: session)
        self.path = path
        self.disk = disk
        let loaded = try load(path, session, known, disk)
        length = loaded.length
        root = loaded.root
        next = loaded.next
        facts = loaded.facts
        synced = known ?? (0, loaded.root)
        hasHeader = loaded.hasHeader
        isUnsynced = true
    }

    /// What the ledger is to know, once the file is synced.
    var syncedRoot: RecordingRoot {
        RecordingRoot(
            session: session, bytes: synced.bytes, root: synced.root, isFinal: facts.closed != nil)
    }

    /// The ledger has taken `syncedRoot`.
    func isEntered(at microseconds: UInt64) {
        handedOver = synced.bytes
        handedOverAt = microseconds
        isRowDue = true
        isDone = facts.closed != nil
    }

    var unfiledBytes: Int { waiting.reduce(0) { $0 + $1.eventBytes } }

    /// Takes an event; one that the file has already is passed over, and a gap is kept visible as one.
    func append(_ frame: EventFrame, sequence: UInt64) {
        guard sequence >= next else { return }
        if let chunk = waiting.last, !chunk.isClosedToMore, chunk.next == sequence {
            chunk.append(frame.bytes)
        } else {
            let chunk = PendingChunk(first: sequence)
            chunk.append(frame.bytes)
            waiting.append(chunk)
        }
        next = sequence + 1
        isRowDue = true
    }

    /// An event of the recorder's own, at the end.
    func append(_ kind: EventKind, _ body: (EventBuffer) -> Void) {
        let event = EventBuffer(capacity: 256)
        event.append(UInt32(0))
        event.append(kind.rawValue)
        event.append(facts.microseconds)
        body(event)
        event.replace(at: 0, with: UInt32(event.count - 4))
        guard let frame = EventFrame(event.bytes, at: 0) else { return }
        if let text = facts.note(frame) {
            index(text, sequence: next, microseconds: frame.microseconds)
        }
        append(frame, sequence: next)
    }

    /// Adds a text to what the index is to have.
    func index(_ text: IndexedText, sequence: UInt64, microseconds: UInt64) {
        guard let opened = facts.opened else { return }
        let at = opened.at.advanced(byMilliseconds: Int64(clamping: microseconds / 1_000))
        passage.append(text, sequence: sequence, at: at)
    }

    func takePassage() -> Passage {
        let taken = passage
        passage = Passage(of: session)
        return taken
    }

    // MARK: Writing

    /// Writes what waits. What could not be written goes on waiting.
    func flush() throws(RecordingError) {
        guard !waiting.isEmpty || !hasHeader else { return }
        do throws(DiskError) {
            let descriptor = try disk.open(path, .readWrite)
            defer { disk.close(descriptor) }
            isUnsynced = true
            try writeHeader(to: descriptor)
            try writeChunks(to: descriptor)
        } catch {
            throw error.at(path)
        }
    }

    private func writeHeader(to descriptor: Int32) throws(DiskError) {
        guard !hasHeader else { return }
        let header = SessionLayout.header(session)
        let count = try disk.write(header.bytes, to: descriptor, at: 0)
        guard count == header.count else { throw DiskError.short }
        hasHeader = true
    }

    private func writeChunks(to descriptor: Int32) throws(DiskError) {
        var written = 0
        defer { waiting.removeFirst(written) }
        for chunk in waiting {
            let (bytes, root) = chunk.finished(behind: root)
            let count = try disk.write(bytes, to: descriptor, at: length)
            guard count == bytes.count else { throw DiskError.short }
            length += Int64(count)
            self.root = root
            written += 1
        }
    }

    func synchronize() throws(RecordingError) {
        guard isUnsynced else { return }
        do throws(DiskError) {
            let descriptor = try disk.open(path, .readWrite)
            defer { disk.close(descriptor) }
            try disk.synchronize(descriptor)
        } catch {
            throw error.at(path)
        }
        isUnsynced = false
        synced = (length, root)
    }
}

/// What a file that is there says.
private struct LoadedSession {
    var length: Int64
    var root: Digest
    var next: UInt64 = 0
    var facts = SessionFacts()
    var hasHeader: Bool
}

private func load(
    _ path: String, _ session: SessionID, _ known: (bytes: Int64, root: Digest)?,
    _ disk: any RecordingDisk
) throws(RecordingError) -> LoadedSession {
    let descriptor: Int32
    let end: Int64
    do throws(DiskError) {
        descriptor = try disk.open(path, .readWrite)
        end = try disk.length(descriptor)
    } catch {
        throw error.at(path)
    }
    defer { disk.close(descriptor) }
    let loaded = try scan(path, session, known, disk, descriptor, end)
    if loaded.length < end || !loaded.hasHeader {
        do throws(DiskError) {
            try disk.truncate(descriptor, to: loaded.hasHeader ? loaded.length : 0)
        } catch {
            throw error.at(path)
        }
    }
    return loaded
}

private func scan(
    _ path: String, _ session: SessionID, _ known: (bytes: Int64, root: Digest)?,
    _ disk: any RecordingDisk, _ descriptor: Int32, _ end: Int64
) throws(RecordingError) -> LoadedSession {
    let header = SessionLayout.header(session)
    var knownIsSeen = (known?.bytes ?? 0) == 0
    let start = try readFile(header.count, at: 0, disk, descriptor, path)
    guard start.elementsEqual(header.bytes) else {
        // Not even the header was written whole, or the file is not the one that was noted.
        guard knownIsSeen else {
            throw .damaged(path: path, offset: 0, reason: "it is not this session's")
        }
        return LoadedSession(
            length: Int64(header.count), root: SHA256.hash(header.bytes), hasHeader: false)
    }
    var reader = try ChunkReader(disk: disk, descriptor: descriptor, path: path, end: end)
    var loaded = LoadedSession(length: reader.offset, root: reader.root, hasHeader: true)
    var trouble: RecordingError?
    scanning: while true {
        do throws(RecordingError) {
            guard let chunk = try reader.nextChunk() else { break scanning }
            try note(chunk, in: &loaded.facts, reader)
        } catch {
            guard case .damaged = error else { throw error }
            trouble = error
            break scanning
        }
        (loaded.length, loaded.root, loaded.next) = (reader.offset, reader.root, reader.next)
        if let known, known.bytes == reader.offset {
            guard known.root == reader.root else {
                throw reader.damaged("it does not have the root that was noted")
            }
            knownIsSeen = true
        }
    }
    guard knownIsSeen else { throw trouble ?? reader.damaged("it is shorter than was noted") }
    return loaded
}

private func note(_ chunk: ChunkReader.Chunk, in facts: inout SessionFacts, _ reader: ChunkReader)
    throws(RecordingError)
{
    let isWhole = chunk.events.withUnsafeBytes { bytes in
        var offset = 0
        var count: UInt32 = 0
        while offset < bytes.count, let frame = EventFrame(bytes, at: offset) {
            _ = facts.note(frame)
            offset += frame.bytes.count
            count += 1
        }
        return offset == bytes.count && count == chunk.count
    }
    guard isWhole else { throw reader.damaged("its events cannot be read") }
}
