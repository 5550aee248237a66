import Vocabulary

/// Verifies a ledger from its files alone, against keys that the caller pins and checkpoints that it has seen
/// before. It streams: memory does not grow with the ledger.
public struct LedgerVerifier: Sendable {
    public var directory: String
    /// The keys that may have signed it.
    public var keys: [NoteVerifierKey]
    /// Checkpoints from outside of the files: only they can prove that nothing was cut off or rolled back.
    public var checkpoints: [Checkpoint]
    /// Says what is wrong with a `consent` entry; `nil` when its signature holds.
    public var checkConsent: (@Sendable (LedgerRecord) async throws -> String?)?
    /// Follows entries of `auditedKinds` in the ledger's order; says what is wrong with one against those before it.
    public var audit: (@Sendable (LedgerRecord) async -> String?)?
    public var auditedKinds: Set<String> = []
    /// Compares a recording with the roots that were entered for it.
    public var checkRecording: (@Sendable (RecordingClaims) async throws -> RecordingCheck)?

    public init(directory: String, keys: [NoteVerifierKey], checkpoints: [Checkpoint] = []) {
        self.directory = directory
        self.keys = keys
        self.checkpoints = checkpoints
    }

    /// Reads everything. What is wrong with the ledger is in the report; `LedgerError.cannotOpen` is thrown only
    /// when it cannot be read.
    public func verify() async throws(LedgerError) -> LedgerReport {
        do {
            var pass = try VerifierPass(
                directory: directory, keys: keys, earlier: checkpoints, audited: auditedKinds)
            while let record = try pass.nextRecordOfInterest() {
                try await judge(record, &pass)
            }
            for claims in pass.openClaims { await check(claims, &pass) }
            return try pass.report()
        } catch let error as LedgerError {
            throw error
        } catch {
            throw .cannotOpen(path: directory, reason: "\(error)")
        }
    }

    private func judge(_ record: LedgerRecord, _ pass: inout VerifierPass) async throws {
        if auditedKinds.contains(record.kind), let problem = await audit?(record) {
            pass.find(.consent, record.index, problem)
        }
        switch record.kind {
        case LedgerKind.consent: await judgeConsent(record, &pass)
        case LedgerKind.recording:
            if let claims = pass.claim(record) { await check(claims, &pass) }
        case LedgerKind.recordingRemoved: pass.removeRecording(record)
        default: break
        }
    }

    private func judgeConsent(_ record: LedgerRecord, _ pass: inout VerifierPass) async {
        guard let checkConsent else {
            pass.consentsUnchecked += 1
            return
        }
        do {
            guard let problem = try await checkConsent(record) else { return }
            pass.find(.consent, record.index, problem)
        } catch {
            pass.find(.consent, record.index, "the consent cannot be judged: \(error)")
        }
    }

    private func check(_ claims: RecordingClaims, _ pass: inout VerifierPass) async {
        guard let checkRecording else {
            pass.recordingsUnchecked += 1
            return
        }
        do {
            pass.settle(claims, try await checkRecording(claims))
        } catch {
            pass.settle(claims, .wrong("it cannot be read: \(error)"))
        }
    }
}
