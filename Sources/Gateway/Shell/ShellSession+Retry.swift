import Cryptography
import Holds
import NIOCore
import Policy
import Shell
import Vocabulary

/// Holds for clients that do not wait, or not for long: the same that comes again once it is approved goes through.
extension ShellSession {
    /// Asks the people whom the policy names, or finds that they are asked, or were. The program stays stopped for as long
    /// as its client waits.
    func holdForRetry(_ subject: ShellSubject, _ decision: Decision) {
        guard let same = retryDigest(of: subject) else {
            return refuse(
                subject, nil, "it is held, and what runs is no file that could be known again",
                hint: "run it without --wait: then its session waits for the consent")
        }
        let request = request(for: subject, decision, again: same)
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        let loop = eventLoop
        holdsOpened += 1
        let ordinal = holdsOpened
        let number = subject.number
        var waiting = HeldProgram(subject: subject, decision: decision, ordinal: ordinal)
        waiting.request = request
        held[number] = waiting
        let notify: @Sendable (HoldSignal) -> Void = { signal in
            loop.execute { session.value.signalled(signal, of: number, ordinal) }
        }
        let listens = isPatient(waiting)
        wait { [services] in
            try await services.holds.ask(request, notify: listens ? notify : nil)
        } then: { session, result in
            session.answered(result, number, ordinal)
        } abandoned: { [services] answer in
            if let hold = answer.hold { services.holds.leave(hold.id, waiter: hold.waiter) }
        }
    }

    private func retryDigest(of subject: ShellSubject) -> Digest? {
        if let start = subject.start { return SHA256.hash(start.retryEncoding) }
        guard let program = subject.program, let code = subject.code else { return nil }
        return program.retryEncoding(session: id.rawValue, code).map { SHA256.hash($0) }
    }

    /// Whether the client waits (still). A session's own hold is always waited for.
    func isPatient(_ waiting: HeldProgram) -> Bool {
        waiting.request == nil || (opening.waitMilliseconds != 0 && !waiting.isLate)
    }

    private func answered(
        _ result: Result<RetryAnswer, any Error>, _ number: UInt64, _ ordinal: UInt64
    ) {
        guard var waiting = held[number], waiting.ordinal == ordinal else {
            if case .success(let answer) = result, let hold = answer.hold {
                services.holds.leave(hold.id, waiter: hold.waiter)
            }
            return
        }
        if case .success(let answer) = result, let hold = answer.hold {
            if let opened = hold.opened {
                try? recording.sealed(hold: opened.id, bytes: opened.statement.salts)
            }
            waiting.hold = hold.id
            waiting.waiter = hold.waiter
            if isPatient(waiting) { waiting.patience = patience(number, ordinal) }
            held[number] = waiting
        }
        switch result {
        case .success(.waits(let hold)): waits(for: hold, number, ordinal)
        case .success(.approved(let hold)): decideAgain(waiting, hold.id)
        case .success(.denied(let hold, by: let who, why: let why)):
            held[number] = nil
            refused(
                waiting.subject, nil, "the hold was denied: by \(who): \(why)",
                hint:
                    "nothing of it ran; the same is not asked again before that hold's time is over",
                hold: hold)
        case .failure(let error):
            held[number] = nil
            refused(waiting.subject, error)
        }
    }

    private func waits(for hold: RetryHold, _ number: UInt64, _ ordinal: UInt64) {
        guard let waiting = held[number] else { return }
        let whom = whom(hold.needs)
        guard isPatient(waiting) else {
            return turnAway(waiting, hold.id, "it waits for consent by \(whom)")
        }
        people(areAskedIn: hold.id, hold.needs, about: waiting.subject)
        let early = waiting.early
        held[number]?.early = nil
        if let early { signalled(early, of: number, ordinal) }
    }

    private func patience(_ number: UInt64, _ ordinal: UInt64) -> Scheduled<Void> {
        let most = UInt64(Holds.Limits.holdMillisecondsMax)
        let milliseconds = Int64(min(opening.waitMilliseconds ?? most, most))
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        return eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {
            session.value.patienceEnded(number, ordinal)
        }
    }

    private func patienceEnded(_ number: UInt64, _ ordinal: UInt64) {
        guard !isEnded, var waiting = held[number], waiting.ordinal == ordinal,
            let hold = waiting.hold
        else { return }
        waiting.isLate = true
        held[number] = waiting
        // What is being released comes to its end first.
        guard !waiting.isReleasing else { return }
        turnAway(waiting, hold, "nobody has decided yet")
    }

    /// It does not run now; its hold stays, and the client knows how to come again.
    func turnAway(_ waiting: HeldProgram, _ hold: HoldID, _ why: String) {
        held[waiting.subject.number] = nil
        abandon(waiting, why)
        refused(
            waiting.subject, waiting.decision, why,
            hint:
                "once it is approved (sallyport approve \(hold.rawValue)), run exactly the same again: it then runs, once",
            hold: hold, as: .comeAgain)
    }

    /// Another run of the same was let go, or its release was not enough.
    func anotherWasFirst(_ waiting: HeldProgram, _ hold: HoldID, _ state: HoldState) {
        guard state == .pending else {
            let tookIt = state == .running || state == .succeeded || state == .failed
            return giveUp(
                waiting, hold,
                tookIt ? "another run of the same took its consent" : "it is \(state.rawValue)")
        }
        var waiting = waiting
        waiting.isReleasing = false
        let early = waiting.early
        waiting.early = nil
        held[waiting.subject.number] = waiting
        guard isPatient(waiting) else { return turnAway(waiting, hold, "it needs new consents") }
        if let early { signalled(early, of: waiting.subject.number, waiting.ordinal) }
    }
}

extension RetryAnswer {
    /// The hold that is still open.
    fileprivate var hold: RetryHold? {
        switch self {
        case .waits(let hold), .approved(let hold): hold
        case .denied: nil
        }
    }
}
