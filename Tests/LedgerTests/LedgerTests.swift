import Cryptography
import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Ledger

/// A ledger in a directory of its own, with a key that is the same each time.
struct Bench {
    let directory: ScratchDirectory
    let key: LedgerKey
    static let origin = "sallyport.example/test"

    init() throws {
        directory = try ScratchDirectory()
        key = LedgerKey(
            name: Self.origin,
            privateKey: try Ed25519PrivateKey(seed: [UInt8](repeating: 7, count: 32)))
    }

    var path: String { directory.file("ledger") }

    func open(_ change: (inout LedgerOptions) -> Void = { _ in }) throws -> Ledger {
        var options = LedgerOptions()
        options.reserveBytes = 1 << 16
        options.clock = { WallTime(milliseconds: 1_700_000_000_000) }
        change(&options)
        return try Ledger.open(directory: path, origin: Self.origin, key: key, options: options)
    }

    func file(_ name: String) -> String { path + "/" + name }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    }

    func lines(_ name: String = "entries-000001.jsonl") throws -> [[UInt8]] {
        try bytes(name).split(separator: 0x0A).map(Array.init)
    }
}

func entry(_ number: Int, isEnding: Bool = false) -> LedgerEntry {
    LedgerEntry(
        kind: "test", body: ["n": .integer(Int64(number))], action: SHA256.hash("\(number)"),
        isEnding: isEnding)
}

extension Ledger {
    /// Appends and spends the receipt; returns its index.
    @discardableResult
    func add(_ entry: LedgerEntry) async throws -> UInt64 {
        let receipt = try await append(entry)
        return receipt.index
    }
}

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
                    for number in 0..<50 { _ = try? await ledger.add(entry(writer * 50 + number)) }
                }
            }
        }
        #expect(ledger.size == 64 * 50 + 1)
        let batches = syncs.withLock { $0 } - before
        #expect(64 * 50 / batches >= 50, "\(batches) fsyncs for \(64 * 50) entries")
        await ledger.close()
    }
}
