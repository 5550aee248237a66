import Cryptography
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Ledger

/// Threat 26: log tampering unseen. Each case changes the files of a sound ledger of ten entries, each signed,
/// and says what the verifier has to name first.
@Suite("Tampering with a ledger")
struct TamperTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let kind: LedgerFinding.Kind
        let index: UInt64?
        let change: @Sendable (Bench) throws -> Void

        init(
            _ name: String, _ kind: LedgerFinding.Kind, _ index: UInt64?,
            _ change: @escaping @Sendable (Bench) throws -> Void
        ) {
            self.name = name
            self.kind = kind
            self.index = index
            self.change = change
        }

        var testDescription: String { name }
    }

    /// Changes the lines of the only segment.
    private static func edit(_ change: @escaping @Sendable (inout [[UInt8]]) -> Void)
        -> @Sendable (
            Bench
        ) throws -> Void
    {
        { bench in
            var lines = try bench.lines()
            change(&lines)
            try bench.write(lines: lines)
        }
    }

    private static func renumber(_ lines: inout [[UInt8]]) {
        for (index, line) in lines.enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            lines[index] = Array(
                text.replacing(#/"index":\d+/#, with: "\"index\":\(index)").utf8)
        }
    }

    private static func replace(_ index: Int, _ old: String, _ new: String)
        -> @Sendable (Bench) throws -> Void
    {
        edit { lines in
            let text = String(decoding: lines[index], as: UTF8.self)
            lines[index] = Array(text.replacing(old, with: new).utf8)
        }
    }

    static let cases: [Case] = [
        Case("the first entry deleted", .missing, 0, edit { $0.removeFirst() }),
        Case("a middle entry deleted", .missing, 4, edit { $0.remove(at: 4) }),
        Case("the last entry deleted", .missing, 9, edit { $0.removeLast() }),
        Case("half of the entries deleted", .missing, 5, edit { $0.removeLast(5) }),
        Case("all entries deleted", .missing, 0, edit { $0.removeAll() }),
        Case("the entries' file deleted", .missing, 0) { try $0.remove(Bench.segment) },
        Case("two entries swapped", .missing, 3, edit { $0.swapAt(3, 4) }),
        Case("two distant entries swapped", .missing, 2, edit { $0.swapAt(2, 7) }),
        Case("an entry twice", .order, 5, edit { $0.insert($0[4], at: 5) }),
        Case("the first entry deleted, the rest renumbered", .altered, 0) { bench in
            try edit {
                $0.removeFirst()
                renumber(&$0)
            }(bench)
        },
        Case("a middle entry deleted, the rest renumbered", .altered, 4) { bench in
            try edit {
                $0.remove(at: 4)
                renumber(&$0)
            }(bench)
        },
        Case("two entries swapped and renumbered", .altered, 3) { bench in
            try edit {
                $0.swapAt(3, 4)
                renumber(&$0)
            }(bench)
        },
        Case("an entry put in, the rest renumbered", .altered, 5) { bench in
            try edit {
                $0.insert($0[4], at: 5)
                renumber(&$0)
            }(bench)
        },
        Case("a value changed", .altered, 6, replace(6, "\"n\":5", "\"n\":7")),
        Case("a value changed, without hashes beside", .altered, 6) { bench in
            try replace(6, "\"n\":5", "\"n\":7")(bench)
            try bench.remove("leaves")
        },
        Case("a value and its hash changed", .altered, 6) { bench in
            try replace(6, "\"n\":5", "\"n\":7")(bench)
            var leaves = try bench.bytes("leaves")
            leaves.replaceSubrange(
                6 * 32..<7 * 32, with: MerkleHasher().leaf(try bench.lines()[6]).bytes)
            try bench.write(leaves, to: "leaves")
        },
        Case("a space put in", .altered, 6, replace(6, "\"n\":5", "\"n\": 5")),
        Case("the kind changed", .altered, 6, replace(6, "\"test\"", "\"tset\"")),
        Case("garbage for an entry", .altered, 6, edit { $0[6] = Array("garbage".utf8) }),
        Case("an empty line", .altered, 6, edit { $0.insert([], at: 6) }),
        Case("bytes behind the end", .torn, nil) { bench in
            try bench.write(try bench.bytes(Bench.segment) + [0x7B], to: Bench.segment)
        },
        Case("the chain restarted in the middle", .order, 6) { bench in
            let other = try bench.copy()
            let lines = try other.lines()
            try edit { $0 = Array($0[..<6] + lines[..<4]) }(bench)
        },
        Case("the checkpoints deleted", .missing, nil) { bench in
            try bench.remove("checkpoint")
            try bench.remove("checkpoints")
        },
        Case("the list of checkpoints deleted", .missing, nil) { try $0.remove("checkpoints") },
        Case("the newest checkpoint deleted", .missing, nil) { try $0.remove("checkpoint") },
        Case("a checkpoint signed by another key", .checkpoint, nil) { bench in
            let own = try bench.checkpoint()
            let key = LedgerKey(name: Bench.origin, privateKey: try .generate())
            let forged = try Checkpoint(size: own.size, root: own.root, key: key)
            try bench.write(Array(forged.text.utf8), to: "checkpoint")
        },
        Case("everything forged with another key", .checkpoint, nil) { bench in
            let key = LedgerKey(name: Bench.origin, privateKey: try .generate())
            try edit {
                $0.remove(at: 4)
                renumber(&$0)
            }(bench)
            let hasher = MerkleHasher()
            var frontier = MerkleFrontier()
            for line in try bench.lines() { frontier.add(hasher.leaf(line), hasher) }
            let forged = try Checkpoint(size: 9, root: frontier.root(hasher), key: key)
            try bench.write(Array(forged.text.utf8), to: "checkpoint")
            try bench.write(Array((forged.text + "\n").utf8), to: "checkpoints")
            try bench.remove("leaves")
        },
        Case("a checkpoint cut", .checkpoint, nil) { bench in
            try bench.write(Array(try bench.bytes("checkpoint").dropLast(3)), to: "checkpoint")
        },
        Case("the list of checkpoints cut", .torn, nil) { bench in
            try bench.write(Array(try bench.bytes("checkpoints").dropLast(3)), to: "checkpoints")
        },
        Case("an older list of checkpoints", .missing, nil) { bench in
            let text = String(decoding: try bench.bytes("checkpoints"), as: UTF8.self)
            let notes = text.components(separatedBy: "\n\n")
            try bench.write(
                Array((notes[..<4].joined(separator: "\n\n") + "\n\n").utf8), to: "checkpoints")
        },
    ]

    @Test("threat 26: what was done to the files is named", arguments: cases)
    func tampered(_ tampering: Case) async throws {
        let bench = try Bench()
        try await bench.fill(9)
        #expect(try await bench.verify().conclusion == .consistent)
        try tampering.change(bench)
        let report = try await bench.verify()
        #expect(report.conclusion == .wrong)
        #expect(report.findings.first?.kind == tampering.kind, "\(report.findings)")
        #expect(report.findings.first?.index == tampering.index, "\(report.findings)")
    }

    @Test("threat 26: a ledger that was tampered with does not start", arguments: cases)
    func refusedStart(_ tampering: Case) async throws {
        // A start mends what a kill leaves behind.
        let mended = ["bytes behind the end", "the newest checkpoint deleted"]
        let bench = try Bench()
        try await bench.fill(9)
        try tampering.change(bench)
        if mended.contains(tampering.name) {
            try await bench.open().close()
            #expect(try await bench.verify().conclusion == .consistent)
        } else {
            #expect(throws: LedgerError.self) { _ = try bench.open() }
        }
    }

    @Test("threat 26: one flipped bit is found in every byte of every file")
    func everyByte() async throws {
        let bench = try Bench()
        try await bench.fill(3)
        for name in [Bench.segment, "checkpoint", "checkpoints", "leaves"] {
            let bytes = try bench.bytes(name)
            for place in bytes.indices {
                var flipped = bytes
                flipped[place] ^= 1 << UInt8(place % 8)
                try bench.write(flipped, to: name)
                let report = try await bench.verify()
                #expect(report.conclusion == .wrong, "byte \(place) of \(name)")
            }
            try bench.write(bytes, to: name)
        }
        #expect(try await bench.verify().conclusion == .consistent)
    }

    @Test("threat 26: a flipped bit is blamed on the entry that has it")
    func blame() async throws {
        let bench = try Bench()
        try await bench.fill(3)
        let lines = try bench.lines()
        for (index, line) in lines.enumerated() {
            for place in line.indices {
                var changed = lines
                changed[index][place] ^= 0x01
                try bench.write(lines: changed)
                let report = try await bench.verify()
                #expect(
                    report.findings.first?.index == UInt64(index), "byte \(place) of entry \(index)"
                )
                #expect(report.findings.first?.file == Bench.segment)
            }
        }
    }

    @Test("threat 26: segments swapped, deleted, emptied or cut are named")
    func segments() async throws {
        let bench = try Bench()
        try await bench.fill(20, segmentBytes: 700)
        let names = try Segment.numbers(in: bench.path).map(Segment.name)
        #expect(names.count > 3)
        let second = UInt64(try bench.lines(names[0]).count)
        let third = second + UInt64(try bench.lines(names[1]).count)

        let swapped = try bench.copy()
        try swapped.write(try bench.bytes(names[1]), to: names[0])
        try swapped.write(try bench.bytes(names[0]), to: names[1])
        #expect(try await swapped.verify().findings.first?.index == 0)

        let emptied = try bench.copy()
        try emptied.write([], to: names[1])
        #expect(try await emptied.verify().findings.first?.index == second)

        for (name, index) in [(names[0], 0), (names[1], second), (names[2], third)] {
            let deleted = try bench.copy()
            try deleted.remove(name)
            let report = try await deleted.verify()
            #expect(report.findings.first?.index == index)
            #expect(report.findings.contains { $0.kind == .missing && $0.file == name })
            #expect(throws: LedgerError.self) { _ = try deleted.open() }
        }

        let cut = try bench.copy()
        try cut.write(Array(try bench.bytes(names[1]).dropLast(5)), to: names[1])
        let report = try await cut.verify()
        #expect(report.findings.contains { $0.kind == .torn && $0.file == names[1] })
        #expect(throws: LedgerError.self) { _ = try cut.open() }
    }

    @Test("threat 26: only an earlier checkpoint shows that an older copy was put back")
    func rollback() async throws {
        let bench = try Bench()
        try await bench.fill(4)
        let older = try bench.copy()
        let early = try bench.checkpoint()
        try await bench.fill(4)
        let late = try bench.checkpoint()

        #expect(try await bench.verify(seen: [early]).conclusion == .complete(upTo: early.size))
        #expect(
            try await bench.verify(seen: [late, early]).conclusion == .complete(upTo: late.size))
        #expect(try await older.verify().conclusion == .consistent)
        #expect(try await older.verify(seen: [early]).conclusion == .complete(upTo: early.size))
        let report = try await older.verify(seen: [late])
        #expect(report.conclusion == .wrong)
        #expect(report.findings.first?.kind == .rewritten)
        #expect(report.findings.first?.index == early.size)
    }

    @Test("threat 26: another history under the same key differs from an earlier checkpoint")
    func rewritten() async throws {
        let bench = try Bench()
        try await bench.fill(4)
        let other = try bench.copy()
        let early = try bench.checkpoint()
        try await bench.fill(3)
        let seen = try bench.checkpoint()
        let ledger = try other.open { $0.checkpointMilliseconds = 0 }
        for number in 10..<16 { try await ledger.add(entry(number)) }
        await ledger.close()
        #expect(try await other.verify().conclusion == .consistent)
        for (checkpoints, index) in [([seen], 0), ([early, seen], UInt64(5))] {
            let report = try await other.verify(seen: checkpoints)
            #expect(report.findings.map(\.kind) == [.rewritten])
            #expect(report.findings.first?.index == index)
        }
    }

    @Test("an earlier checkpoint that no pinned key signed proves nothing, and is named")
    func unpinned() async throws {
        let bench = try Bench()
        try await bench.fill(4)
        let own = try bench.checkpoint()
        let key = LedgerKey(name: Bench.origin, privateKey: try .generate())
        let forged = try Checkpoint(size: own.size, root: own.root, key: key)
        let report = try await bench.verify(seen: [forged])
        #expect(report.findings.map(\.kind) == [.checkpoint])
        let stranger = try await bench.verify { $0.keys = [key.verifier] }
        #expect(stranger.conclusion == .wrong)
        #expect(try await bench.verify { $0.keys = [key.verifier, bench.key.verifier] }.isSound)
    }

    @Test("threat 26: a ledger whose files are gone does not begin again with a used key")
    func restart() async throws {
        let directory = try ScratchDirectory()
        let path = directory.file("ledger")
        func open() throws -> Ledger {
            let key = try LedgerKey.open(directory: directory.path, name: Bench.origin)
            return try Ledger.open(directory: path, origin: Bench.origin, key: key)
        }
        try await open().close()
        try await open().close()
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: LedgerError.self) { _ = try open() }
    }

    @Test("consents and recordings go to the checks that are given, and what they say is a finding")
    func checks() async throws {
        let bench = try Bench()
        let root = SHA256.hash("root")
        func recording(_ session: String, _ bytes: Int64, final: Bool) -> LedgerEntry {
            let body: JSONValue = [
                "session": .text(session), "bytes": .integer(bytes), "root": .text(root.hex),
                "final": .bool(final),
            ]
            return LedgerEntry(kind: LedgerKind.recording, body: body)
        }
        let ledger = try bench.open()
        try await ledger.add(LedgerEntry(kind: LedgerKind.consent, body: ["person": "alice"]))
        try await ledger.add(recording("ses_a", 10, final: false))
        try await ledger.add(recording("ses_b", 5, final: true))
        try await ledger.add(recording("ses_a", 20, final: true))
        try await ledger.add(recording("ses_c", 7, final: false))
        try await ledger.add(LedgerEntry(kind: "changed", body: .null))
        try await ledger.add(
            LedgerEntry(kind: LedgerKind.recordingRemoved, body: ["session": "ses_b"]))
        try await ledger.add(LedgerEntry(kind: LedgerKind.recording, body: ["session": "ses_d"]))
        await ledger.close()

        let unchecked = try await bench.verify()
        #expect(unchecked.consentsUnchecked == 1)
        #expect(unchecked.recordingsUnchecked == 3)
        #expect(unchecked.findings.map(\.index) == [8])

        let report = try await bench.verify { verifier in
            verifier.checkConsent = { $0.body["person"]?.text == "alice" ? "not alice's key" : nil }
            verifier.checkRecording = { claims in
                switch claims.session.rawValue {
                case "ses_a":
                    claims.claims.map(\.bytes) == [10, 20]
                        && claims.claims.allSatisfy { $0.root == root }
                        ? .sound : .wrong("claims")
                case "ses_b": .missing
                default: .wrong("it was cut")
                }
            }
        }
        #expect(report.findings.map(\.index) == [1, 5, 8])
        #expect(report.findings.map(\.kind) == [.consent, .recording, .recording])

        let missing = try await bench.verify { verifier in
            verifier.checkConsent = { _ in nil }
            verifier.checkRecording = { _ in .missing }
        }
        #expect(missing.findings.map(\.index) == [2, 5, 8])
    }
}
