import Foundation
import Vocabulary

/// What a start finds on disk: it reads every entry, builds the tree, and compares it with the newest
/// checkpoint. Half a line at the very end is what a kill leaves behind; nothing else is forgiven. Of a large
/// ledger, what the newest checkpoint covers is left for `LedgerRecheck`.
struct LedgerReplay {
    private(set) var frontier = MerkleFrontier()
    private(set) var segment = Segment(number: 1, firstIndex: 0)
    private(set) var file: DiskFile
    private(set) var leaves: HashFile
    private(set) var subtrees: HashFile
    private(set) var checkpoint: Checkpoint?
    private(set) var checkpointBytes: UInt64 = 0
    /// True when there was nothing before.
    let isNew: Bool
    /// How many bytes of half a line, and of half a checkpoint, were cut off.
    private(set) var tornBytes: UInt64 = 0
    private(set) var tornCheckpointBytes: UInt64 = 0
    /// What was not read; `nil` when everything was.
    let unread: LedgerRecheck.Part?
    let state: LedgerState

    /// - Parameter replayBytesMax: a ledger of more bytes is not read to its beginning.
    init(
        directory: String, key: LedgerKey, disk: Disk, replayBytesMax: UInt64
    ) throws(LedgerError) {
        var pass = ReplayPass(directory: directory, key: key, disk: disk)
        do throws(DiskError) {
            try disk.makeDirectory(directory)
        } catch {
            throw .cannotOpen(path: directory, reason: error.reason)
        }
        let numbers = try Segment.numbers(in: directory)
        isNew = numbers.isEmpty
        try pass.checkMayBegin(isNew: isNew)
        do {
            try pass.readCheckpoints()
            leaves = try HashFile(HashFile.leaves, directory: directory, disk: disk)
            subtrees = try HashFile(HashFile.subtrees, directory: directory, disk: disk)
            unread = try pass.skip(numbers, leaves, subtrees, replayBytesMax: replayBytesMax)
            try pass.readSegments(isNew ? [1] : numbers, leaves: &leaves)
            try pass.keepSubtrees(in: &subtrees)
        } catch let error as LedgerError {
            throw error
        } catch let error as DiskError {
            throw error.isFull ? .full : .cannotOpen(path: directory, reason: error.description)
        } catch {
            throw .cannotOpen(path: directory, reason: "\(error)")
        }
        guard let file = pass.file, let segment = pass.segments.last else {
            throw .damaged(reason: "it has no entries")
        }
        self.file = file
        self.segment = segment
        frontier = pass.frontier
        checkpoint = pass.checkpoint
        checkpointBytes = pass.checkpointBytes
        tornBytes = pass.tornBytes
        tornCheckpointBytes = pass.tornCheckpointBytes
        state = LedgerState(
            LedgerState.Published(
                size: pass.frontier.size, segments: pass.segments, checkpoint: pass.checkpoint,
                subtrees: pass.subtrees, leavesInFile: leaves.count, leafTail: leaves.tail))
    }
}

/// The pass itself, step by step.
struct ReplayPass {
    let directory: String
    let key: LedgerKey
    let disk: Disk
    /// Asked now and then: true ends the pass with `LedgerError.closed`.
    var isCancelled: () -> Bool = { false }
    let hasher = MerkleHasher()
    var frontier = MerkleFrontier()
    var subtrees: [Digest] = []
    var segments: [Segment] = []
    var file: DiskFile?
    var checkpoint: Checkpoint?
    var checkpointBytes: UInt64 = 0
    var tornBytes: UInt64 = 0
    var tornCheckpointBytes: UInt64 = 0
    /// Where the next segment begins to be read, and which entry is its first, when it is not read as a whole.
    var entered: (offset: UInt64, firstIndex: UInt64)?
    /// Some of the hashes in `leaves`, from that index on.
    var kept: (first: UInt64, leaves: [Digest]) = (0, [])

    /// A chain never restarts: without entries, no checkpoint and no used key may be there.
    func checkMayBegin(isNew: Bool) throws(LedgerError) {
        guard isNew else { return }
        let traces = [CheckpointFiles.newest, CheckpointFiles.all, HashFile.leaves]
        for name in traces where (try? read(name))?.isEmpty == false {
            throw .damaged(reason: "its entries are gone, but `\(name)` is there")
        }
        guard key.isNew else {
            throw .damaged(
                reason:
                    "its entries are gone, and its key `\(key.path ?? "")` has signed some before")
        }
    }

    private func read(_ name: String) throws(DiskError) -> [UInt8] {
        try disk.open(directory + "/" + name, O_RDONLY).read(Limits.noteBytesMax, at: 0)
    }

    /// Finds the newest checkpoint, in the list or beside it.
    mutating func readCheckpoints() throws {
        let path = directory + "/" + CheckpointFiles.all
        var newest: [UInt8] = []
        if fileExists(path) {
            let reader = CheckpointReader(try disk.open(path, O_RDONLY))
            reading: while true {
                switch try reader.next() {
                case .note(let note): newest = note
                case .torn(let bytes):
                    tornCheckpointBytes = bytes
                    break reading
                case .tooLong:
                    throw LedgerError.damaged(reason: "`checkpoints` has a note that never ends")
                case .end: break reading
                }
                checkpointBytes = reader.offset
            }
        }
        if !newest.isEmpty { checkpoint = try accept(newest, of: CheckpointFiles.all) }
        guard fileExists(directory + "/" + CheckpointFiles.newest) else {
            guard checkpoint == nil else {
                return  // A kill between the list and the first `checkpoint`.
            }
            guard key.isNew else { throw LedgerError.damaged(reason: "its checkpoints are gone") }
            return
        }
        let beside = try accept(try read(CheckpointFiles.newest), of: CheckpointFiles.newest)
        guard beside.size <= checkpoint?.size ?? 0 else {
            throw LedgerError.damaged(reason: "`checkpoints` ends before `checkpoint`")
        }
    }

