import Cryptography
import Vocabulary

/// The hashes of RFC 6962 section 2.1 (RFC 9162 section 2.1). Not `Sendable`: it reuses one hasher.
final class MerkleHasher {
    private let hasher = SHA256Hasher()

    /// MTH of one leaf: SHA-256(0x00 || bytes).
    func leaf(_ bytes: UnsafeRawBufferPointer) -> Digest {
        withUnsafeBytes(of: UInt8(0)) { hasher.update($0) }
        hasher.update(bytes)
        return hasher.finish()
    }

    func leaf(_ bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes { leaf($0) } }

    /// SHA-256(0x01 || left || right).
    func node(_ left: Digest, _ right: Digest) -> Digest {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * Digest.byteCount, alignment: 1) { buffer in
            buffer[0] = 1
            left.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: $0)
            }
            right.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[33...]).copyMemory(from: $0)
            }
            hasher.update(UnsafeRawBufferPointer(buffer))
            return hasher.finish()
        }
    }

    /// The root of the tree without leaves: SHA-256 of nothing.
    static let emptyRoot = SHA256.hash([])
}

/// The tree's right edge: the roots of its complete subtrees, the largest first. It is all that is needed to
/// add a leaf and to name the root.
struct MerkleFrontier {
    private(set) var size: UInt64 = 0
    private var roots: [Digest] = []

    /// Adds a leaf's hash. Tells each subtree of `Limits.subtreeLeaves` leaves that it completes.
    mutating func add(
        _ leaf: Digest, _ hasher: MerkleHasher, completed: (Digest) -> Void = { _ in }
    ) {
        add(leaf, of: 1, hasher, completed)
    }

    /// Adds a whole subtree of `Limits.subtreeLeaves` leaves, where the leaves so far fill such subtrees.
    mutating func add(subtree: Digest, _ hasher: MerkleHasher) {
        add(subtree, of: Limits.subtreeLeaves, hasher) { _ in }
    }

    private mutating func add(
        _ root: Digest, of leaves: UInt64, _ hasher: MerkleHasher, _ completed: (Digest) -> Void
    ) {
        var hash = root
        var width = leaves
        while size & width != 0 {
            hash = hasher.node(roots.removeLast(), hash)
            width <<= 1
            if width == Limits.subtreeLeaves { completed(hash) }
        }
        roots.append(hash)
        size += leaves
    }

    func root(_ hasher: MerkleHasher) -> Digest {
        guard var root = roots.last else { return MerkleHasher.emptyRoot }
        for left in roots.dropLast().reversed() { root = hasher.node(left, root) }
        return root
    }
}
