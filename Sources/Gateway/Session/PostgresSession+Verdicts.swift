import Cryptography
import Holds
import Ledger
import NIOCore
import Policy
import Postgres
import Recording
import SQL
import Vocabulary

extension PostgresSession {
    // MARK: Allow

    /// A plain allow: its event joins the turn's one write, and its bytes leave behind it.
    func allow(_ request: ActionRequest, _ ruling: Ruling) {
        let digest = digest(of: request)
        do {
            try record(request, ruling, digest: digest, hold: nil)
        } catch {
            return fail(recording: error)
        }
        guard machine.released(ruling.terms) else { return recordUnsent(request) }
        awaitingRecord.append(
            AwaitingRecord(number: request.id.number, ruling: ruling, digest: digest))
        started(request, ruling, digest: digest, hold: nil)
        forward(request.byteCount)
        turn.enlist(self)
    }

    /// The turn's events are written, or could not be: then nothing of this session leaves any more.
    func turnEnded(_ failure: (any Error)?) {
        guard !isEnded else { return awaitingRecord.removeAll() }
        if let failure { return fail(recording: failure) }
        for waiting in awaitingRecord {
            guard let receipt = turn.recorder.receipt(for: waiting.digest) else {
                return fail(recording: GatewayError.noReceipt)
            }
            // It needs no more than its record where its release came from the ledger.
            guard let ruling = waiting.ruling else { continue }
            guard let release = Release(ruling.decision, recorded: receipt),
                release.digest == waiting.digest
            else { return fail(recording: GatewayError.noReceipt) }
        }
        awaitingRecord.removeAll(keepingCapacity: true)
        if toUpstream.readableBytes > 0 { sendUpstream() }
    }

    // MARK: Review

    /// Allowed, but only behind its entry in the ledger, or its place in the count of an entry.
    func review(_ request: ActionRequest, _ ruling: Ruling) {
        let digest = digest(of: request)
        let entry = decisionEntry(request, ruling, digest: digest)
        let decision = ruling.decision
        let isCounted = enteredDecisions.addReview()
        wait { [services, id] in
            try await services.release(decision, behind: entry, of: id, isCounted: isCounted)
        } then: { session, result in
            guard let release = result.take(), release.digest == digest else {
                return session.refuseUnrecorded(request)
            }
            session.release(request, ruling, digest: digest, hold: nil)
        } otherwise: { session, _ in
            session.refuseUnrecorded(request)
        }
    }

    /// Sends the bytes of an action whose release stands: recorded first, in this turn's write, and only behind it.
    func release(_ request: ActionRequest, _ ruling: Ruling, digest: Digest, hold: HeldAction?) {
        guard digest == self.digest(of: request) else {
            if let hold { finish(hold.hold, .notSent) }
            return refuseUnrecorded(request)
        }
        do {
            try record(request, ruling, digest: digest, hold: hold?.hold)
        } catch {
            if let hold { finish(hold.hold, .notRecorded) }
            return fail(recording: error)
        }
        guard machine.released(ruling.terms) else {
            if let hold { finish(hold.hold, .notSent) }
            return recordUnsent(request)
        }
        awaitingRecord.append(
            AwaitingRecord(number: request.id.number, ruling: nil, digest: digest))
        started(request, ruling, digest: digest, hold: hold)
        forward(request.byteCount)
        turn.enlist(self)
    }

    // MARK: Deny

    /// Refused: entered in the ledger, then said. From some number on the ledger has how often, and only the recording each.
    func refuse(_ request: ActionRequest, _ error: ErrorFields, ruling: Ruling?) {
        catalogueWasAwaited = false
        let entry =
            ruling.map { decisionEntry(request, $0, digest: digest(of: request)) }
            ?? refusalEntry(error)
        let isCounted = enteredDecisions.addRefusal()
        wait { [services, id] in
            try await services.enter(entry, of: id, isCounted: isCounted)
        } then: { session, _ in
            do {
                try session.recordRefusal(request, error, isRead: ruling != nil)
            } catch {
                // One that the ledger only counts stands nowhere else.
                if isCounted { return session.fail(recording: error) }
            }
            session.machine.refused(error)
        } otherwise: { session, _ in
            session.machine.refused(error)
        }
    }

