import Cryptography
import Holds
import Ledger
import NIOCore
import Policy
import Postgres
import SQL
import Store
import Vocabulary

/// A command that people are asked about.
struct HeldAction {
    let hold: HoldID
    let request: ActionRequest
    let meaning: StatementMeaning?
    let digest: Digest
    /// Until when consents count.
    var expires: WallTime
    /// What it runs is looked up anew before it is released.
    var opensCode: Bool
    /// Which of the session's holds it is: signals of others are not its business.
    let ordinal: UInt64
}

extension PostgresSession {
    // MARK: Opening

    /// Asks the people whom the policy names. The client is told once the hold stands; its connection, transaction and
    /// everything on it stay as they are.
    func hold(_ request: ActionRequest, _ meaning: StatementMeaning?, _ ruling: Ruling) {
        let action = action(of: request, ruling)
        let masked = maskSecrets(action.statement, isCounted: true)
        let wanted = HoldRequest(
            requester: caller, session: identity.id, target: target.name, action: action,
            maskedStatement: masked == action.statement
                ? nil : String(decoding: masked, as: UTF8.self),
            decision: ruling.decision)
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        let loop = eventLoop
        holdsOpened += 1
        let ordinal = holdsOpened
        let notify: @Sendable (HoldSignal) -> Void = { signal in
            loop.execute { session.value.signalled(signal, of: ordinal) }
        }
        earlySignal = nil
        wasCancelledWhileWaiting = false
        wait { [services] in
            try await services.holds.open(wanted, notify: notify)
        } then: { session, hold in
            session.opened(
                hold,
                HeldAction(
                    hold: hold.id, request: request, meaning: meaning, digest: action.digest,
                    expires: hold.expires, opensCode: ruling.opensCode, ordinal: ordinal))
        } otherwise: { session, error in
            // On a disk that takes nothing the session would end by its record: the command is only refused.
            if case HoldError.limit = error {
                try? session.recordRefusal(request, notHeld(error))
            }
            session.machine.refused(notHeld(error))
        } abandoned: { [services] hold in
            _ = try? await services.holds.abandon(hold.id, reason: "the session ended")
        }
    }

    private func opened(_ hold: Hold, _ held: HeldAction) {
        seal(hold, held)
        machine.held(notice: notice(of: hold))
        if wasCancelledWhileWaiting { return cancel(held) }
        takeEarlySignal(of: held)
    }

    /// People are asked: what they are shown can be opened from the recording.
    private func seal(_ hold: Hold, _ held: HeldAction) {
        try? recording.sealed(hold: hold.id, bytes: hold.statement.salts)
        turn.enlist(self)
        progress = .holding(held)
    }

    private func takeEarlySignal(of held: HeldAction) {
        guard let signal = earlySignal else { return }
        earlySignal = nil
        signalled(signal, of: held.ordinal)
    }

    private func notice(of hold: Hold) -> ErrorFields {
        let needs = hold.needs.map { "\($0.count) of group `\($0.group)`" }.joined(separator: ", ")
        return ErrorFields(
            .notice, code: "01000", "sallyport holds this command: \(hold.id.rawValue)",
            detail: "it waits for consent by \(needs)",
            hint: "a person of that group runs: sallyport approve \(hold.id.rawValue)")
    }

    // MARK: Its end

    /// What the desk says of one of the session's holds, on the loop. Of one that is over it says nothing new.
    func signalled(_ signal: HoldSignal, of ordinal: UInt64) {
        guard ordinal == holdsOpened else { return }
        guard case .holding(let held) = progress else {
            if !isEnded { earlySignal = signal }
            return
        }
        switch signal {
        case .approved: decideAgain(held)
        case .ended(let state, by: let who, why: let why): ended(held, state, who, why)
        }
    }

    private func ended(_ held: HeldAction, _ state: HoldState, _ who: PrincipalName?, _ why: String)
    {
        progress = .judging
        let error = ErrorFields.refused(
            "the held command \(held.hold.rawValue) \(state == .expired ? "has" : "was") \(state.rawValue)",
            detail: [who.map { "by \($0)" }, why.isEmpty ? nil : why].compactMap { $0 }
                .joined(separator: ": "),
            hint: "nothing of it ran; ask again when what was missing has changed")
        try? recordRefusal(held.request, error)
        machine.refused(error)
        pump()
    }

    // MARK: Release

    /// Consented to: decided again, under the policies and with the names of now.
    private func decideAgain(_ held: HeldAction) {
        guard mayGoOn() else { return }
        progress = .releasing(held)
        if knowledge.catalogue.isCurrent, !held.opensCode { return releaseHeld(held) }
        // Else the policy would be asked about names that are only possible, or people's consents count for a
        // function that somebody has replaced behind the gateway's back.
        let next = NIOLoopBound((self, held), eventLoop: eventLoop)
        eventLoop.makeFutureWithTask { [target] in
            await target.refreshCatalogue()
        }.whenComplete { _ in
            let (session, held) = next.value
            guard !session.isEnded else { return }
            guard session.cancelledHold != held.hold else { return session.cancel(held) }
            guard session.mayGoOn() else { return }
            guard session.knowledge.catalogue.isCurrent else {
                return session.giveUp(held, "what it runs could not be looked up again")
            }
            session.releaseHeld(held)
        }
    }