    private func accept(_ note: [UInt8], of name: String) throws(LedgerError) -> Checkpoint {
        guard let checkpoint = Checkpoint(note) else {
            throw .damaged(reason: "`\(name)` is malformed")
        }
        guard checkpoint.isSigned(by: key.verifier) else {
            throw .damaged(reason: "`\(name)` is not signed by `\(key.verifier)`")
        }
        return checkpoint
    }

    mutating func readSegments(_ numbers: [Int], leaves: inout HashFile) throws {
        guard numbers == Array(1...numbers.count) else {
            throw LedgerError.damaged(reason: "a segment is missing among \(numbers.count)")
        }
        for number in numbers.dropFirst(segments.count) {
            try readSegment(number, isLast: number == numbers.count, leaves: &leaves)
        }
        guard frontier.size >= checkpoint?.size ?? 0 else {
            throw LedgerError.damaged(
                reason:
                    "it has \(frontier.size) entries, its checkpoint says \(checkpoint?.size ?? 0)")
        }
        // A start signs before it takes any entry but its own first one.
        guard checkpoint != nil || frontier.size <= 1 else {
            throw LedgerError.damaged(reason: "its checkpoints are gone")
        }
        guard leaves.count <= frontier.size else {
            throw LedgerError.damaged(
                reason: "it has \(frontier.size) entries, `leaves` says \(leaves.count)")
        }
    }

    /// - Parameter end: nothing from that offset on is read.
    mutating func readSegment(
        _ number: Int, isLast: Bool, leaves: inout HashFile, end: UInt64 = .max
    ) throws {
        let name = Segment.name(number)
        let flags = isLast ? O_RDWR | O_CREAT | O_APPEND : O_RDONLY
        let file = try disk.open(directory + "/" + name, flags, mode: 0o644)
        var segment = Segment(number: number, firstIndex: entered?.firstIndex ?? frontier.size)
        let reader = LineReader(file, from: entered?.offset ?? 0)
        reader.limit = end
        segment.byteCount = reader.offset
        entered = nil
        reading: while true {
            switch try reader.next() {
            case .line(let line): try keep(line, of: name, leaves: &leaves)
            case .torn(let bytes):
                guard isLast else {
                    throw LedgerError.damaged(reason: "`\(name)` ends in half a line")
                }
                tornBytes = UInt64(bytes)
                break reading
            case .tooLong: throw LedgerError.damaged(reason: "`\(name)` has a line that never ends")
            case .end: break reading
            }
            segment.byteCount = reader.offset
        }
        guard isLast || segment.byteCount > 0 else {
            throw LedgerError.damaged(reason: "`\(name)` is empty")
        }
        segments.append(segment)
        if isLast {
            if tornBytes > 0 { try disk.truncate(file, to: segment.byteCount) }
            // What an unfinished run has written is made durable before anything builds on it.
            try disk.synchronize(file)
            self.file = file
        }
    }

    private mutating func keep(
        _ line: UnsafeRawBufferPointer, of name: String, leaves: inout HashFile
    ) throws {
        guard let scan = EntryScanner.scan(line), scan.index == frontier.size else {
            throw LedgerError.damaged(
                reason: "`\(name)` has no entry \(frontier.size) where it should be")
        }
        if frontier.size % 1_024 == 0, isCancelled() { throw LedgerError.closed }
        let leaf = hasher.leaf(line)
        try compare(leaf, &leaves)
        frontier.add(leaf, hasher) { subtrees.append($0) }
        guard frontier.size == checkpoint?.size else { return }
        guard frontier.root(hasher) == checkpoint?.root else {
            throw LedgerError.damaged(
                reason: "its first \(frontier.size) entries are not those of its checkpoint")
        }
    }

    /// A hash that differs is damage; one that is missing, or zeroes from a power cut, is written anew.
    private mutating func compare(_ leaf: Digest, _ leaves: inout HashFile) throws {
        let index = frontier.size
        if index < leaves.count {
            let kept = try keptLeaf(index, leaves)
            if kept == leaf { return }
            guard kept?.bytes.allSatisfy({ $0 == 0 }) == true else {
                throw LedgerError.damaged(
                    reason:
                        "entry \(index) and its hash in `leaves` differ; if `ledger verify` finds the "
                        + "entries sound without `leaves`, remove that file")
            }
        }
        if index <= leaves.count, leaves.tail.isEmpty { try leaves.cut(to: index) }
        leaves.append([leaf])
    }

    /// Reads many at once: a call for each would take as long as the hashing.
    private mutating func keptLeaf(
        _ index: UInt64, _ leaves: HashFile
    ) throws(DiskError) -> Digest? {
        if index < kept.first || index - kept.first >= UInt64(kept.leaves.count) {
            kept = (index, try leaves.hashes(from: index, max: Limits.readBytes / Digest.byteCount))
        }
        return kept.leaves.first.map { _ in kept.leaves[Int(index - kept.first)] }
    }
}
