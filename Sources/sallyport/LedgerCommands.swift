import ArgumentParser
import ControlClient
import Foundation
import Holds
import Identity
import Ledger
import Recording
import Vocabulary

/// `sallyport ledger verify | tail | export`.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Verify, follow or copy the ledger.",
        subcommands: [LedgerVerifyCommand.self, Tail.self, Export.self])

    struct Tail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tail", abstract: "Print the newest entries, one JSON object a line.")

        @OptionGroup var options: ConnectionOptions
        @Option(name: .shortAndLong, help: "How many old ones.") var lines: UInt64 = 10
        @Flag(name: .shortAndLong, help: "Go on with new ones as they come.") var follow = false

        func run() async throws {
            let connection = try await options.connect()
            let size = try await connection.demandConsistency().size
            let from = size - min(size, lines)
            let path = "/v1/ledger/entries?from=\(from)" + (follow ? "&follow=1" : "")
            var lines = LineReader()
            for try await part in connection.client.stream(path) {
                // A file gets the ledger's own bytes, a terminal what may be shown on one.
                guard Terminal.isOutput else {
                    put(part)
                    continue
                }
                for line in lines.feed(part) { print(visibleJSON(line)) }
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Copy entries and checkpoint, for `ledger verify --dir`.")

        @OptionGroup var options: ConnectionOptions
        @Option(help: "The directory to make.") var to: String

        func run() async throws {
            let connection = try await options.connect()
            let checkpoint = try await connection.demandConsistency()
            try FileManager.default.createDirectory(
                atPath: to, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try await copyEntries(checkpoint.size, connection)
            try write(checkpoint.text, to: "checkpoint")
            // In the list an empty line follows each checkpoint.
            try write(checkpoint.text + "\n", to: "checkpoints")
            if let key = connection.home.session()?.ledgerKey {
                try write(key + "\n", to: "ledger.vkey")
            }
            try write(
                "An export of the ledger's entries, without the recordings.\n", to: exportNote)
            print("Wrote \(checkpoint.size) entries to \(visible(to)), without recordings.")
        }

        /// As they come, so that no size is too large; half a copy is not left behind.
        private func copyEntries(_ size: UInt64, _ connection: Connection) async throws {
            let name = "entries-000001.jsonl"
            let file = try create(name)
            do {
                let path = "/v1/ledger/entries?from=0&to=\(size)"
                for try await part in connection.client.stream(path) {
                    try file.write(contentsOf: part)
                }
                try file.close()
            } catch {
                try? FileManager.default.removeItem(atPath: to + "/" + name)
                throw error
            }
        }

        private func write(_ text: String, to name: String) throws {
            let file = try create(name)
            try file.write(contentsOf: Data(text.utf8))
            try file.close()
        }

        /// A new file for nobody else to read. What is there already is not overwritten.
        private func create(_ name: String) throws -> FileHandle {
            let path = to + "/" + name
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw Complaint(
                    ExitStatus.refused,
                    "`\(visible(path))` cannot be made: \(String(cString: strerror(errno)))")
            }
            return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }
    }
}

/// What tells an export from a gateway's own files, whose recordings must be there.
private let exportNote = "export"

/// Whole lines out of parts that are cut anywhere.
struct LineReader {
    private var pending: [UInt8] = []

    mutating func feed(_ part: some Sequence<UInt8>) -> [String] {
        pending += part
        var lines = pending.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        pending = Array(lines.removeLast())
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }
}

