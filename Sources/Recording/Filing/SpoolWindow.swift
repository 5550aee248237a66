/// A batch that was read: its records, and its bytes with the header.
struct SpoolBatch {
    let records: ArraySlice<UInt8>
    let bytes: Int64
}

/// Reads a spool through a window, so that many small batches cost one read(2).
struct SpoolWindow {
    let disk: any RecordingDisk
    let descriptor: Int32
    let path: String
    private var bytes: [UInt8] = []
    /// Where the window begins in the file.
    private var start: Int64 = 0

    init(disk: any RecordingDisk, descriptor: Int32, path: String) {
        self.disk = disk
        self.descriptor = descriptor
        self.path = path
    }

    /// `nil` when no whole batch with this number stands at `position`.
    mutating func batch(at position: Int64, end: Int64, number: UInt64) throws(RecordingError)
        -> SpoolBatch?
    {
        let headerBytes = SpoolLayout.batchHeaderBytes
        guard let header = try slice(headerBytes, at: position, end: end) else { return nil }
        var cursor = EventCursor(header)
        guard cursor.integer(UInt32.self) == SpoolLayout.batchMagic,
            let count: UInt32 = cursor.integer(), let found: UInt64 = cursor.integer(),
            let checksum: UInt64 = cursor.integer(), found == number,
            count <= Limits.batchBytesMax,
            let records = try slice(Int(count), at: position + Int64(headerBytes), end: end),
            records.withUnsafeBytes({ SpoolLayout.checksum($0, number: number) }) == checksum
        else { return nil }
        return SpoolBatch(records: records, bytes: Int64(headerBytes) + Int64(count))
    }

    /// Memory is kept only while there is something to read.
    mutating func clear() {
        bytes = []
        start = 0
    }

    private mutating func slice(_ count: Int, at position: Int64, end: Int64)
        throws(RecordingError) -> ArraySlice<UInt8>?
    {
        guard end - position >= Int64(count) else { return nil }
        if position < start || position + Int64(count) > start + Int64(bytes.count) {
            let wanted = max(count, Int(min(Int64(Limits.readBytes), end - position)))
            bytes = try readFile(wanted, at: position, disk, descriptor, path)
            start = position
        }
        let first = Int(position - start)
        guard bytes.count - first >= count else { return nil }
        return bytes[first..<first + count]
    }
}
