import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Ledger

/// A start of a large ledger reads what stands behind the newest checkpoint, and the rest afterwards: it must come to
/// the same as a start that reads everything.
@Suite("A start behind the newest checkpoint")
struct RecheckTests {
    /// A ledger of some segments, signed, and entries behind the last signature as a kill leaves them.
    private func killed(signed: Int, tail: Int, torn: String = "") async throws -> Bench {
        let bench = try Bench()
        let ledger = try bench.open { options in
            options.segmentBytes = 30_000
            options.checkpointMilliseconds = 1_000_000_000
        }
        for number in 0..<signed { try await ledger.add(entry(number)) }
        _ = try await ledger.checkpoint()
        for number in 0..<tail { try await ledger.add(entry(number)) }
        let copy = try bench.copy()
        await ledger.close()
        let last = try #require(try Segment.numbers(in: copy.path).last)
        if !torn.isEmpty {
            try copy.write(
                copy.bytes(Segment.name(last)) + Array(torn.utf8), to: Segment.name(last))
        }
        return copy
    }

    private func replay(_ bench: Bench, max: UInt64) throws -> LedgerReplay {
        var disk = Disk()
        disk.isDry = true
        return try LedgerReplay(
            directory: bench.path, key: bench.key, disk: disk, replayBytesMax: max)
    }

    @Test(
        "comes to the same as one that reads everything",
        arguments: [
            (0, 0, ""), (1, 0, ""), (254, 3, ""), (255, 0, ""), (255, 1, ""), (256, 0, "{\"bo"),
            (511, 2, "x"), (600, 0, ""), (600, 300, "{"), (513, 700, ""),
        ])
    func same(signed: Int, tail: Int, torn: String) async throws {
        let bench = try await killed(signed: signed, tail: tail, torn: torn)
        let whole = try replay(bench, max: .max)
        let quick = try replay(bench, max: 0)
        #expect(whole.unread == nil)
        #expect(quick.unread?.checkpoint.size == UInt64(signed + 1))
        let hasher = MerkleHasher()
        #expect(quick.frontier.size == UInt64(signed + 1 + tail))
        #expect(quick.frontier.root(hasher) == whole.frontier.root(hasher))
        #expect(quick.segment == whole.segment)
        #expect(quick.tornBytes == UInt64(torn.utf8.count))
        let (before, after) = (whole.state.read { $0 }, quick.state.read { $0 })
        #expect(before.segments == after.segments)
        #expect(before.subtrees == after.subtrees)
        #expect(before.size == after.size && before.leavesInFile == after.leavesInFile)

        let ledger = try bench.open { $0.replayBytesMax = 0 }
        try await ledger.checked()
        try await ledger.add(entry(1))
        _ = try ledger.consistencyProof(from: 1, to: ledger.size)
        await ledger.close()
        #expect(try await bench.verify(seen: [whole.checkpoint].compactMap { $0 }).findings == [])
        #expect(try bench.bytes(HashFile.subtrees).count == Int(ledger.size) / 256 * 32)
    }

    @Test("threat 26: whatever a whole start refuses, it refuses too, or the check behind it does")
    func tampering() async throws {
        let sound = try Bench()
        try await sound.fill(9)
        for tamper in TamperTests.cases {
            let bench = try sound.copy()
            try tamper.change(bench)
            let refuses = (try? replay(bench, max: .max)) == nil
            #expect(await isRefused(bench) == refuses, "\(tamper.name)")
        }
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let name: String
        /// It stands behind the checkpoint or beside it: no start succeeds.
        var isSeenAtOnce = false
        let change: @Sendable (Bench) throws -> Void
        var testDescription: String { name }
    }

    private static func edit(
        _ segment: Int, _ change: @escaping @Sendable (inout [[UInt8]]) -> Void
    ) -> @Sendable (Bench) throws -> Void {
        { bench in
            var lines = try bench.lines(Segment.name(segment))
            change(&lines)
            try bench.write(lines: lines, to: Segment.name(segment))
        }
    }

    @Sendable private static func flip(_ line: inout [UInt8]) {
        // In the action's digest: the line keeps its form.
        line[12] ^= 1
    }

