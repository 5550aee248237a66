import Vocabulary

/// Reads one recording's file from its beginning, checking the hash chain as it goes. Holds one chunk in memory.
public struct RecordingReader: ~Copyable, Sendable {
    private var chunks: ChunkReader
    private var decoder = EventDecoder()
    private var cursor = EventCursor([])
    private var sequence: UInt64 = 0
    /// The roots that are still to come, the next one last.
    private var expected: [RecordingRoot]

    /// Opens a recording's file, wherever it is kept. `roots` are what the ledger has of it: that they are right, and that
    /// the file is as long as they say, is checked as it is read. Throws `damaged` when it does not begin as a recording.
    public init(path: String, roots: [RecordingRoot] = []) throws(RecordingError) {
        try self.init(path: path, roots: roots, disk: SystemDisk(), isGrowing: false)
    }

    init(path: String, roots: [RecordingRoot], disk: any RecordingDisk, isGrowing: Bool)
        throws(RecordingError)
    {
        expected = roots.sorted { $0.bytes > $1.bytes }
        let descriptor: Int32
        do throws(DiskError) {
            descriptor = try disk.open(path, .read)
        } catch {
            throw .cannotOpen(path: path, reason: error.reason)
        }
        do throws(RecordingError) {
            let end: Int64
            do throws(DiskError) { end = try disk.length(descriptor) } catch {
                throw error.at(path)
            }
            chunks = try ChunkReader(
                disk: disk, descriptor: descriptor, path: path, end: end,
                isGrowing: isGrowing)
        } catch {
            disk.close(descriptor)
            throw error
        }
    }

    deinit { chunks.disk.close(chunks.descriptor) }

    /// Whose recording it is.
    public var session: SessionID { chunks.session }
    /// The bytes that were read and checked so far, and the hash chain's root there.
    public var bytes: Int64 { chunks.offset }
    public var root: Digest { chunks.root }

    /// The next event; `nil` at the end. Throws `damaged` where the file is not what was written.
    public mutating func next() throws(RecordingError) -> RecordedEvent? {
        while true {
            if cursor.isAtEnd {
                let expected = sequence
                guard try nextChunk() else { return nil }
                if sequence > expected {
                    return RecordedEvent(
                        sequence: expected, microseconds: 0,
                        content: .lost(events: sequence - expected))
                }
            }
            if let event = try nextEvent() { return event }
        }
    }

    /// Takes in what the file has grown by: what was its end is none then.
    mutating func extend() throws(RecordingError) {
        do throws(DiskError) {
            chunks.end = try chunks.disk.length(chunks.descriptor)
        } catch {
            throw error.at(chunks.path)
        }
    }

    /// Reads and checks the next chunk without looking at its events; false at the end.
    public mutating func skipChunk() throws(RecordingError) -> Bool {
        cursor = EventCursor([])
        guard let chunk = try checkedChunk() else { return false }
        sequence = chunk.first + UInt64(chunk.count)
        return true
    }

    private mutating func checkedChunk() throws(RecordingError) -> ChunkReader.Chunk? {
        if let next = expected.last, next.bytes <= chunks.offset {
            guard next.bytes == chunks.offset, next.root == chunks.root else {
                throw chunks.damaged("it does not have the root that the ledger has")
            }
            if next.isFinal, chunks.offset < chunks.end {
                throw chunks.damaged("it goes on behind its end")
            }
            expected.removeLast()
            return try checkedChunk()
        }
        if let chunk = try chunks.nextChunk() { return chunk }
        guard expected.isEmpty else { throw chunks.damaged("it is shorter than the ledger says") }
        return nil
    }

    private mutating func nextChunk() throws(RecordingError) -> Bool {
        guard let chunk = try checkedChunk() else { return false }
        if chunk.first > sequence { decoder.isPartial = true }
        cursor = EventCursor(chunk.events)
        sequence = chunk.first
        return true
    }

    /// `nil` for a definition.
    private mutating func nextEvent() throws(RecordingError) -> RecordedEvent? {
        guard let length: UInt32 = cursor.integer(), let event = cursor.slice(Int(length)) else {
            throw chunks.damaged("an event is cut off")
        }
        var header = EventCursor(event)
        guard let kind = header.integer(UInt8.self).flatMap(EventKind.init(rawValue:)),
            let microseconds: UInt64 = header.integer(),
            let body = header.slice(header.remaining), let result = decoder.decode(kind, body)
        else { throw chunks.damaged("an event cannot be read") }
        defer { sequence += 1 }
        guard case .event(let content) = result else { return nil }
        return RecordedEvent(sequence: sequence, microseconds: microseconds, content: content)
    }
}
