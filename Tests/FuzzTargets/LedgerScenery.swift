import Cryptography
import Foundation
import Ledger
import Synchronization
import Vocabulary

/// A sound ledger, made once, and the directory in which changed ones are laid out.
enum LedgerScenery {
    struct Sound: Sendable {
        let key: NoteVerifierKey
        let files: [String: [UInt8]]
        let lines: [[UInt8]]
        let checkpoint: Checkpoint
    }

    /// The files that a verification reads.
    static let names = [
        "entries-000001.jsonl", "entries-000002.jsonl", "entries-000003.jsonl", "checkpoint",
        "checkpoints", "leaves",
    ]

    static let sound = Result { try make() }
    static let directory = Result { try LedgerDirectory() }

    /// All entries' lines, without those that have no end.
    static func lines(_ files: [String: [UInt8]]) -> [[UInt8]] {
        names.prefix(3).flatMap { name in
            (files[name] ?? []).split(separator: 0x0A, omittingEmptySubsequences: false)
                .dropLast().map(Array.init)
        }
    }

    private static func make() throws -> Sound {
        let directory = try LedgerDirectory()
        let key = LedgerKey(
            name: "sallyport.example/fuzz",
            privateKey: try Ed25519PrivateKey(seed: [UInt8](repeating: 7, count: 32)))
        let options = options
        try waitFor {
            let ledger = try Ledger.open(
                directory: directory.path, origin: key.verifier.name, key: key, options: options)
            for entry in entries {
                let receipt = try await ledger.append(entry)
                _ = receipt.index
            }
            await ledger.close()
        }
        var files: [String: [UInt8]] = [:]
        for name in names { files[name] = directory.read(name) }
        guard let checkpoint = Checkpoint(files["checkpoint"] ?? []) else {
            throw PropertyBroken(description: "the sound ledger has no checkpoint")
        }
        return Sound(
            key: key.verifier, files: files, lines: lines(files), checkpoint: checkpoint)
    }

    /// The same bytes each time: every entry is signed, and no clock goes.
    private static var options: LedgerOptions {
        var options = LedgerOptions()
        options.checkpointMilliseconds = 0
        options.clock = { WallTime(milliseconds: 1_700_000_000_000) }
        return options
    }

    private static let entries: [LedgerEntry] =
        (0..<6).map { LedgerEntry(kind: "test", body: ["n": .integer($0)]) } + [
            LedgerEntry(
                kind: LedgerKind.recording,
                body: [
                    "session": "ses_one", "bytes": 120, "final": true,
                    "root": .text(String(repeating: "ab", count: 32)),
                ]),
            LedgerEntry(
                kind: LedgerKind.consent,
                body: ["statement": "s", "signature": "x", "key": "SHA256:k", "person": "bob"]),
            LedgerEntry(kind: LedgerKind.recordingRemoved, body: ["session": "ses_one"]),
        ]
}

/// A directory of ledger files, laid out anew for each input; only what differs is written.
final class LedgerDirectory: Sendable {
    let path: String
    private let present = Mutex<[String: [UInt8]]>([:])

    init() throws {
        // In memory where there is such a place.
        let shared = "/dev/shm"
        let base =
            FileManager.default.isWritableFile(atPath: shared) ? shared : NSTemporaryDirectory()
        path = base + "/sallyport-fuzz-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ files: [String: [UInt8]]) throws {
        try present.withLock { present in
            for name in LedgerScenery.names where present[name] != files[name] {
                let place = path + "/" + name
                if let bytes = files[name] {
                    try Data(bytes).write(to: URL(fileURLWithPath: place))
                } else {
                    try FileManager.default.removeItem(atPath: place)
                }
            }
            present = files
        }
    }

    func read(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path + "/" + name).map { Array($0) }
    }
}

/// Blocks this thread, which must not be one of Swift's own few, until the work is done.
func waitFor<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let result = Mutex<Result<Value, any Error>?>(nil)
    Task.detached {
        let value: Result<Value, any Error>
        do { value = .success(try await work()) } catch { value = .failure(error) }
        result.withLock { $0 = value }
        done.signal()
    }
    done.wait()
    guard let value = result.withLock({ $0 }) else {
        throw PropertyBroken(description: "work that ended without a result")
    }
    return try value.get()
}
