import Cryptography
import Vocabulary

/// Reads a session's file chunk by chunk and checks the hash chain. Does not own its descriptor.
struct ChunkReader: Sendable {
    let disk: any RecordingDisk
    let descriptor: Int32
    let path: String
    /// Bytes beyond are not looked at.
    var end: Int64
    /// A chunk that is cut off is one that is being written: the file ends before it.
    let isGrowing: Bool
    let session: SessionID
    /// Behind the last chunk that was read: where that is, the root there, and the next event's place.
    private(set) var offset: Int64
    private(set) var root: Digest
    private(set) var next: UInt64 = 0

    struct Chunk {
        let first: UInt64
        let count: UInt32
        let events: ArraySlice<UInt8>
    }

    init(
        disk: any RecordingDisk, descriptor: Int32, path: String, end: Int64,
        isGrowing: Bool = false
    ) throws(RecordingError) {
        self.disk = disk
        self.isGrowing = isGrowing
        self.descriptor = descriptor
        self.path = path
        self.end = end
        let bytes = try readFile(
            min(SessionLayout.headerBytesMax, Int(clamping: end)), at: 0, disk, descriptor, path)
        var cursor = EventCursor(bytes[...])
        guard cursor.integer(UInt64.self) == SessionLayout.magic, let name = cursor.text(),
            isIdentity(SessionID(rawValue: name))
        else { throw .damaged(path: path, offset: 0, reason: "it does not begin as a recording") }
        session = SessionID(rawValue: name)
        offset = Int64(cursor.offset)
        root = SHA256.hash(Array(bytes[..<cursor.offset]))
    }

    /// The next chunk; `nil` at the end of the file. Throws `damaged` for anything but a whole chunk whose root is right.
    mutating func nextChunk() throws(RecordingError) -> Chunk? {
        guard offset < end else { return nil }
        let headerBytes = Int64(SessionLayout.chunkHeaderBytes)
        guard end - offset >= headerBytes else { return try cutOff() }
        let header = try read(SessionLayout.chunkHeaderBytes, at: offset)
        var cursor = EventCursor(header[...])
        guard cursor.integer(UInt32.self) == SessionLayout.chunkMagic,
            let size: UInt32 = cursor.integer(), let first: UInt64 = cursor.integer(),
            let count: UInt32 = cursor.integer(), size <= Limits.chunkBytesMax
        else { throw damaged("no chunk begins here") }
        guard first >= next, count > 0, first <= .max - UInt64(count) else {
            throw damaged("a chunk is out of order")
        }
        let whole = headerBytes + Int64(size) + Int64(Digest.byteCount)
        guard end - offset >= whole else { return try cutOff() }
        return try chunk(whole: whole, first: first, count: count)
    }

    private func cutOff() throws(RecordingError) -> Chunk? {
        if isGrowing { return nil }
        throw damaged("a chunk is cut off")
    }

    private mutating func chunk(whole: Int64, first: UInt64, count: UInt32)
        throws(RecordingError) -> Chunk
    {
        let bytes = root.bytes + (try read(Int(whole), at: offset))
        let rootStart = bytes.count - Digest.byteCount
        let computed = bytes.withUnsafeBytes {
            SHA256.hash(UnsafeRawBufferPointer(rebasing: $0[..<rootStart]))
        }
        guard computed == Digest(bytes[rootStart...]) else {
            throw damaged("its bytes do not have the root that stands behind them")
        }
        root = computed
        offset += whole
        next = first + UInt64(count)
        let start = Digest.byteCount + SessionLayout.chunkHeaderBytes
        return Chunk(first: first, count: count, events: bytes[start..<rootStart])
    }

    func damaged(_ reason: String) -> RecordingError {
        .damaged(path: path, offset: offset, reason: reason)
    }

    private func read(_ count: Int, at offset: Int64) throws(RecordingError) -> [UInt8] {
        let bytes = try readFile(count, at: offset, disk, descriptor, path)
        guard bytes.count == count else { throw damaged("the file became shorter") }
        return bytes
    }
}

/// Up to `count` bytes; fewer only at the end of the file.
func readFile(
    _ count: Int, at offset: Int64, _ disk: any RecordingDisk, _ descriptor: Int32, _ path: String
) throws(RecordingError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
        let taken: Int
        do throws(DiskError) {
            taken = try readOnce(disk, descriptor, offset, &bytes, filled)
        } catch {
            throw error.at(path)
        }
        if taken == 0 { break }
        filled += taken
    }
    if filled < count { bytes.removeLast(count - filled) }
    return bytes
}

private func readOnce(
    _ disk: any RecordingDisk, _ descriptor: Int32, _ offset: Int64, _ bytes: inout [UInt8],
    _ filled: Int
) throws(DiskError) -> Int {
    let result: Result<Int, DiskError> = bytes.withUnsafeMutableBytes { buffer in
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
        do throws(DiskError) {
            return .success(try disk.read(descriptor, at: offset + Int64(filled), into: rest))
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}
