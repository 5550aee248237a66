import Holds
import NIOCore
import Policy
import Shell
import Vocabulary

/// What people are asked about.
struct HeldProgram {
    let subject: ShellSubject
    /// To hold: the last one.
    var decision: Decision
    /// Which of the session's holds it is: signals of others are not its business.
    let ordinal: UInt64
    /// `nil` until the hold is open.
    var hold: HoldID?
    var isReleasing = false
    /// A signal of the desk that came before the loop knew of the hold.
    var early: HoldSignal?
    /// For a retry hold: what comes, and comes again.
    var request: HoldRequest?
    /// As the desk knows this one of those who wait for a retry hold.
    var waiter: UInt64 = 0
    /// When its client does not wait any longer.
    var patience: Scheduled<Void>?
    var isLate = false
}

extension ShellSession {
    /// Asks the people whom the policy names. The program stays as it is, before its first instruction; the others go on.
    func hold(_ subject: ShellSubject, _ decision: Decision) {
        var subject = subject
        // Judged again, it is what it was.
        if subject.action.leavesOpen.isEmpty {
            subject.action.leavesOpen = environment(of: subject)
        }
        if opening.waitMilliseconds != nil { return holdForRetry(subject, decision) }
        let wanted = request(for: subject, decision)
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        let loop = eventLoop
        holdsOpened += 1
        let ordinal = holdsOpened
        let number = subject.number
        held[number] = HeldProgram(subject: subject, decision: decision, ordinal: ordinal)
        let notify: @Sendable (HoldSignal) -> Void = { signal in
            loop.execute { session.value.signalled(signal, of: number, ordinal) }
        }
        wait { [services] in
            try await services.holds.open(wanted, notify: notify)
        } then: { session, result in
            session.opened(result, number, ordinal)
        } abandoned: { [services] hold in
            _ = try? await services.holds.abandon(hold.id, reason: "the session ended")
        }
    }

    /// What people are asked. Its true words are signed, and shown but for what is masked among them.
    ///
    /// - Parameter same: for a retry hold, what must be the same again.
    func request(
        for subject: ShellSubject, _ decision: Decision, again same: Digest? = nil
    ) -> HoldRequest {
        let words = subject.program?.arguments ?? opening.command
        let shown = consentedWords(subject)
        var wanted = HoldRequest(
            requester: caller, session: id, target: target.name, action: subject.action,
            decision: decision, kind: same == nil ? .session : .retry)
        if let same { wanted.action.digest = same }
        if shown != words {
            wanted.maskedStatement = String(decoding: shownCommand(shown), as: UTF8.self)
            wanted.withheldValues = Set(words.indices.filter { shown[$0] != words[$0] })
        }
        return wanted
    }

    /// As those who are asked see them. Where a word may stand for what is masked in another, nothing is.
    private func consentedWords(_ subject: ShellSubject) -> [[UInt8]] {
        guard let program = subject.program, let code = subject.code else {
            return opening.isLine || mayExpand(opening.command)
                ? opening.command : maskedOpening(isCounted: true)
        }
        // A script's words are its interpreter's first: what the script is called hides nothing from those who are asked.
        return mayExpand(program, code)
            ? program.arguments
            : maskedWords(program.arguments, of: program.executable, isCounted: true)
    }

    private func opened(_ result: Result<Hold, any Error>, _ number: UInt64, _ ordinal: UInt64) {
        guard var waiting = held[number], waiting.ordinal == ordinal else {
            if case .success(let hold) = result {
                abandon(hold.id, "the program was ended while it waited")
            }
            return
        }
        switch result {
        case .success(let hold):
            waiting.hold = hold.id
            let early = waiting.early
            waiting.early = nil
            held[number] = waiting
            try? recording.sealed(hold: hold.id, bytes: hold.statement.salts)
            people(areAskedIn: hold.id, hold.needs, about: waiting.subject)
            if let early { signalled(early, of: number, ordinal) }
        case .failure(let error):
            held[number] = nil
            refused(waiting.subject, error)
        }
    }

    /// It could not be held.
    func refused(_ subject: ShellSubject, _ error: any Error) {
        let told = notHeld(error)
        refused(
            subject, nil, [told.message, told.detail].compactMap { $0 }.joined(separator: ": "),
            hint: told.hint, hold: nil)
    }

