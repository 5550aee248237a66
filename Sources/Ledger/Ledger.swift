import Foundation
import Synchronization
import Vocabulary

/// The tamper-evident log of everything that matters: one canonical JSON object per line, leaves of a Merkle
/// tree whose signed checkpoints anyone can check (`docs/ledger.md`).
public final class Ledger: Sendable {
    /// The public key to pin; its `description` is the line that auditors keep.
    public let verifier: NoteVerifierKey
    let directory: String
    let state: LedgerState
    private let queue: CommitQueue
    private let recheck: LedgerRecheck
    /// Whether it took the last entry that was not an ending's.
    private let tookLast = Atomic(true)

    /// Opens the ledger in `directory`, or creates it. Reads entries back first, so it blocks: half a line
    /// that a kill left behind is cut off (and an entry says so), anything else that is wrong is
    /// `LedgerError.damaged`. Of a large ledger, what the newest checkpoint covers is read afterwards, by a thread of its
    /// own: see `checked`. `origin` is the ledger's name, and must be the key's.
    public static func open(
        directory: String, origin: String, key: LedgerKey, options: LedgerOptions = LedgerOptions()
    ) throws(LedgerError) -> Ledger {
        guard origin == key.verifier.name else {
            throw .key(reason: "it is named `\(key.verifier.name)`, the ledger `\(origin)`")
        }
        let lock = try lock(directory, options.disk)
        do throws(LedgerError) {
            return try open(directory, key, options, lock)
        } catch {
            // Not by closing alone: a child that is being made at this moment has the descriptor too.
            _ = flock(lock.descriptor, LOCK_UN)
            throw error
        }
    }

    private static func open(
        _ directory: String, _ key: LedgerKey, _ options: LedgerOptions, _ lock: DiskFile
    ) throws(LedgerError) -> Ledger {
        let replay = try LedgerReplay(
            directory: directory, key: key, disk: options.disk,
            replayBytesMax: options.replayBytesMax)
        let queue = CommitQueue(gatherNanoseconds: options.gatherNanoseconds)
        let committer: Committer
        do throws(DiskError) {
            committer = try Committer(
                directory: directory, key: key, options: options, queue: queue, replay: replay,
                lock: lock)
        } catch {
            throw .cannotOpen(path: directory, reason: error.description)
        }
        try committer.begin(firstEntries(replay, key))
        options.start(committer)
        let recheck = LedgerRecheck()
        if let part = replay.unread {
            recheck.start(part, directory, key, state: replay.state, queue: queue)
        } else {
            recheck.finish(nil)
        }
        return Ledger(
            directory: directory, key: key, queue: queue, state: replay.state, recheck: recheck)
    }

    private init(
        directory: String, key: LedgerKey, queue: CommitQueue, state: LedgerState,
        recheck: LedgerRecheck
    ) {
        self.recheck = recheck
        self.directory = directory
        self.verifier = key.verifier
        self.queue = queue
        self.state = state
    }

    deinit { queue.close() }

    /// Keeps `entry`: returns when it is on disk, together with whatever else waited at the time. After any
    /// error the entry does not count: what it stood for must not happen.
    public func append(_ entry: LedgerEntry) async throws(LedgerError) -> LedgerReceipt {
        let line = try EntryLine(entry)
        let result = await withCheckedContinuation { queue.submit(line, $0) }
        do throws(LedgerError) {
            let index = try result.get()
            // Those have room of their own.
            if !entry.isEnding { tookLast.store(true, ordering: .relaxed) }
            return LedgerReceipt(index: index, action: entry.action)
        } catch {
            tookLast.store(false, ordering: .relaxed)
            throw error
        }
    }

    /// What is only counted for now is not to happen while this is false.
    var takesEntries: Bool { tookLast.load(ordering: .relaxed) }

    /// Signs what is on disk now, or returns the newest checkpoint when it covers all of it.
    public func checkpoint() async throws(LedgerError) -> Checkpoint {
        try await withCheckedContinuation { queue.submit($0) }.get()
    }

    /// The newest signed checkpoint, without waiting.
    public var latestCheckpoint: Checkpoint? { state.read { $0.checkpoint } }

    /// How many entries are on disk.
    public var size: UInt64 { state.read { $0.size } }

    /// Returns when every entry that was there at the start has been read and found sound, or the ledger is closed before.
    /// Throws what was wrong otherwise; the ledger then takes nothing more.
    public func checked() async throws(LedgerError) {
        if let damage = await recheck.outcome() { throw damage }
    }

    /// Writes what waits, signs a last checkpoint, and ends. Later calls throw `LedgerError.closed`.
    public func close() async { await queue.closeAndWait() }

    /// The entries from index `first` on: those that are on disk, then new ones as they come, until the ledger
    /// is closed or the task cancelled. Whoever reads must be allowed to see every entry.
    public func entries(from first: UInt64 = 0) -> LedgerFeed {
        LedgerFeed(directory: directory, state: state, first: first)
    }

    /// One process at a time; the lock goes with the descriptor, so a killed process leaves none.
    private static func lock(_ directory: String, _ disk: Disk) throws(LedgerError) -> DiskFile {
        let file: DiskFile
        do throws(DiskError) {
            try disk.makeDirectory(directory)
            file = try disk.open(directory + "/lock", O_RDWR | O_CREAT)
        } catch {
            throw .cannotOpen(path: directory, reason: error.description)
        }
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw .inUse(directory: directory)
        }
        return file
    }

    private static func firstEntries(_ replay: LedgerReplay, _ key: LedgerKey) -> [LedgerEntry] {
        if replay.isNew || replay.frontier.size == 0 {
            let body: JSONValue = [
                "format": 1, "key": .text(key.verifier.description),
                "origin": .text(key.verifier.name),
            ]
            return [LedgerEntry(kind: LedgerKind.created, body: body)]
        }
        guard replay.tornBytes + replay.tornCheckpointBytes > 0 else { return [] }
        let body: JSONValue = [
            "bytes": .integer(Int64(replay.tornBytes)),
            "checkpoint_bytes": .integer(Int64(replay.tornCheckpointBytes)),
            "segment": .text(replay.segment.name),
        ]
        return [LedgerEntry(kind: LedgerKind.recovered, body: body, isEnding: true)]
    }
}
