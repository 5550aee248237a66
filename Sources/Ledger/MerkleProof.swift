import Vocabulary

/// Proofs as RFC 6962 section 2.1.1 and 2.1.2 define them, checked as RFC 9162 sections 2.1.3.2 and 2.1.4.2 say.
public enum MerkleProof {
    /// True when `proof` shows that the entry whose line is `line` (without newline) stands at `index` in the
    /// tree of `size` leaves with this `root`.
    public static func includes(
        line: [UInt8], index: UInt64, size: UInt64, root: Digest, proof: [Digest]
    ) -> Bool {
        guard index < size else { return false }
        let hasher = MerkleHasher()
        var place = index
        var last = size - 1
        var hash = hasher.leaf(line)
        for sibling in proof {
            guard last != 0 else { return false }
            if place & 1 == 1 || place == last {
                hash = hasher.node(sibling, hash)
                while place & 1 == 0, place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                hash = hasher.node(hash, sibling)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// True when `proof` shows that the tree of `newSize` leaves begins with the leaves of the older one.
    public static func isConsistent(
        oldSize: UInt64, oldRoot: Digest, newSize: UInt64, newRoot: Digest, proof: [Digest]
    ) -> Bool {
        guard oldSize <= newSize else { return false }
        if oldSize == newSize { return proof.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return proof.isEmpty && oldRoot == MerkleHasher.emptyRoot }
        var path = proof[...]
        if oldSize & (oldSize - 1) == 0 { path = [oldRoot] + path }
        guard let seed = path.popFirst() else { return false }
        return climb(path, from: seed, oldSize, newSize) == [oldRoot, newRoot]
    }

    private static func climb(
        _ path: ArraySlice<Digest>, from seed: Digest, _ oldSize: UInt64, _ newSize: UInt64
    ) -> [Digest]? {
        let hasher = MerkleHasher()
        var place = oldSize - 1
        var last = newSize - 1
        while place & 1 == 1 {
            place >>= 1
            last >>= 1
        }
        var old = seed
        var new = seed
        for sibling in path {
            guard last != 0 else { return nil }
            if place & 1 == 1 || place == last {
                old = hasher.node(sibling, old)
                new = hasher.node(sibling, new)
                while place & 1 == 0, place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                new = hasher.node(new, sibling)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 ? [old, new] : nil
    }
}

/// Makes proofs from the hashes of aligned subtrees.
struct MerkleProver {
    /// The hash over leaves `start..<end`; called only with ranges whose width is at most
    /// `Limits.subtreeLeaves`, or is that width and aligned to it.
    let subtree: (Range<UInt64>) throws -> Digest
    let hasher = MerkleHasher()

    func root(size: UInt64) throws -> Digest {
        size == 0 ? MerkleHasher.emptyRoot : try hash(0..<size)
    }

    func inclusion(_ index: UInt64, size: UInt64) throws -> [Digest] {
        try path(index, in: 0..<size)
    }

    func consistency(from old: UInt64, to size: UInt64) throws -> [Digest] {
        old == 0 || old == size ? [] : try subproof(old, in: 0..<size, isWhole: true)
    }

    private func path(_ index: UInt64, in range: Range<UInt64>) throws -> [Digest] {
        guard range.count > 1 else { return [] }
        let middle = split(range)
        if index < middle {
            return try path(index, in: range.lowerBound..<middle) + [
                hash(middle..<range.upperBound)
            ]
        }
        return try path(index, in: middle..<range.upperBound) + [hash(range.lowerBound..<middle)]
    }

    private func subproof(_ old: UInt64, in range: Range<UInt64>, isWhole: Bool) throws -> [Digest]
    {
        if old == range.upperBound { return isWhole ? [] : [try hash(range)] }
        let middle = split(range)
        if old <= middle {
            return try subproof(old, in: range.lowerBound..<middle, isWhole: isWhole)
                + [hash(middle..<range.upperBound)]
        }
        return try subproof(old, in: middle..<range.upperBound, isWhole: false)
            + [hash(range.lowerBound..<middle)]
    }

    private func hash(_ range: Range<UInt64>) throws -> Digest {
        if UInt64(range.count) <= Limits.subtreeLeaves { return try subtree(range) }
        let middle = split(range)
        return hasher.node(try hash(range.lowerBound..<middle), try hash(middle..<range.upperBound))
    }

    /// The largest power of two below the count of leaves lies left (RFC 6962 section 2.1).
    private func split(_ range: Range<UInt64>) -> UInt64 {
        let count = UInt64(range.count)
        return range.lowerBound + (1 << (63 - (count - 1).leadingZeroBitCount))
    }
}
