import Foundation
import Vocabulary

/// Compares entries with the file `leaves`, where it is there. The file is unsigned, so a difference counts only
/// as a hint, until its own root is found to be a signed one.
struct LeafComparison {
    private let file: DiskFile?
    /// How many whole hashes the file has.
    let count: UInt64
    private(set) var firstDifference: UInt64?
    private var window: [UInt8] = []
    private var windowStart: UInt64 = 0

    init(directory: String) {
        file = try? Disk().open(directory + "/" + HashFile.leaves, O_RDONLY)
        count = (file?.byteCount ?? 0) / UInt64(Digest.byteCount)
    }

    mutating func compare(_ leaf: Digest, _ index: UInt64) throws {
        guard firstDifference == nil, index < count else { return }
        let isSame = try leaf.withBytes { bytes in
            try hash(of: index) { bytes.elementsEqual($0) }
        }
        if !isSame { firstDifference = index }
    }

    /// The root over the file's first `size` hashes.
    mutating func root(size: UInt64, _ hasher: MerkleHasher) throws -> Digest? {
        guard size <= count else { return nil }
        var frontier = MerkleFrontier()
        for index in 0..<size {
            guard let leaf = try hash(of: index, { Digest(UnsafeRawBufferPointer($0)) }) else {
                return nil
            }
            frontier.add(leaf, hasher)
        }
        return frontier.root(hasher)
    }

    private mutating func hash<Result>(
        of index: UInt64, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws -> Result {
        let width = UInt64(Digest.byteCount)
        let windowEnd = windowStart + UInt64(window.count) / width
        if index < windowStart || index >= windowEnd, let file {
            windowStart = index
            window = try file.read(Limits.readBytes, at: index * width)
        }
        let start = Int((index - windowStart) * width)
        return window.withUnsafeBytes { bytes in
            let end = min(start + Int(width), bytes.count)
            return body(UnsafeRawBufferPointer(rebasing: bytes[min(start, end)..<end]))
        }
    }
}
