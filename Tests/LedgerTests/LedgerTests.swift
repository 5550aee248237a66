import Cryptography
import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Ledger

@Suite("The ledger")
struct LedgerTests {
    let bench: Bench
    init() throws { bench = try Bench() }

    @Test("an entry's receipt carries its index and its action")
    func receipt() async throws {
        let ledger = try bench.open()
        let receipt = try await ledger.append(entry(5))
        let (index, action) = (receipt.index, receipt.action)
        #expect(index == 1)
        #expect(action == SHA256.hash("5"))
        await ledger.close()
        let line = try bench.lines()[1]
        let hex = SHA256.hash("5").hex
        #expect(
            String(decoding: line, as: UTF8.self)
                == "{\"action\":\"\(hex)\",\"body\":{\"n\":5},\"index\":1,\"kind\":\"test\","
                + "\"time\":1700000000000}")
    }

    @Test("a ledger that is opened again goes on where it was")
    func reopening() async throws {
        for round in 0..<5 {
            let ledger = try bench.open()
            #expect(try await ledger.add(entry(round)) == UInt64(round + 1))
            await ledger.close()
        }
        #expect(try bench.lines().count == 6)
    }

    @Test("64 writers share an fsync: at least 50 entries each")
    func groupCommit() async throws {
        let syncs = Mutex(0)
        let ledger = try bench.open { options in
            options.checkpointMilliseconds = 3_600_000
            // Long enough that a busy machine does not cut a batch short.
            options.gatherNanoseconds = 1_000_000_000
            options.disk.after = { call in
                if case .synchronize(let path) = call, path.contains("entries-") {
                    syncs.withLock { $0 += 1 }
                }
            }
        }
        let before = syncs.withLock { $0 }
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<64 {
                group.addTask {
                    for number in 0..<200 {
                        _ = try? await ledger.add(entry(writer * 200 + number))
                    }
                }
            }
        }
        #expect(ledger.size == 64 * 200 + 1)
        let batches = syncs.withLock { $0 } - before
        #expect(64 * 200 / batches >= 50, "\(batches) fsyncs for \(64 * 200) entries")
        await ledger.close()
    }

    @Test("a feed gives the old entries, across segments, and then the new ones until the close")
    func feed() async throws {
        try await bench.fill(20, segmentBytes: 600)
        let ledger = try bench.open()
        let reading = Task {
            var indices: [UInt64] = []
            for try await record in ledger.entries(from: 3) { indices.append(record.index) }
            return indices
        }
        for number in 0..<5 { try await ledger.add(entry(number)) }
        await ledger.close()
        #expect(try await reading.value == Array(3..<26))
    }

    @Test("a feed that nobody wants any more ends")
    func cancelledFeed() async throws {
        let ledger = try bench.open()
        let reading = Task {
            var count = 0
            for try await _ in ledger.entries(from: 0) { count += 1 }
            return count
        }
        reading.cancel()
        #expect(try await reading.value <= 1)
        await ledger.close()
    }

    @Test("after the close nothing is taken")
    func closed() async throws {
        let ledger = try bench.open()
        await ledger.close()
        await #expect(throws: LedgerError.closed) { try await ledger.add(entry(1)) }
        await #expect(throws: LedgerError.closed) { _ = try await ledger.checkpoint() }
        await ledger.close()
    }

    @Test("one process has the ledger at a time")
    func lock() async throws {
        let ledger = try bench.open()
        #expect(throws: LedgerError.inUse(directory: bench.path)) { _ = try bench.open() }
        await ledger.close()
    }

    @Test(
        "an entry that no line can hold is refused",
        arguments: [
            LedgerEntry(kind: "", body: .null), LedgerEntry(kind: "Upper", body: .null),
            LedgerEntry(kind: "quo\"te", body: .null),
            LedgerEntry(kind: String(repeating: "a", count: 65), body: .null),
            LedgerEntry(kind: "a", body: .integer(.max)),
            LedgerEntry(kind: "a", body: .integer(.min)),
            LedgerEntry(kind: "a", body: (0..<64).reduce(.null) { value, _ in .array([value]) }),
            LedgerEntry(kind: "a", body: .text(String(repeating: "x", count: Limits.lineBytesMax))),
        ])
    func unfit(_ entry: LedgerEntry) async throws {
        let ledger = try bench.open()
        do {
            try await ledger.add(entry)
            Issue.record("it was taken")
        } catch {
            guard case .unfit = error else { throw error }
        }
        await ledger.close()
        #expect(try await bench.verify().conclusion == .consistent)
    }

    @Test("text of every kind comes back as it went in, in canonical form")
    func texts() async throws {
        let body: JSONValue = [
            "é": "\u{0}\u{1f}\"\\\n\u{2028}😀", "a": [1, -2, .null, true], "": "",
        ]
        let ledger = try bench.open()
        try await ledger.add(LedgerEntry(kind: "a-b.c", body: body))
        var iterator = ledger.entries(from: 1).makeAsyncIterator()
        let record = try await iterator.next()
        #expect(record?.body == body)
        #expect(record?.kind == "a-b.c")
        await ledger.close()
        #expect(try await bench.verify().conclusion == .consistent)
    }

    @Test("a checkpoint on demand covers everything that was kept before, and is signed")
    func checkpointOnDemand() async throws {
        let ledger = try bench.open { $0.checkpointMilliseconds = 3_600_000 }
        for number in 0..<3 { try await ledger.add(entry(number)) }
        let checkpoint = try await ledger.checkpoint()
        #expect(checkpoint.size == 4)
        #expect(checkpoint.isSigned(by: bench.key.verifier))
        #expect(checkpoint == ledger.latestCheckpoint)
        #expect(try await ledger.checkpoint() == checkpoint)
        #expect(try ledger.root(size: 4) == checkpoint.root)
        await ledger.close()
    }
}