/// `sallyport ledger verify`: from files alone, or against the gateway.
struct LedgerVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove what the ledger says, and say what it does not prove.",
        discussion: """
            With --dir everything is checked from the files alone. Without it the gateway must prove that its
            ledger continues the one that was seen last.
            """)

    @OptionGroup var options: ConnectionOptions
    @Option(help: "The ledger's directory: `var/ledger`, or an export.") var dir: String?
    @Option(help: "An `allowed_signers` file: the people's keys that you pin.") var keys: String?
    @Option(
        help:
            "The ledger's own key, `NAME+HASH+KEY`, or a file with it. Default: that of your login, else the one beside the files."
    )
    var vkey: String?
    @Option(help: "The recordings' directory. Default: `recordings` beside the ledger's.")
    var recordings: String?
    @Option(
        name: .customLong("checkpoint"),
        help: "A checkpoint that you saw earlier; repeat for several.")
    var checkpoints: [String] = []
    @Flag(help: "Do not look at the recordings.") var withoutRecordings = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        let isOfFiles =
            keys != nil || vkey != nil || recordings != nil || !checkpoints.isEmpty
            || withoutRecordings || json
        guard dir != nil || !isOfFiles else {
            throw ValidationError(
                "--keys, --vkey, --recordings, --checkpoint, --without-recordings and --json are for the files: give --dir DIR"
            )
        }
    }

    func run() async throws {
        guard let dir else { return try await verifyOnline() }
        guard FileManager.default.fileExists(atPath: dir) else {
            throw Complaint(ExitStatus.usage, "there is no directory `\(visible(dir))`")
        }
        let (key, isPinned) = try ledgerKey(dir)
        var verifier = LedgerVerifier(
            directory: dir, keys: [key], checkpoints: try checkpoints.map(checkpoint))
        let audit = ConsentAudit()
        verifier.auditedKinds = ConsentAudit.kinds
        verifier.audit = { await audit.finding(in: $0) }
        if let keys { verifier.checkConsent = try consentCheck(keys) }
        let recordingsDirectory = recordings ?? dir + "/../recordings"
        if !withoutRecordings,
            FileManager.default.fileExists(atPath: recordingsDirectory + "/sessions")
        {
            verifier.checkRecording = { try check($0, in: recordingsDirectory + "/sessions") }
        }
        let report: LedgerReport
        do throws(LedgerError) {
            report = try await verifier.verify()
        } catch {
            throw Complaint(ExitStatus.refused, error.description)
        }
        let isExport =
            recordings == nil && FileManager.default.fileExists(atPath: dir + "/" + exportNote)
        try tell(report, isPinned: isPinned, isExport: isExport)
        // Recordings that are all gone must not pass for recordings that nobody asked about.
        let isComplete = withoutRecordings || isExport || report.recordingsUnchecked == 0
        guard report.isSound, isComplete else { throw ExitCode(ExitStatus.refused) }
    }

    private func verifyOnline() async throws {
        let connection = try await options.connect()
        let newest = try await connection.demandConsistency()
        print(
            "The gateway's ledger has \(newest.size) entries, signed, and continues everything that was seen from here."
        )
        print(
            "Consents and recordings are checked from the files: sallyport ledger verify --dir DIR --keys FILE"
        )
    }

    private func tell(_ report: LedgerReport, isPinned: Bool, isExport: Bool) throws {
        if json { return try printJSON(ReportItem(report)) }
        for finding in report.findings {
            print(Terminal.red("wrong") + "  \(visible(finding.description))")
        }
        if report.findingsOmitted > 0 { print("       and \(report.findingsOmitted) more") }
        switch report.conclusion {
        case .complete(let size):
            print(
                "\(report.entries) entries: consistent, and complete up to entry \(size) by a checkpoint that was seen earlier."
            )
        case .consistent:
            print(
                "\(report.entries) entries: internally consistent, completeness not proven (give --checkpoint FILE)."
            )
        case .wrong: print("\(report.entries) entries: NOT what was written.")
        }
        if !isPinned {
            print("The ledger's key was taken from the files themselves: pin it with --vkey.")
        }
        if report.consentsUnchecked > 0 {
            print(
                "\(report.consentsUnchecked) consents were not checked: pin the people's keys with --keys FILE."
            )
        }
        if report.recordingsUnchecked > 0 {
            let why =
                isExport
                ? "an export has none; give --recordings DIR to check them"
                : "give --recordings DIR, or --without-recordings"
            print("\(report.recordingsUnchecked) recordings were not checked: \(why).")
        }
    }

    private func ledgerKey(_ dir: String) throws -> (NoteVerifierKey, isPinned: Bool) {
        let pinned = vkey.map { fileText($0) ?? $0 } ?? Home().session()?.ledgerKey
        let found = pinned ?? fileText(dir + "/ledger.vkey") ?? fileText(dir + "/../ledger.vkey")
        guard let text = found?.trimmingCharacters(in: .whitespacesAndNewlines) else {
            throw Complaint(ExitStatus.usage, "the ledger's key is not known: give --vkey")
        }
        guard let key = NoteVerifierKey(text) else {
            throw Complaint(ExitStatus.usage, "`\(visible(text.prefix(80)))` is no ledger key")
        }
        return (key, pinned != nil)
    }

    private func checkpoint(_ path: String) throws -> Checkpoint {
        guard let text = fileText(path), let checkpoint = Checkpoint(Array(text.utf8)) else {
            throw Complaint(ExitStatus.usage, "`\(visible(path))` is no checkpoint")
        }
        return checkpoint
    }

    private func consentCheck(
        _ path: String
    ) throws -> @Sendable (LedgerRecord) async throws -> String? {
        guard let signers = fileText(path) else {
            throw Complaint(ExitStatus.usage, "the keys `\(visible(path))` cannot be read")
        }
        let verifier = SignatureVerifier(scratch: NSTemporaryDirectory())
        return { record in
            try await ConsentVerification.finding(
                in: record.body, at: record.time, allowedSigners: signers, verifier)
        }
    }
}

private func fileText(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
}

/// Compares a recording's chain with every root that the ledger has of it.
private func check(_ claims: RecordingClaims, in directory: String) throws -> RecordingCheck {
    let name = claims.session.rawValue
    guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }) else {
        return .wrong("its session's name is none")
    }
    let path = directory + "/" + name + ".rec"
    guard FileManager.default.fileExists(atPath: path) else { return .missing }
    do {
        var reader = try RecordingReader(path: path)
        for claim in claims.claims {
            while reader.bytes < Int64(claim.bytes) {
                guard try reader.skipChunk() else {
                    return .wrong("it ends before byte \(claim.bytes)")
                }
            }
            guard reader.bytes == Int64(claim.bytes), reader.root == claim.root else {
                return .wrong("up to byte \(claim.bytes) it is not what was recorded")
            }
            if claim.isFinal, try reader.skipChunk() { return .wrong("it goes on behind its end") }
        }
        return .sound
    } catch {
        return .wrong("\(error)")
    }
}

/// The report as scripts read it.
struct ReportItem: Encodable {
    struct Finding: Encodable {
        let kind: String
        let file: String
        let index: UInt64?
        let problem: String
    }

    let sound: Bool
    let completeUpTo: UInt64?
    let entries: UInt64
    let signedEntries: UInt64
    let root: String?
    let findings: [Finding]
    let findingsOmitted: Int
    let consentsUnchecked: Int
    let recordingsUnchecked: Int

    init(_ report: LedgerReport) {
        sound = report.isSound
        completeUpTo = if case .complete(let size) = report.conclusion { size } else { nil }
        entries = report.entries
        signedEntries = report.signedEntries
        root = report.root?.hex
        findings = report.findings.map {
            Finding(kind: $0.kind.rawValue, file: $0.file, index: $0.index, problem: $0.problem)
        }
        findingsOmitted = report.findingsOmitted
        consentsUnchecked = report.consentsUnchecked
        recordingsUnchecked = report.recordingsUnchecked
    }
}
