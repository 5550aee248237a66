import Foundation
import Vocabulary

/// A file of hashes, 32 bytes apiece. It can be made anew from the entries, so it is never fsynced.
struct HashFile {
    /// Each entry's leaf hash: serves proofs, and tells the verifier which entry was changed.
    static let leaves = "leaves"
    /// The roots of all complete subtrees of `Limits.subtreeLeaves` leaves: with them a start has the tree in a moment.
    static let subtrees = "subtrees"

    let file: DiskFile
    private(set) var count: UInt64
    private(set) var tail: [Digest] = []
    private let disk: Disk

    init(_ name: String, directory: String, disk: Disk) throws(DiskError) {
        file = try disk.open(directory + "/" + name, O_RDWR | O_CREAT | O_APPEND)
        count = file.byteCount / UInt64(Digest.byteCount)
        self.disk = disk
    }

    /// The whole hashes that are there from `index` on, at most `max`.
    func hashes(from index: UInt64, max: Int) throws(DiskError) -> [Digest] {
        let size = Digest.byteCount
        let bytes = try file.read(max * size, at: index * UInt64(size))
        return (0..<bytes.count / size).compactMap { Digest(bytes[$0 * size..<($0 + 1) * size]) }
    }

    /// Drops everything from hash `count` on.
    mutating func cut(to count: UInt64) throws(DiskError) {
        try disk.truncate(file, to: count * UInt64(Digest.byteCount))
        self.count = count
    }

    /// Keeps `hashes`; those that the file does not take (a full disk) stay in memory for the next time.
    mutating func append(_ hashes: [Digest]) {
        tail += hashes
        do throws(DiskError) {
            try disk.append(tail.flatMap(\.bytes), to: file)
            count += UInt64(tail.count)
            tail.removeAll(keepingCapacity: true)
        } catch {
            try? cut(to: count)
        }
    }
}