    private func releaseHeld(_ held: HeldAction) {
        guard let ruling = rule(held.request, held.meaning), ruling.inspection.refusal == nil else {
            return giveUp(held, "what its names mean is not certain any more")
        }
        let decision = ruling.decision
        let action = action(of: held.request, ruling)
        let next = NIOLoopBound((self, held, ruling), eventLoop: eventLoop)
        let hold = held.hold
        eventLoop.makeFutureWithTask { [services, caller] in
            guard try await services.tokens.stillHolds(caller, now: services.clock.wall()) != nil
            else { return HoldRelease.refused("the credential was revoked") }
            return HoldRelease(try await services.holds.release(hold, now: decision, as: action))
        }.whenComplete { result in
            let (session, held, ruling) = next.value
            guard !session.isEnded, session.cancelledHold != held.hold else {
                // Released for nobody: the client left or cancelled it meanwhile.
                var isReleased = false
                if case .success(.released) = result {
                    isReleased = true
                    session.finish(held.hold, .notSent)
                }
                return session.isEnded ? () : session.cancel(held, isReleased: isReleased)
            }
            switch result {
            case .success(let outcome): session.act(on: outcome, held, ruling)
            case .failure(let error): session.giveUp(held, "\(error)")
            }
            session.pump()
        }
    }

    private func act(on outcome: HoldRelease, _ held: HeldAction, _ ruling: Ruling) {
        switch outcome {
        case .released(let box):
            progress = .judging
            guard let release = box.take(), release.digest == held.digest else {
                finish(held.hold, .notSent)
                return refuseUnrecorded(held.request)
            }
            self.release(held.request, ruling, digest: held.digest, hold: held)
        case .pendingAgain(let hold, let why):
            // Asked anew: with another time, other salts, and for what it does now.
            var held = held
            held.expires = hold.expires
            held.opensCode = ruling.opensCode
            seal(hold, held)
            machine.notify(
                ErrorFields(
                    .notice, code: "01000",
                    "sallyport still holds this command: \(hold.id.rawValue)",
                    detail: why, hint: "it needs new consents"))
            takeEarlySignal(of: held)
        case .refused(let why): giveUp(held, why)
        }
    }

    private func giveUp(_ held: HeldAction, _ why: String) {
        progress = .judging
        let error = ErrorFields.refused(
            "the held command \(held.hold.rawValue) was not released", detail: why,
            hint: "nothing of it ran")
        try? recordRefusal(held.request, error)
        machine.refused(error)
        abandon(held, why)
        pump()
    }

    /// The client cancelled what is held, or what was being released: of that the end is known already.
    func cancel(_ held: HeldAction, isReleased: Bool = false) {
        progress = .judging
        if !isReleased { abandon(held, "the client cancelled it") }
        machine.abandoned()
        pump()
    }

    // MARK: Away

    var heldAction: HeldAction? {
        switch progress {
        case .holding(let held), .releasing(let held): held
        case .judging, .waiting, .ended: nil
        }
    }

    func abandon(_ held: HeldAction, _ why: String) { abandon(held.hold, why) }

    /// How a released hold's command ended.
    func report(_ outcome: ActionOutcome, of hold: HoldID, _ ran: RunningAction) {
        finish(hold, HoldOutcome(outcome))
    }
}

/// What the client is told of a hold that could not be opened: whose doing it is, and nothing of the gateway's inside.
func notHeld(_ error: any Error) -> ErrorFields {
    switch error {
    case HoldError.limit(let reason):
        ErrorFields.refused(
            "the command needs consent, and could not be held", detail: reason,
            hint: "wait for your pending holds, or withdraw one")
    case HoldError.invalid(let reason):
        ErrorFields.refused(
            "the command needs consent, and could not be held", detail: reason, hint: nil)
    default:
        ErrorFields(
            code: "58030", "the command needs consent, and could not be held now",
            hint: "ask the gateway's operator to look at `sallyportd doctor`")
    }
}

/// A release outcome that can be carried to the loop.
enum HoldRelease: Sendable {
    case released(ReleaseBox)
    case pendingAgain(Hold, String)
    case refused(String)

    init(_ outcome: consuming ReleaseOutcome) {
        switch consume outcome {
        case .released(let release, consents: _): self = .released(ReleaseBox(release))
        case .pendingAgain(let hold, why: let why): self = .pendingAgain(hold, why)
        case .refused(why: let why): self = .refused(why)
        }
    }
}

extension HoldOutcome {
    static let notSent = HoldOutcome.failed(detail: "not sent, so it was not run")
    static let notRecorded = HoldOutcome.failed(detail: "not recorded, so it was not run")

    init(_ outcome: ActionOutcome) {
        switch outcome.ending {
        case .succeeded, .suspended: self = .succeeded(detail: outcome.tag)
        case .failed(let error): self = .failed(detail: "\(error.code)")
        case .skipped: self = .failed(detail: "the server skipped it")
        case .closed(hasRun: true): self = .succeeded(detail: "closed before its last row")
        case .closed(hasRun: false): self = .failed(detail: "closed before it ran")
        }
    }
}
