import Cryptography
import Foundation
import TestKit
import Vocabulary

@testable import Ledger

/// A ledger in a directory of its own, with a key that is the same each time.
struct Bench {
    static let origin = "sallyport.example/test"
    static let segment = "entries-000001.jsonl"

    let directory: ScratchDirectory
    let key: LedgerKey
    /// The ledger's directory; a copy has another.
    let path: String

    init() throws {
        let directory = try ScratchDirectory()
        try self.init(directory, path: directory.file("ledger"))
    }

    private init(_ directory: ScratchDirectory, path: String) throws {
        self.directory = directory
        self.path = path
        key = LedgerKey(
            name: Self.origin,
            privateKey: try Ed25519PrivateKey(seed: [UInt8](repeating: 7, count: 32)))
    }

    func open(_ change: (inout LedgerOptions) -> Void = { _ in }) throws -> Ledger {
        var options = LedgerOptions()
        options.reserveBytes = 1 << 14
        options.clock = { WallTime(milliseconds: 1_700_000_000_000) }
        change(&options)
        return try Ledger.open(directory: path, origin: Self.origin, key: key, options: options)
    }

    /// A closed ledger of `count` entries behind its first one, each signed.
    func fill(_ count: Int, segmentBytes: UInt64 = Limits.segmentBytes) async throws {
        let ledger = try open { options in
            options.checkpointMilliseconds = 0
            options.segmentBytes = segmentBytes
        }
        for number in 0..<count { try await ledger.add(entry(number)) }
        await ledger.close()
    }

    func copy(_ name: String = UUID().uuidString) throws -> Bench {
        let copy = directory.file(name)
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        return try Bench(directory, path: copy)
    }

    func verify(
        seen: [Checkpoint] = [], _ change: (inout LedgerVerifier) -> Void = { _ in }
    ) async throws -> LedgerReport {
        var verifier = LedgerVerifier(directory: path, keys: [key.verifier], checkpoints: seen)
        change(&verifier)
        return try await verifier.verify()
    }

    func file(_ name: String) -> String { path + "/" + name }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

    func lines(_ name: String = Bench.segment) throws -> [[UInt8]] {
        try bytes(name).split(separator: 0x0A).map(Array.init)
    }

    func write(lines: [[UInt8]], to name: String = Bench.segment) throws {
        try write(lines.flatMap { $0 + [0x0A] }, to: name)
    }

    func checkpoint() throws -> Checkpoint {
        guard let checkpoint = Checkpoint(try bytes("checkpoint")) else { throw Malformed() }
        return checkpoint
    }

    struct Malformed: Error {}
}

func entry(_ number: Int, isEnding: Bool = false) -> LedgerEntry {
    LedgerEntry(
        kind: "test", body: ["n": .integer(Int64(number))], action: SHA256.hash("\(number)"),
        isEnding: isEnding)
}

extension Ledger {
    /// Appends and spends the receipt; returns its index.
    @discardableResult
    func add(_ entry: LedgerEntry) async throws(LedgerError) -> UInt64 {
        let receipt = try await append(entry)
        return receipt.index
    }
}
