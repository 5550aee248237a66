import Foundation
import Vocabulary

/// The files `checkpoint` (the newest, replaced whole) and `checkpoints` (all of them, each followed by an
/// empty line).
struct CheckpointFiles {
    static let newest = "checkpoint"
    static let all = "checkpoints"

    private let directory: String
    private let disk: Disk
    private let file: DiskFile
    private var byteCount: UInt64
    /// The size in the list's last note, when this run has written it.
    private var listedSize: UInt64?

    /// Opens for appending behind `byteCount` bytes, and cuts off what follows them.
    init(directory: String, byteCount: UInt64, disk: Disk) throws(DiskError) {
        self.directory = directory
        self.disk = disk
        self.byteCount = byteCount
        file = try disk.open(directory + "/" + Self.all, O_RDWR | O_CREAT | O_APPEND)
        if file.byteCount != byteCount { try disk.truncate(file, to: byteCount) }
        // A killed run may have left a note that is not durable, and `checkpoint` is about to say the same.
        try disk.synchronize(file)
    }

    /// Makes `checkpoint` durable in both files, the list first: after a crash the list is never behind.
    /// After an error it may be called again with the same checkpoint, which then stands in the list once.
    mutating func append(_ checkpoint: Checkpoint) throws(DiskError) {
        if listedSize != checkpoint.size { try list(checkpoint) }
        try replaceNewest(checkpoint)
    }

    private mutating func list(_ checkpoint: Checkpoint) throws(DiskError) {
        let record = Array((checkpoint.text + "\n").utf8)
        do throws(DiskError) {
            try disk.append(record, to: file)
        } catch {
            if error.isFull { try disk.truncate(file, to: byteCount) }
            throw error
        }
        do throws(DiskError) { try disk.synchronize(file) } catch {
            // What a failed fsync left on the disk is unknown, so no error of it may count as a full disk.
            throw DiskError(call: error.call, code: EIO)
        }
        byteCount += UInt64(record.count)
        listedSize = checkpoint.size
    }

    /// The newest alone: a kill may have come between the list and it.
    func replaceNewest(_ checkpoint: Checkpoint) throws(DiskError) {
        let path = directory + "/" + Self.newest
        let temporary = try disk.open(path + ".tmp", O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try disk.append(Array(checkpoint.text.utf8), to: temporary)
        try disk.synchronize(temporary)
        try disk.rename(path + ".tmp", to: path)
    }
}

/// Reads `checkpoints` note by note.
struct CheckpointReader {
    enum Step {
        case note([UInt8])
        /// The file ends inside of a note: a crash, when it is the last one.
        case torn(byteCount: UInt64)
        case tooLong
        case end
    }

    private let reader: LineReader
    private let byteCount: UInt64

    init(_ file: DiskFile) {
        reader = LineReader(file)
        byteCount = file.byteCount
    }

    /// Where the next note begins.
    var offset: UInt64 { reader.offset }

    func next() throws(DiskError) -> Step {
        let start = offset
        var note: [UInt8] = []
        var emptyLines = 0
        while true {
            switch try reader.next() {
            case .line(let line):
                if line.isEmpty { emptyLines += 1 }
                if emptyLines == 2 { return .note(note) }
                note += line
                note.append(0x0A)
                if note.count > Limits.noteBytesMax { return .tooLong }
            case .torn: return .torn(byteCount: byteCount - start)
            case .tooLong: return .tooLong
            case .end: return note.isEmpty ? .end : .torn(byteCount: byteCount - start)
            }
        }
    }
}
