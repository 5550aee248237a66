import Foundation
import Vocabulary

/// The sizes at which roots are known: from `checkpoints`, from `checkpoint`, and from outside.
struct CheckpointMarks {
    struct Mark {
        let size: UInt64
        let root: Digest
        /// It was seen earlier, and comes from outside of the ledger's files.
        let isEarlier: Bool
    }

    private let keys: [NoteVerifierKey]
    private var reader: CheckpointReader?
    private var noteCount = 0
    /// The next of the file `checkpoints`.
    private var listed: Mark?
    /// Those from elsewhere, the smallest last.
    private var others: [Mark] = []
    private(set) var largest: Mark?
    private(set) var largestEarlier: UInt64?
    /// The size of the next mark; no size when there is none.
    private(set) var next: UInt64?
    private var newest: UInt64 = 0
    private var lastListed: UInt64 = 0

    init(
        directory: String, keys: [NoteVerifierKey], earlier: [Checkpoint],
        findings: inout FindingList
    ) throws {
        self.keys = keys
        for checkpoint in earlier { addEarlier(checkpoint, &findings) }
        try addNewest(directory, &findings)
        others.sort { $0.size > $1.size }
        do throws(DiskError) {
            reader = CheckpointReader(
                try Disk().open(directory + "/" + CheckpointFiles.all, O_RDONLY))
        } catch {
            findings.add(.missing, CheckpointFiles.all, nil, "the file is missing")
        }
        try advance(&findings)
    }

    /// Takes the smallest mark that is left.
    mutating func take(_ findings: inout FindingList) throws -> Mark? {
        if let listed, listed.size <= others.last?.size ?? .max {
            self.listed = nil
            try advance(&findings)
            return listed
        }
        let mark = others.popLast()
        updateNext()
        return mark
    }

    /// Reads what is left, for the signatures and the largest size.
    mutating func drain(_ findings: inout FindingList) throws {
        while try take(&findings) != nil {}
        if newest > lastListed {
            findings.add(
                .missing, CheckpointFiles.all, nil,
                "it ends before `checkpoint`, which has \(newest) entries")
        }
    }

    private mutating func addEarlier(_ checkpoint: Checkpoint, _ findings: inout FindingList) {
        guard isSigned(checkpoint) else {
            findings.add(
                .checkpoint, "earlier checkpoint", nil,
                "the checkpoint of \(checkpoint.size) entries is not signed by a pinned key")
            return
        }
        largestEarlier = max(largestEarlier ?? 0, checkpoint.size)
        keep(Mark(size: checkpoint.size, root: checkpoint.root, isEarlier: true))
    }

    private mutating func addNewest(_ directory: String, _ findings: inout FindingList) throws {
        let name = CheckpointFiles.newest
        guard fileExists(directory + "/" + name) else {
            findings.add(.missing, name, nil, "the file is missing")
            return
        }
        let bytes = try Disk().open(directory + "/" + name, O_RDONLY)
            .read(Limits.noteBytesMax + 1, at: 0)
        guard let mark = mark(bytes, "it", name, &findings) else { return }
        newest = mark.size
        keep(mark)
    }

    private mutating func keep(_ mark: Mark) {
        others.append(mark)
        if mark.size > largest?.size ?? 0 { largest = mark }
    }

    private func mark(
        _ note: [UInt8], _ which: String, _ file: String, _ findings: inout FindingList
    ) -> Mark? {
        guard let checkpoint = Checkpoint(note) else {
            findings.add(.checkpoint, file, nil, "\(which) is malformed")
            return nil
        }
        guard isSigned(checkpoint) else {
            findings.add(.checkpoint, file, nil, "\(which) is not signed by a pinned key")
            return nil
        }
        return Mark(size: checkpoint.size, root: checkpoint.root, isEarlier: false)
    }

    private func isSigned(_ checkpoint: Checkpoint) -> Bool {
        keys.contains { checkpoint.isSigned(by: $0) }
    }

    /// Reads on to the next good note of the list.
    private mutating func advance(_ findings: inout FindingList) throws {
        while listed == nil, let step = try reader?.next() {
            noteCount += 1
            switch step {
            case .note(let note): list(note, &findings)
            case .torn(let bytes):
                findings.add(
                    .torn, CheckpointFiles.all, nil,
                    "it ends in \(bytes) bytes that are no whole note")
                reader = nil
            case .tooLong:
                findings.add(.checkpoint, CheckpointFiles.all, nil, "it has a note that never ends")
                reader = nil
            case .end: reader = nil
            }
        }
        updateNext()
    }

    private mutating func list(_ note: [UInt8], _ findings: inout FindingList) {
        let file = CheckpointFiles.all
        guard let mark = mark(note, "note \(noteCount)", file, &findings) else { return }
        guard mark.size > lastListed else {
            findings.add(.checkpoint, file, nil, "note \(noteCount) is smaller than the one before")
            return
        }
        lastListed = mark.size
        if mark.size > largest?.size ?? 0 { largest = mark }
        listed = mark
    }

    private mutating func updateNext() {
        next = [listed?.size, others.last?.size].compactMap { $0 }.min()
    }
}