    /// The ledger cannot be written: nothing that needs it goes on.
    func refuseUnrecorded(_ request: ActionRequest) {
        machine.refused(
            ErrorFields(
                code: "58030", "the command could not be recorded, so it was not run",
                hint: "ask the gateway's operator to look at `sallyportd doctor`"))
    }

    // MARK: Catalogue

    /// Waits for a snapshot read from now on, because the session changed what names mean, or because the command
    /// names what the snapshot lacks. Once for each command: when the server cannot be asked in time, names are only
    /// possible (DESIGN.md).
    func awaitCatalogue(_ request: ActionRequest) {
        guard request.isSettled else { return machine.settle() }
        catalogueWasAwaited = true
        wait { [target] in
            await target.refreshCatalogue()
        } then: { session, _ in
            session.judge(request)
        } otherwise: { session, _ in
            session.judge(request)
        }
    }

    // MARK: Waiting

    /// Runs `work` off the loop while the command waits; then goes on with it on the loop. When the session ended
    /// meanwhile, `abandoned` undoes what came of it.
    func wait<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value,
        then: @escaping (PostgresSession, Value) -> Void,
        otherwise: @escaping (PostgresSession, any Error) -> Void,
        abandoned: (@Sendable (Value) async -> Void)? = nil
    ) {
        progress = .waiting
        let next = NIOLoopBound((self, then, otherwise), eventLoop: eventLoop)
        eventLoop.makeFutureWithTask(work).whenComplete { result in
            let (session, then, otherwise) = next.value
            guard !session.isEnded else {
                if let abandoned, case .success(let value) = result {
                    session.services.background.start { await abandoned(value) }
                }
                return
            }
            guard case .waiting = session.progress else { return }
            session.progress = .judging
            switch result {
            case .success(let value): then(session, value)
            case .failure(let error): otherwise(session, error)
            }
            session.pump()
        }
    }

    func digest(of request: ActionRequest) -> Digest {
        fromClient.withUnsafeReadableBytes { bytes in
            turn.digest(of: UnsafeRawBufferPointer(rebasing: bytes[..<request.byteCount]))
        }
    }

    /// The server looks up the names of what it prepares and runs now, and may go by that later.
    private func noteNames(_ ruling: Ruling) {
        guard !ruling.isNoted else { return }
        ruling.isNoted = true
        if let names = ruling.names, let meaning = ruling.terms.meaning as? StatementMeaning {
            meaning.means(ruling.inspection.resolved, under: names)
        }
        for executed in ruling.inspection.executed {
            guard case .known(let text) = machine.statement(named: executed.name) else { continue }
            (text.meaning as? StatementMeaning)?.means(executed.resolved, under: executed.names)
        }
    }

    private func started(
        _ request: ActionRequest, _ ruling: Ruling, digest: Digest, hold: HeldAction?
    ) {
        knowledge.note(ruling.inspection.changes)
        noteNames(ruling)
        catalogueWasAwaited = false
        running.append(
            RunningAction(
                number: request.id.number, started: services.clock.monotonic(), hold: hold?.hold,
                digest: digest, kind: request.kind))
        if request.kind == .bind {
            lastBound = BoundAction(
                action: request.id, epoch: knowledge.epoch, until: hold?.expires)
        }
    }
}

/// Carries a release from the task that obtained it to the loop that spends it. It is taken once.
final class ReleaseBox: @unchecked Sendable {
    // Unchecked: written before it is handed over, taken once by the loop that receives it.
    private var release: Release?

    init(_ release: consuming Release?) { self.release = release }

    func take() -> Release? {
        var taken: Release? = nil
        swap(&taken, &release)
        return taken
    }
}
