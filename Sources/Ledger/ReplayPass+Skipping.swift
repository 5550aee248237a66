import Foundation
import Vocabulary

/// A start of a large ledger: the tree comes from the files of hashes, which the newest checkpoint's signed root
/// proves, and reading begins behind that checkpoint's last entry.
extension ReplayPass {
    /// Passes over what the newest checkpoint covers; `nil`, and nothing changed, where everything has to be read: the
    /// ledger is small, or the files of hashes do not show what the checkpoint signs.
    mutating func skip(
        _ numbers: [Int], _ leaves: HashFile, _ subtrees: HashFile, replayBytesMax: UInt64
    ) throws(DiskError) -> LedgerRecheck.Part? {
        guard let checkpoint, checkpoint.size > 0, !numbers.isEmpty,
            numbers == Array(1...numbers.count)
        else { return nil }
        let files = try self.files(numbers)
        guard files.reduce(0, { $0 + $1.byteCount }) > replayBytesMax,
            let (tree, roots, lastLeaf) = try tree(of: checkpoint, leaves, subtrees),
            try hasNoGap(leaves, before: checkpoint.size),
            let place = try place(ofEntry: checkpoint.size - 1, hash: lastLeaf, files)
        else { return nil }
        for (number, file) in zip(numbers, files).prefix(place.segment) {
            guard let first = try firstIndex(file) else { return nil }
            segments.append(
                Segment(number: number, firstIndex: first, byteCount: file.byteCount))
        }
        frontier = tree
        self.subtrees = roots
        entered = (place.offset, place.firstIndex)
        return LedgerRecheck.Part(
            checkpoint: checkpoint, segmentCount: place.segment + 1, end: place.offset)
    }

    /// Makes the file of subtrees what it should be: nothing in it is believed.
    func keepSubtrees(in file: inout HashFile) throws(DiskError) {
        let kept = try file.hashes(from: 0, max: subtrees.count)
        let same = zip(kept, subtrees).prefix { $0 == $1 }.count
        if file.file.byteCount != UInt64(same * Digest.byteCount) {
            try file.cut(to: UInt64(same))
        }
        if same < subtrees.count { file.append(Array(subtrees[same...])) }
    }

    private func files(_ numbers: [Int]) throws(DiskError) -> [DiskFile] {
        var files: [DiskFile] = []
        for number in numbers {
            files.append(try disk.open(directory + "/" + Segment.name(number), O_RDONLY))
        }
        return files
    }

    /// The tree of the checkpoint, its complete subtrees, and the hash of its last leaf; `nil` unless the root is the
    /// signed one.
    private func tree(
        of checkpoint: Checkpoint, _ leaves: HashFile, _ subtrees: HashFile
    ) throws(DiskError) -> (MerkleFrontier, [Digest], Digest)? {
        let width = Limits.subtreeLeaves
        let whole = (checkpoint.size - 1) / width
        let rest = Int(checkpoint.size - whole * width)
        var roots = try subtrees.hashes(from: 0, max: Int(whole))
        let last = try leaves.hashes(from: whole * width, max: rest)
        guard roots.count == Int(whole), last.count == rest, let lastLeaf = last.last else {
            return nil
        }
        var tree = MerkleFrontier()
        for root in roots { tree.add(subtree: root, hasher) }
        for leaf in last { tree.add(leaf, hasher) { roots.append($0) } }
        return tree.root(hasher) == checkpoint.root ? (tree, roots, lastLeaf) : nil
    }

    /// A power cut leaves zeroes in a file that is never fsynced: reading everything puts the hashes back.
    private func hasNoGap(_ leaves: HashFile, before size: UInt64) throws(DiskError) -> Bool {
        var index: UInt64 = 0
        while index < size {
            let block = try leaves.file.read(Limits.readBytes, at: index * 32)
            let count = min(block.count / Digest.byteCount, Int(size - index))
            guard count > 0 else { return false }
            let isWhole = block.withUnsafeBytes { bytes in
                (0..<count).allSatisfy {
                    bytes.load(fromByteOffset: $0 * Digest.byteCount, as: UInt64.self) != 0
                }
            }
            guard isWhole else { return false }
            index += UInt64(count)
        }
        return true
    }

    private func firstIndex(_ file: DiskFile) throws(DiskError) -> UInt64? {
        let reader = LineReader(file)
        // A line is the reader's memory.
        defer { withExtendedLifetime(reader) {} }
        guard case .line(let line) = try reader.next() else { return nil }
        return EntryScanner.scan(line)?.index
    }

    /// Which of the segments has that entry, and where the line behind it begins.
    private func place(
        ofEntry index: UInt64, hash: Digest, _ files: [DiskFile]
    ) throws(DiskError) -> (segment: Int, offset: UInt64, firstIndex: UInt64)? {
        for (segment, file) in files.enumerated().reversed() {
            // A last segment may be empty still.
            guard let first = try firstIndex(file), first <= index else { continue }
            guard let offset = try offset(behind: index, hash: hash, file) else { return nil }
            return (segment, offset, first)
        }
        return nil
    }

    /// Looks for the entry from the file's end on, ever further back.
    private func offset(
        behind index: UInt64, hash: Digest, _ file: DiskFile
    ) throws(DiskError) -> UInt64? {
        let size = file.byteCount
        var window = UInt64(Limits.readBytes)
        while true {
            let start = size > window ? size - window : 0
            let reader = LineReader(file, from: start)
            // The first line may be the end of one.
            if start > 0 { _ = try reader.next() }
            var isTooLate = true
            while case .line(let line) = try reader.next() {
                guard let scan = EntryScanner.scan(line) else { return nil }
                if scan.index > index { break }
                if scan.index == index {
                    return hasher.leaf(line) == hash ? reader.offset : nil
                }
                isTooLate = false
            }
            guard isTooLate, start > 0 else { return nil }
            window *= 8
        }
    }
}