    /// The client is told that it waits.
    func people(
        areAskedIn hold: HoldID, _ needs: [NeededConsents], about subject: ShellSubject,
        why: String? = nil
    ) {
        tell(
            ShellNotice(
                .held, hold: hold.rawValue,
                program: subject.name,
                message: why ?? "it waits for consent by \(whom(needs))",
                hint: "a person of that group runs: sallyport approve \(hold.rawValue)"))
    }

    /// What the desk says of one of the session's holds, on the loop. Of one that is over it says nothing new.
    func signalled(_ signal: HoldSignal, of number: UInt64, _ ordinal: UInt64) {
        guard !isEnded, var waiting = held[number], waiting.ordinal == ordinal else { return }
        guard let hold = waiting.hold, !waiting.isReleasing else {
            waiting.early = signal
            held[number] = waiting
            return
        }
        switch signal {
        case .approved: decideAgain(waiting, hold)
        case .ended(let state, by: let who, why: let why):
            held[number] = nil
            waiting.patience?.cancel()
            refused(
                waiting.subject, nil,
                [
                    "the hold \(state == .expired ? "has" : "was") \(state.rawValue)",
                    who.map { "by \($0)" },
                    why.isEmpty ? nil : why,
                ].compactMap { $0 }.joined(separator: ": "),
                hint: "nothing of it ran", hold: hold)
        }
    }

    /// Consented to: decided again, under the policies of now.
    func decideAgain(_ waiting: HeldProgram, _ hold: HoldID) {
        guard mayGoOn() else { return }
        let number = waiting.subject.number
        guard !isPaused else {
            held[number]?.early = .approved
            return
        }
        guard isCurrent(waiting.subject) else {
            held[number] = nil
            abandon(waiting, "the policies have changed what it would begin")
            return judgeLogin()
        }
        held[number]?.isReleasing = true
        let action = waiting.subject.action
        let decision = decide(action)
        wait { [services, caller] in
            guard try await services.tokens.stillHolds(caller, now: services.clock.wall()) != nil
            else { return HoldRelease.refused("the credential was revoked") }
            return HoldRelease(
                try await services.holds.release(
                    hold, now: decision, as: action, for: waiting.request))
        } then: { session, result in
            session.released(result, waiting, hold, decision)
        } abandoned: { [services] outcome in
            guard case .released = outcome else { return }
            _ = try? await services.holds.finished(hold, .notSent)
        }
    }

    private func released(
        _ result: Result<HoldRelease, any Error>, _ before: HeldProgram, _ hold: HoldID,
        _ decision: Decision
    ) {
        let number = before.subject.number
        guard var waiting = held[number], waiting.ordinal == before.ordinal else {
            // It went while it was being released: released for nobody.
            if case .success(.released) = result { finish(hold, .notSent) }
            return
        }
        switch result {
        case .success(.released(let box)):
            held[number] = nil
            waiting.patience?.cancel()
            if mayBeReleased(before.subject) {
                tell(
                    ShellNotice(
                        .released, hold: hold.rawValue, program: before.subject.name,
                        message: "consented to"))
            }
            release(
                before.subject, decision, box, hold: hold,
                as: waiting.request?.action.digest ?? before.subject.action.digest)
        case .success(.pendingAgain(let opened, let why)):
            waiting.isReleasing = false
            waiting.decision = decision
            let early = waiting.early
            waiting.early = nil
            held[number] = waiting
            try? recording.sealed(hold: opened.id, bytes: opened.statement.salts)
            let told = "\(why): it needs new consents"
            guard isPatient(waiting) else { return turnAway(waiting, hold, told) }
            people(areAskedIn: hold, opened.needs, about: before.subject, why: told)
            if let early { signalled(early, of: number, before.ordinal) }
        case .success(.refused(let why)): giveUp(waiting, hold, why)
        case .failure(let error):
            guard waiting.request != nil, case HoldError.illegal(let step) = error else {
                return giveUp(waiting, hold, "\(error)")
            }
            anotherWasFirst(waiting, hold, step.state)
        }
    }

    func giveUp(_ waiting: HeldProgram, _ hold: HoldID, _ why: String) {
        held[waiting.subject.number] = nil
        abandon(waiting, why)
        refused(
            waiting.subject, nil, "its hold was not released: \(why)", hint: "nothing of it ran",
            hold: hold)
    }

    // MARK: Away

    /// A retry hold stays, for who comes again.
    func abandon(_ waiting: HeldProgram, _ why: String) {
        waiting.patience?.cancel()
        guard let hold = waiting.hold else { return }
        if waiting.request == nil {
            abandon(hold, why)
        } else {
            services.holds.leave(hold, waiter: waiting.waiter)
        }
    }
}
