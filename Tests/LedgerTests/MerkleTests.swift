import Cryptography
import Testing
import Vocabulary

@testable import Ledger

/// RFC 6962 section 2.1 word for word, without anything remembered.
private enum Naive {
    static func root(_ leaves: ArraySlice<[UInt8]>) -> Digest {
        guard leaves.count > 1 else {
            return SHA256.hash(leaves.first.map { [0] + $0 } ?? [])
        }
        var width = 1
        while width * 2 < leaves.count { width *= 2 }
        let middle = leaves.startIndex + width
        return SHA256.hash([1] + root(leaves[..<middle]).bytes + root(leaves[middle...]).bytes)
    }
}

@Suite("The tree")
struct MerkleTests {
    private let leaves = (0..<70).map { Array("leaf \($0)".utf8) }

    @Test("its root is RFC 6962's for every size")
    func roots() {
        let hasher = MerkleHasher()
        var frontier = MerkleFrontier()
        for size in 0...leaves.count {
            #expect(frontier.root(hasher) == Naive.root(leaves[..<size]))
            if size < leaves.count { frontier.add(hasher.leaf(leaves[size]), hasher) }
        }
    }

    @Test("the roots of complete subtrees are told as they come to be")
    func subtrees() {
        let hasher = MerkleHasher()
        var frontier = MerkleFrontier()
        var told: [Digest] = []
        let many = (0..<600).map { Array("\($0)".utf8) }
        for leaf in many { frontier.add(hasher.leaf(leaf), hasher) { told.append($0) } }
        #expect(told == [Naive.root(many[0..<256]), Naive.root(many[256..<512])])
    }

    @Test("a proof shows that an entry is in, and that nothing else is", arguments: [5, 300, 777])
    func inclusion(_ size: Int) async throws {
        let bench = try Bench()
        try await bench.fill(0)
        let ledger = try bench.open { $0.checkpointMilliseconds = 3_600_000 }
        await withTaskGroup(of: Void.self) { group in
            for number in 1..<size { group.addTask { _ = try? await ledger.add(entry(number)) } }
        }
        let lines = try bench.lines()
        #expect(lines.count == size)
        let root = try ledger.root(size: UInt64(size))
        #expect(root == Naive.root(lines[...]))
        for index in stride(from: 0, to: size, by: max(1, size / 40)) {
            let proof = try ledger.inclusionProof(index: UInt64(index), size: UInt64(size))
            func includes(_ line: [UInt8], _ place: Int, _ proof: [Digest]) -> Bool {
                MerkleProof.includes(
                    line: line, index: UInt64(place), size: UInt64(size), root: root, proof: proof)
            }
            #expect(includes(lines[index], index, proof))
            #expect(!includes(lines[index] + [0x20], index, proof))
            #expect(!includes(lines[index], (index + 1) % size, proof))
            #expect(!includes(lines[index], size, proof))
            #expect(!includes(lines[index], index, Array(proof.dropLast())))
            #expect(!includes(lines[index], index, proof + [root]))
        }
        await ledger.close()
    }

    @Test(
        "a proof shows that the larger ledger begins with the smaller one, for every pair of sizes")
    func consistency() async throws {
        let bench = try Bench()
        try await bench.fill(32)
        let ledger = try bench.open()
        let lines = try bench.lines()
        for new in 0...lines.count {
            for old in 0...new {
                let proof = try ledger.consistencyProof(from: UInt64(old), to: UInt64(new))
                func isConsistent(_ oldRoot: Digest, _ proof: [Digest]) -> Bool {
                    MerkleProof.isConsistent(
                        oldSize: UInt64(old), oldRoot: oldRoot, newSize: UInt64(new),
                        newRoot: Naive.root(lines[..<new]), proof: proof)
                }
                let root = Naive.root(lines[..<old])
                #expect(isConsistent(root, proof))
                #expect(!isConsistent(SHA256.hash("another"), proof))
                #expect(!isConsistent(root, proof + [root]))
                if !proof.isEmpty { #expect(!isConsistent(root, Array(proof.dropLast()))) }
            }
        }
        await ledger.close()
    }

    @Test("a proof about what is not there is refused")
    func outOfRange() async throws {
        let bench = try Bench()
        let ledger = try bench.open()
        #expect(throws: LedgerError.self) { try ledger.inclusionProof(index: 0, size: 0) }
        #expect(throws: LedgerError.self) { try ledger.inclusionProof(index: 1, size: 1) }
        #expect(throws: LedgerError.self) { try ledger.inclusionProof(index: 0, size: 2) }
        #expect(throws: LedgerError.self) { try ledger.consistencyProof(from: 1, to: 2) }
        #expect(throws: LedgerError.self) { try ledger.consistencyProof(from: 1, to: 0) }
        #expect(throws: LedgerError.self) { try ledger.root(size: 2) }
        await ledger.close()
    }
}
