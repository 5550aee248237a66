import Foundation
import Vocabulary

/// One pass over a ledger's files, entry by entry.
struct VerifierPass {
    let directory: String
    let hasher = MerkleHasher()
    var consentsUnchecked = 0
    var recordingsUnchecked = 0

    private var lines: SegmentLines
    private var marks: CheckpointMarks
    private var leaves: LeafComparison
    private var findings = FindingList()
    private var recordings = RecordingLedger()

    private var frontier = MerkleFrontier()
    /// The index that the next line should bear.
    private var expected: UInt64 = 0
    private let kindsOfInterest: [[UInt8]]
    /// The last line was no entry, so the next one says where we are.
    private var isLost = false
    /// Entries are not in order: from here on no root can be compared.
    private var isBroken = false
    /// The largest checkpoint whose root is that of the entries.
    private var signed: UInt64 = 0
    /// The largest of the earlier ones whose root is.
    private var signedEarlier: UInt64 = 0
    /// The first checkpoint whose root is another one, and how many entries were sound before.
    private var failed: (mark: CheckpointMarks.Mark, sound: UInt64)?

    /// - Parameter audited: kinds that the caller follows besides.
    init(
        directory: String, keys: [NoteVerifierKey], earlier: [Checkpoint], audited: Set<String>
    ) throws {
        self.directory = directory
        let own = [LedgerKind.consent, LedgerKind.recording, LedgerKind.recordingRemoved]
        kindsOfInterest = audited.union(own).map { Array($0.utf8) }
        // The checkpoints first: in a ledger that is being written, the entries are then ahead of them.
        marks = try CheckpointMarks(
            directory: directory, keys: keys, earlier: earlier, findings: &findings)
        leaves = LeafComparison(directory: directory)
        lines = try SegmentLines(directory: directory, findings: &findings)
    }

    /// Goes on to the next entry that says something about a consent, a recording or what is audited; `nil` at the end.
    mutating func nextRecordOfInterest() throws -> LedgerRecord? {
        while let line = try lines.next(&findings) {
            guard let scan = EntryScanner.scan(line) else {
                malformed()
                continue
            }
            try take(line, scan)
            if isOfInterest(scan.kind) {
                if let record = LedgerRecord(line: Array(line)) { return record }
                find(.altered, scan.index, "entry \(scan.index) is not in canonical form")
            }
        }
        return nil
    }

    private mutating func malformed() {
        if !isLost {
            find(
                .altered, expected,
                "entry \(expected) is altered: what stands in its place is no entry")
        }
        isLost = true
        isBroken = true
    }

    private mutating func take(_ line: UnsafeRawBufferPointer, _ scan: EntryScan) throws {
        let isInPlace = scan.index == expected
        if !isInPlace { misplaced(scan.index) }
        isLost = false
        expected = max(expected, scan.index + 1)
        let leaf = hasher.leaf(line)
        if isInPlace { try leaves.compare(leaf, scan.index) }
        guard !isBroken else { return }
        frontier.add(leaf, hasher)
        while let next = marks.next, next <= frontier.size { try compareRoot() }
    }

    private mutating func misplaced(_ index: UInt64) {
        isBroken = true
        if isLost, index > expected || index + 1 == expected { return }
        let kind: LedgerFinding.Kind = index > expected ? .missing : .order
        find(kind, expected, "entry \(index) stands where entry \(expected) should be")
    }

    private mutating func compareRoot() throws {
        guard let mark = try marks.take(&findings), mark.size == frontier.size else { return }
        if frontier.root(hasher) == mark.root {
            if failed == nil { signed = max(signed, mark.size) }
            if mark.isEarlier { signedEarlier = max(signedEarlier, mark.size) }
        } else if failed == nil {
            failed = (mark, mark.isEarlier ? signedEarlier : signed)
        }
    }

