import Vocabulary

/// Reads a spool's batches behind the loop that writes it. Confined to the recorder's thread.
final class SpoolReader {
    let spool: Spool
    private var window: SpoolWindow
    private(set) var position = Int64(SpoolLayout.headerBytes)
    private var batch: UInt64 = 0
    /// Which session a handle is.
    var sessions: [UInt32: FiledSession] = [:]
    var syncedTo: Int64 = 0

    init(_ spool: Spool, disk: any RecordingDisk) {
        self.spool = spool
        window = SpoolWindow(disk: disk, descriptor: spool.descriptor, path: spool.path)
    }

    /// One record: whose, which place, and the event.
    struct Record {
        let handle: UInt32
        let sequence: UInt64
        let frame: EventFrame
    }

    var isRead: Bool { spool.isSealed && position >= spool.committed }
    var unread: Int64 { max(0, spool.committed - position) }

    /// Hands over the records of the next batch that is synced; false when there is none. When `body` throws, the batch
    /// comes again.
    func nextBatch(_ body: (Record) throws(RecordingError) -> Void) throws(RecordingError) -> Bool {
        guard position < syncedTo else {
            window.clear()
            return false
        }
        guard
            let found = try window.batch(at: position, end: syncedTo, number: batch + 1)
        else { throw damaged("no whole batch is there") }
        try forEachRecord(of: found.records, body)
        position += found.bytes
        batch += 1
        return true
    }

    private func forEachRecord(
        of records: ArraySlice<UInt8>, _ body: (Record) throws(RecordingError) -> Void
    ) throws(RecordingError) {
        let result: Result<Void, RecordingError> = records.withUnsafeBytes { bytes in
            do throws(RecordingError) {
                return .success(try walk(bytes, body))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private func walk(
        _ bytes: UnsafeRawBufferPointer, _ body: (Record) throws(RecordingError) -> Void
    ) throws(RecordingError) {
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= SpoolLayout.recordHeaderBytes,
                let frame = EventFrame(bytes, at: offset + SpoolLayout.recordHeaderBytes)
            else { throw damaged("a record cannot be read") }
            let handle = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).bigEndian
            let sequence = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt64.self)
                .bigEndian
            try body(Record(handle: handle, sequence: sequence, frame: frame))
            offset += SpoolLayout.recordHeaderBytes + frame.bytes.count
        }
    }

    func damaged(_ reason: String) -> RecordingError {
        .damaged(path: spool.path, offset: position, reason: reason)
    }
}
