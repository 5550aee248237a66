import Foundation
import Vocabulary

/// The file `leaves`: each entry's leaf hash, 32 bytes apiece. It can be made anew from the entries, so it is
/// never fsynced; it serves proofs, and tells the verifier which entry was changed.
struct LeafStore {
    static let name = "leaves"

    let file: DiskFile
    private(set) var count: UInt64
    private(set) var tail: [Digest] = []
    private let disk: Disk

    init(directory: String, disk: Disk) throws(DiskError) {
        file = try disk.open(directory + "/" + Self.name, O_RDWR | O_CREAT | O_APPEND)
        count = file.byteCount / UInt64(Digest.byteCount)
        self.disk = disk
    }

    /// The whole hashes that are there from `index` on, at most `max`.
    func leaves(from index: UInt64, max: Int) throws(DiskError) -> [Digest] {
        let size = Digest.byteCount
        let bytes = try file.read(max * size, at: index * UInt64(size))
        return (0..<bytes.count / size).compactMap { Digest(bytes[$0 * size..<($0 + 1) * size]) }
    }

    /// Drops everything from leaf `count` on.
    mutating func cut(to count: UInt64) throws(DiskError) {
        try disk.truncate(file, to: count * UInt64(Digest.byteCount))
        self.count = count
    }

    /// Keeps `leaves`; those that the file does not take (a full disk) stay in memory for the next time.
    mutating func append(_ leaves: [Digest]) {
        tail += leaves
        do throws(DiskError) {
            try disk.append(tail.flatMap(\.bytes), to: file)
            count += UInt64(tail.count)
            tail.removeAll(keepingCapacity: true)
        } catch {
            try? cut(to: count)
        }
    }
}