    private func isOfInterest(_ kind: UnsafeRawBufferPointer) -> Bool {
        kindsOfInterest.contains { $0.elementsEqual(kind) }
    }

    // MARK: What the caller's checks say

    mutating func find(_ kind: LedgerFinding.Kind, _ index: UInt64?, _ problem: String) {
        findings.add(kind, lines.name, index, problem)
    }

    /// Keeps what a `recording` entry says; returns a session's claims when this one was the last.
    mutating func claim(_ record: LedgerRecord) -> RecordingClaims? {
        do throws(RecordingLedger.Malformed) {
            return try recordings.claim(record)
        } catch {
            find(.recording, record.index, "entry \(record.index) says nothing about a recording")
            return nil
        }
    }

    mutating func removeRecording(_ record: LedgerRecord) { recordings.remove(record) }

    /// The claims of recordings that have no end yet.
    var openClaims: [RecordingClaims] { recordings.open }

    mutating func settle(_ claims: RecordingClaims, _ check: RecordingCheck) {
        switch check {
        case .sound: break
        case .missing: recordings.miss(claims)
        case .wrong(let problem):
            find(
                .recording, claims.claims.first?.index,
                "the recording `\(claims.session.rawValue)` is not the one that was entered: \(problem)"
            )
        }
    }

    // MARK: The end

    mutating func report() throws -> LedgerReport {
        for claims in recordings.missing {
            find(
                .recording, claims.claims.first?.index,
                "the recording `\(claims.session.rawValue)` is missing")
        }
        try marks.drain(&findings)
        missingTail()
        try explainRoot()
        let sound = findings.isEmpty
        let earlier = marks.largestEarlier
        return LedgerReport(
            conclusion: !sound ? .wrong : earlier.map { .complete(upTo: $0) } ?? .consistent,
            entries: expected, signedEntries: signed,
            root: isBroken ? nil : frontier.root(hasher), findings: findings.sorted,
            findingsOmitted: findings.omitted, consentsUnchecked: consentsUnchecked,
            recordingsUnchecked: recordingsUnchecked)
    }

    private mutating func missingTail() {
        if let mark = marks.largest, mark.size > expected {
            find(
                mark.isEarlier ? .rewritten : .missing, expected,
                "entry \(expected) is missing: the ledger ends there, but a signed checkpoint"
                    + (mark.isEarlier ? " that was seen earlier" : "") + " has \(mark.size) entries"
            )
        } else if leaves.count > expected {
            find(
                .missing, expected,
                "entry \(expected) is missing: the ledger ends there, but `leaves` has \(leaves.count) hashes"
            )
        }
    }

    /// Names the entry that makes a root differ, where the file of hashes is the one that was signed.
    private mutating func explainRoot() throws {
        guard let (mark, sound) = failed else {
            if let index = leaves.firstDifference, !isBroken || index < signed {
                explainLeaf(index)
            }
            return
        }
        let kind: LedgerFinding.Kind = mark.isEarlier ? .rewritten : .altered
        if let index = leaves.firstDifference, index < mark.size,
            try leaves.root(size: mark.size, hasher) == mark.root
        {
            findings.add(kind, lines.name(of: index), index, "entry \(index) is altered")
        } else {
            let which =
                mark.size == sound + 1
                ? "entry \(sound) is" : "one of the entries \(sound) to \(mark.size - 1) is"
            findings.add(
                kind, lines.name(of: sound), sound,
                "\(which) altered: the root is not that of the checkpoint"
                    + (mark.isEarlier ? " that was seen earlier" : " with \(mark.size) entries"))
        }
    }

    private mutating func explainLeaf(_ index: UInt64) {
        guard index >= signed else {
            findings.add(.altered, HashFile.leaves, index, "the hash of entry \(index) is altered")
            return
        }
        findings.add(
            .altered, lines.name(of: index), index,
            "entry \(index), which no checkpoint covers, and its hash in `leaves` differ")
    }
}
