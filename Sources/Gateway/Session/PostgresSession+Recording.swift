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
    /// Appends the action's event to this turn's write. What it carries of the text is masked.
    func record(
        _ request: ActionRequest, _ ruling: Ruling, digest: Digest, hold: HoldID?
    ) throws {
        let values = fromClient.withUnsafeReadableBytes { request.values(in: $0) }
        let text = recordedText(of: request, ruling)
        try recording.action(
            ActionEvent(
                number: request.id.number, kind: kind(of: request), statement: text.bytes,
                statementKey: text.key, values: values, verdict: ruling.decision.verdict,
                rules: ruling.rules, policyVersion: ruling.decision.policyVersion, hold: hold,
                digest: digest, microseconds: sinceOpened))
    }

    /// - Parameter isRead: false for a text that nobody could read as SQL: what its secrets are is then a guess, and the
    ///   error may quote them.
    func recordRefusal(_ request: ActionRequest, _ error: ErrorFields, isRead: Bool = true) throws {
        let text = statement(of: request)
        let masked = isRead ? maskSecrets(text) : maskUnread(text)
        try recording.refused(
            RefusalEvent(
                statement: masked, verdict: .deny, rules: [], sqlstate: error.code,
                message: isRead ? error.message : maskMessage(error.message, shown: masked)))
        turn.enlist(self)
    }

    /// Recorded as about to leave, and then an earlier command of the pipeline failed.
    func recordUnsent(_ request: ActionRequest) {
        do {
            try recording.outcome(
                OutcomeEvent(
                    number: request.id.number, tag: "", rows: 0, bytes: 0, microseconds: 0,
                    message: "not sent: an earlier command failed"))
            turn.enlist(self)
        } catch {
            fail(recording: error)
        }
    }

    func record(_ outcome: ActionOutcome, of action: ActionID, _ ran: RunningAction) {
        let error: ErrorFields? =
            switch outcome.ending {
            case .failed(let error): error
            case .succeeded, .suspended, .skipped, .closed: nil
            }
        let duration = services.clock.monotonic().nanoseconds - ran.started.nanoseconds
        do {
            try recording.outcome(
                OutcomeEvent(
                    number: action.number, tag: outcome.tag, rows: UInt64(outcome.rowsOut),
                    bytes: UInt64(outcome.bytesOut + outcome.copyBytesIn),
                    microseconds: duration / 1_000, sqlstate: error?.code,
                    message: error?.message ?? outcome.ending.note))
            turn.enlist(self)
        } catch {
            fail(recording: error)
        }
    }

    func sampleRows(_ count: Int) {
        fromServer.withUnsafeReadableBytes { bytes in
            sample?.read(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }

    /// The first rows of what has ended. They are a help and no evidence: beyond the quota they are left out.
    func recordRows(_ outcome: ActionOutcome, _ ran: RunningAction) {
        guard sample != nil, outcome.ending.wasAnswered else { return }
        let rows: [RowSample.Row] =
            switch ran.kind {
            case .query, .functionCall: sample?.takeGroup() ?? []
            case .parse where outcome.ending == .succeeded: []
            case .parse, .bind, .execute, .unreadable: sample?.takeOne() ?? []
            }
        if !rows.isEmpty { try? recording.rows(number: ran.number, rows) }
    }

    /// The first of a session's life: it can be found by a revocation, a cancel and a new policy from here on.
    func begin() {
        guard !isEnded else { return }
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        let loop = eventLoop
        services.sessions.add(
            .init(
                session: identity.id, principal: caller.principal.name,
                owner: caller.principal.accountable, credential: caller.credential,
                target: target.name, cancelKey: identity.cancelKey,
                end: { reason in loop.execute { session.value.end(reason) } },
                cancel: { loop.execute { session.value.cancelRequested() } },
                policyChanged: { loop.execute { session.value.policyChanged() } },
                tell: { notice in loop.execute { session.value.tell(notice) } },
                watched: { change in loop.execute { session.value.watched(change) } }))
        turn.enlist(self)
        if let reason = knowledge.reasonToEnd() { return end(reason) }
        checkStanding()
        expireWithCredential()
    }

    func close(recordingFor reason: SessionEnd) {
        expiry?.cancel()
        do {
            for ran in running {
                if let hold = ran.hold {
                    finish(hold, .unknown(detail: "the session ended while it ran"))
                }
                try recording.outcome(
                    OutcomeEvent(
                        number: ran.number, tag: "", rows: 0, bytes: 0, microseconds: 0,
                        message: "unknown: \(reason.text)"))
            }
            try recording.close(reason: reason.text, at: services.clock.wall())
            turn.enlist(self)
        } catch {
            services.log.error("a recording was not closed", metadata: ["error": "\(error)"])
        }
        enterClosed(identity.id, reason)
    }

    // MARK: Pieces

    /// The action as people and the ledger see it.
    func action(of request: ActionRequest, _ ruling: Ruling) -> Action {
        Action(
            kind: kind(of: request), statement: statement(of: request),
            values: fromClient.withUnsafeReadableBytes { request.values(in: $0) },
            effects: ruling.inspection.effects.map(\.masked), inTransaction: request.inTransaction,
            leavesOpen: ruling.inspection.leavesOpen, digest: digest(of: request))
    }

    func decisionEntry(_ request: ActionRequest, _ ruling: Ruling, digest: Digest) -> LedgerEntry {
        let decision = ruling.decision
        return LedgerEntry(
            kind: decision.verdict == .review ? "review" : "denied",
            body: [
                "session": .text(identity.id.rawValue),
                "principal": .text(caller.principal.name.text), "target": .text(target.name.text),
                "policy": .text(decision.policyVersion),
                "rules": .array(ruling.rules.map { .text($0) }),
                "effects": .array(
                    ruling.inspection.effects.prefix(GatewayLimits.enteredEffectsMax)
                        .map { .text($0.masked.enteredSummary) }),
                "uncovered": .array(
                    decision.uncovered.prefix(GatewayLimits.enteredEffectsMax)
                        .map { .text($0.masked.enteredSummary) }),
            ], action: digest)
    }

    /// What the gateway refuses whatever policies say: it may be a message that has not come whole, and never will. Tells
    /// the error's code and not its text, which may quote what nobody could read.
    func refusalEntry(_ error: ErrorFields) -> LedgerEntry {
        LedgerEntry(
            kind: "refused",
            body: [
                "session": .text(identity.id.rawValue),
                "principal": .text(caller.principal.name.text), "target": .text(target.name.text),
                "sqlstate": .text(error.code),
            ])
    }

    /// The statement's own bytes; for a function call, which has none, its name's number.
    func statement(of request: ActionRequest) -> [UInt8] {
        switch request.kind {
        case .query: fromClient.withUnsafeReadableBytes { Array(request.text(in: $0)) }
        case .parse, .bind, .execute: request.statement?.text ?? []
        case .functionCall: Array("function call \(request.function)".utf8)
        case .unreadable: []
        }
    }

    /// A text that is known is masked once, and the recording knows it again by its key.
    private func recordedText(
        of request: ActionRequest, _ ruling: Ruling
    ) -> (bytes: [UInt8], key: ObjectIdentifier?) {
        guard let meaning = ruling.terms.meaning as? StatementMeaning
        else { return (maskSecrets(statement(of: request)), nil) }
        return (meaning.maskedText, ObjectIdentifier(meaning))
    }

    private func kind(of request: ActionRequest) -> Action.Kind {
        switch request.kind {
        case .query, .unreadable: .query
        case .parse: .parse
        case .bind, .execute: .execute
        case .functionCall: .functionCall
        }
    }

    private var sinceOpened: UInt64 {
        (services.clock.monotonic().nanoseconds - openedAt.nanoseconds) / 1_000
    }
}

extension ActionOutcome.Ending {
    /// The server's messages to the client ended with it.
    fileprivate var wasAnswered: Bool {
        switch self {
        case .succeeded, .suspended, .failed: true
        case .skipped, .closed: false
        }
    }

    fileprivate var note: String? {
        switch self {
        case .closed(hasRun: false): "closed before it ran"
        case .closed(hasRun: true): "closed before its last row"
        case .succeeded, .suspended, .failed, .skipped: nil
        }
    }
}

extension Effect {
    /// `write public.customers (bounded: false)`, as rules and tables spell it.
    public var summary: String { summary { $0 } }

    /// - Parameter spell: called for the object's name and for each attribute's value.
    func summary(_ spell: (String) -> String) -> String {
        let object: String =
            switch self.object {
            case .exactly(let name): name.description
            case .oneOf(let names): names.map(\.description).joined(separator: " or ")
            case .known(let names): names.first?.description ?? "anything"
            case .anything: "anything"
            }
        let shown = attributes.filter { $0.key != "statements" }.sorted { $0.key < $1.key }.map {
            "\($0.key): \(spell($0.value.description))"
        }
        return "\(verb.rawValue) \(spell(object))"
            + (shown.isEmpty ? "" : " (\(shown.joined(separator: ", ")))")
    }
}