    private static let damages: [Damage] = [
        Damage(name: "an early entry altered", change: edit(1) { flip(&$0[3]) }),
        Damage(name: "an entry of the second segment altered", change: edit(2) { flip(&$0[5]) }),
        Damage(name: "an early entry deleted", change: edit(1) { $0.remove(at: 4) }),
        Damage(name: "the first entry deleted", change: edit(1) { $0.removeFirst() }),
        Damage(name: "two early entries swapped", change: edit(1) { $0.swapAt(4, 5) }),
        Damage(name: "an early entry twice", change: edit(1) { $0.insert($0[4], at: 5) }),
        Damage(name: "a segment's last entry deleted", change: edit(1) { $0.removeLast() }),
        Damage(name: "an entry of no form", change: edit(1) { $0[7] = Array("{}".utf8) }),
        Damage(name: "the entry before the checkpoint's last altered") { bench in
            try edit(try #require(try Segment.numbers(in: bench.path).last)) { lines in
                flip(&lines[lines.count - 5])
            }(bench)
        },
        Damage(name: "the checkpoint's last entry altered", isSeenAtOnce: true) { bench in
            try edit(try #require(try Segment.numbers(in: bench.path).last)) { lines in
                flip(&lines[lines.count - 4])
            }(bench)
        },
        Damage(name: "an entry behind the checkpoint altered", isSeenAtOnce: true) { bench in
            try edit(try #require(try Segment.numbers(in: bench.path).last)) { lines in
                flip(&lines[lines.count - 2])
            }(bench)
        },
        Damage(name: "an early hash altered") { bench in
            var bytes = try bench.bytes(HashFile.leaves)
            bytes[10 * 32 + 9] ^= 1
            try bench.write(bytes, to: HashFile.leaves)
        },
        Damage(name: "a segment gone", isSeenAtOnce: true) { try $0.remove(Segment.name(2)) },
    ]

    @Test(
        "threat 26: damage before the checkpoint is found behind the start, and ends the ledger",
        arguments: damages)
    func damaged(_ damage: Damage) async throws {
        let bench = try await killed(signed: 600, tail: 3)
        try damage.change(bench)
        if damage.isSeenAtOnce {
            #expect(throws: LedgerError.self) { _ = try bench.open { $0.replayBytesMax = 0 } }
            return
        }
        let ledger = try bench.open { $0.replayBytesMax = 0 }
        let found = await #expect(throws: LedgerError.self) { try await ledger.checked() }
        guard case .damaged = found else {
            Issue.record("\(String(describing: found))")
            return
        }
        #expect("\(try #require(found))".contains("sallyport ledger verify"))
        await #expect(throws: LedgerError.self) { try await ledger.add(entry(1)) }
        await #expect(throws: LedgerError.self) { try await ledger.checkpoint() }
        await ledger.close()
    }

    @Test(
        "files of hashes that do not show what is signed are made anew",
        arguments: [HashFile.leaves, HashFile.subtrees],
        [
            { $0 = [] }, { $0.removeLast(40) }, { $0[0] ^= 1 },
            { bytes in for index in bytes.indices { bytes[index] = 0 } },
        ] as [@Sendable (inout [UInt8]) -> Void])
    func hashFiles(name: String, change: @Sendable (inout [UInt8]) -> Void) async throws {
        let bench = try await killed(signed: 600, tail: 3)
        let sound = try bench.bytes(name)
        var bytes = sound
        change(&bytes)
        // A hash of an entry that is another one is damage: of a start that reads everything too.
        let isOther = name == HashFile.leaves && bytes.count == sound.count && bytes[40] != 0
        try bench.write(bytes, to: name)
        #expect(await isRefused(bench) == isOther)
        if !isOther { #expect(try bench.bytes(name) == sound) }
    }

    /// Whether a start that does not read everything fails, or the check behind it.
    private func isRefused(_ bench: Bench) async -> Bool {
        guard let ledger = try? bench.open({ $0.replayBytesMax = 0 }) else { return true }
        defer { Task { await ledger.close() } }
        do throws(LedgerError) { try await ledger.checked() } catch { return true }
        return false
    }

    @Test("a ledger that is closed before its check ends is not damaged")
    func closed() async throws {
        let bench = try await killed(signed: 600, tail: 0)
        let ledger = try bench.open { $0.replayBytesMax = 0 }
        await ledger.close()
        try await ledger.checked()
        try await bench.open { $0.replayBytesMax = 0 }.close()
    }
}
