import Foundation
import Vocabulary

extension Ledger {
    /// Shows that entry `index` is in the tree of the first `size` entries: see `MerkleProof.includes`.
    public func inclusionProof(index: UInt64, size: UInt64) throws(LedgerError) -> [Digest] {
        guard index < size, size <= self.size else {
            throw .outOfRange(reason: "entry \(index) of \(size), where it has \(self.size)")
        }
        return try prove { try $0.inclusion(index, size: size) }
    }

    /// Shows that the ledger of `new` entries begins with that of `old`: see `MerkleProof.isConsistent`.
    public func consistencyProof(from old: UInt64, to new: UInt64) throws(LedgerError) -> [Digest] {
        guard old <= new, new <= size else {
            throw .outOfRange(reason: "from \(old) to \(new) entries, where it has \(size)")
        }
        return try prove { try $0.consistency(from: old, to: new) }
    }

    /// The root over the first `size` entries.
    public func root(size: UInt64) throws(LedgerError) -> Digest {
        guard size <= self.size else {
            throw .outOfRange(reason: "\(size) entries, where it has \(self.size)")
        }
        return try prove { try $0.root(size: size) }
    }

    private func prove<Proof>(_ body: (MerkleProver) throws -> Proof) throws(LedgerError) -> Proof {
        let known = state.read { $0 }
        do {
            let file = try Disk().open(directory + "/" + HashFile.leaves, O_RDONLY)
            let hasher = MerkleHasher()
            return try body(
                MerkleProver { range in
                    let place = Int(range.lowerBound / Limits.subtreeLeaves)
                    if range.count == Int(Limits.subtreeLeaves), place < known.subtrees.count {
                        return known.subtrees[place]
                    }
                    var frontier = MerkleFrontier()
                    for leaf in try self.leaves(range, file, known) { frontier.add(leaf, hasher) }
                    return frontier.root(hasher)
                })
        } catch {
            throw .cannotOpen(path: HashFile.leaves, reason: "\(error)")
        }
    }

    private func leaves(
        _ range: Range<UInt64>, _ file: DiskFile, _ known: LedgerState.Published
    ) throws -> [Digest] {
        let width = UInt64(Digest.byteCount)
        let inFile = range.clamped(to: 0..<known.leavesInFile)
        let bytes = try file.read(inFile.count * Digest.byteCount, at: inFile.lowerBound * width)
        var leaves = stride(from: 0, to: bytes.count, by: Digest.byteCount).compactMap {
            Digest(bytes[$0..<min($0 + Digest.byteCount, bytes.count)])
        }
        for index in range where index >= known.leavesInFile {
            let place = Int(index - known.leavesInFile)
            guard place < known.leafTail.count else { break }
            leaves.append(known.leafTail[place])
        }
        guard leaves.count == range.count else {
            throw LedgerError.damaged(reason: "`\(HashFile.leaves)` has been cut")
        }
        return leaves
    }
}
