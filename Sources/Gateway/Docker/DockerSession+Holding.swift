import Docker
import HTTP
import Holds
import NIOCore
import Policy
import Vocabulary

extension DockerSession {
    /// Asks the people whom the policy names. The client waits for its response; its other connections go on.
    func hold(_ exchange: Exchange, _ subject: CallSubject, _ decision: Decision) {
        guard !hasClientEnded else { return end(.clientLeft) }
        exchange.holds += 1
        let ordinal = exchange.holds
        exchange.held = HeldCall(
            ordinal: ordinal, digest: subject.action.digest, decision: decision)
        keepPatient(exchange)
        let wanted = request(for: subject, decision)
        let bound = NIOLoopBound((self, exchange), eventLoop: eventLoop)
        let loop = eventLoop
        let notify: @Sendable (HoldSignal) -> Void = { signal in
            loop.execute {
                let (session, exchange) = bound.value
                session.signalled(signal, of: exchange, ordinal)
            }
        }
        wait { [services] in
            try await services.holds.open(wanted, notify: notify)
        } then: { session, result in
            session.opened(result, exchange)
        } abandoned: { [services] hold in
            _ = try? await services.holds.abandon(hold.id, reason: "the client left")
        }
    }

    /// What people are asked. The true bytes are signed, and shown unless they are withheld for secrets.
    private func request(for subject: CallSubject, _ decision: Decision) -> HoldRequest {
        HoldRequest(
            requester: caller, session: id, target: target.name, action: subject.action,
            withheldValues: subject.engine.withholdsBody ? [0] : [],
            decision: decision)
    }

    /// Some clients wait no longer than a minute for a byte. An interim response (RFC 9110 section 15.2) is one; others take
    /// five of them at most, and wait for ever without.
    private func keepPatient(_ exchange: Exchange) {
        let agent = exchange.head.headers.values("User-Agent").first ?? ""
        guard !["Docker-Client/", "Go-http-client/"].contains(where: agent.hasPrefix) else {
            return
        }
        let bound = NIOLoopBound((self, exchange), eventLoop: eventLoop)
        let pause = TimeAmount.seconds(GatewayLimits.patienceSeconds)
        exchange.held?.patience = eventLoop.scheduleRepeatedTask(
            initialDelay: pause, delay: pause
        ) { _ in
            let (session, exchange) = bound.value
            guard session.exchange === exchange, exchange.held != nil else { return }
            session.say(ResponseHead.goOn)
        }
    }

    private func opened(_ result: Result<Hold, any Error>, _ exchange: Exchange) {
        guard self.exchange === exchange, var held = exchange.held,
            let subject = exchange.subject
        else {
            if case .success(let hold) = result { abandon(hold.id, "the client left") }
            return
        }
        switch result {
        case .success(let hold):
            held.hold = hold.id
            let early = held.early
            held.early = nil
            exchange.held = held
            try? recording.sealed(hold: hold.id, bytes: hold.statement.salts)
            recordNotice(
                "held: \(subject.title): it waits for consent by \(whom(hold.needs)) (hold \(hold.id.rawValue))"
            )
            if let early { signalled(early, of: exchange, held.ordinal) }
        case .failure(let error):
            let told = notHeld(error)
            let status =
                switch error {
                case HoldError.limit: 429
                case HoldError.invalid: 403
                default: 503
                }
            giveUp(
                exchange,
                EngineReply(
                    status, [told.message, told.detail].compactMap { $0 }.joined(separator: ": "),
                    hint: told.hint))
        }
    }

    /// What the desk says, on the loop.
    private func signalled(_ signal: HoldSignal, of exchange: Exchange, _ ordinal: Int) {
        guard !isEnded, self.exchange === exchange, let held = exchange.held,
            held.ordinal == ordinal
        else { return }
        guard let hold = held.hold, !held.isReleasing else {
            exchange.held?.early = signal
            return
        }
        switch signal {
        case .approved:
            // Once more from the beginning: what its names mean may have changed meanwhile.
            exchange.held?.isReleasing = true
            startAsking(exchange)
        case .ended(let state, by: let who, why: let why):
            var words =
                "the hold \(hold.rawValue) \(state == .expired ? "has" : "was") \(state.rawValue)"
            if let who { words += " by \(who)" }
            if !why.isEmpty { words += ": \(why)" }
            giveUp(exchange, EngineReply(403, words, hint: "nothing of it ran"))
        }
    }

    /// Consented to: decided again, as what it means now and under the policies of now.
    func releaseAgain(_ exchange: Exchange, _ subject: CallSubject) {
        guard let held = exchange.held, let hold = held.hold else { return }
        // What it names is another now: people have not been asked about that.
        guard held.digest == subject.action.digest else {
            let why = "what it names was replaced meanwhile"
            recordNotice("not released: \(subject.title): \(why) (hold \(hold.rawValue))")
            drop(exchange, why)
            return judge(exchange, subject)
        }
        stage = .deciding
        let decision = decide(subject)
        wait { [services, caller] in
            guard try await services.tokens.stillHolds(caller, now: services.clock.wall()) != nil
            else { return HoldRelease.refused("the credential was revoked") }
            return HoldRelease(
                try await services.holds.release(hold, now: decision, as: subject.action))
        } then: { session, result in
            session.released(result, exchange, subject, hold, decision)
        } abandoned: { [services] outcome in
            guard case .released = outcome else { return }
            _ = try? await services.holds.finished(hold, .notSent)
        }
    }

    private func released(
        _ result: Result<HoldRelease, any Error>, _ exchange: Exchange, _ subject: CallSubject,
        _ hold: HoldID, _ decision: Decision
    ) {
        guard self.exchange === exchange, exchange.held != nil else {
            if case .success(.released) = result { finish(hold, .notSent) }
            return
        }
        switch result {
        case .success(.released(let box)):
            exchange.held?.patience?.cancel()
            recordNotice("released: \(subject.title) (hold \(hold.rawValue))")
            release(exchange, subject, decision, box, hold: hold)
        case .success(.pendingAgain(let opened, let why)):
            exchange.held?.isReleasing = false
            exchange.held?.decision = decision
            try? recording.sealed(hold: opened.id, bytes: opened.statement.salts)
            recordNotice("held again: \(why): it needs new consents (hold \(hold.rawValue))")
            if let held = exchange.held, let early = held.early {
                exchange.held?.early = nil
                signalled(early, of: exchange, held.ordinal)
            }
        case .success(.refused(let why)): notReleased(exchange, why)
        case .failure(let error): notReleased(exchange, "\(error)")
        }
    }

    private func notReleased(_ exchange: Exchange, _ why: String) {
        giveUp(
            exchange,
            EngineReply(
                403, "its hold was not released: \(why)", hint: "nothing of it ran"))
    }

    /// It will not run.
    private func giveUp(_ exchange: Exchange, _ reply: EngineReply) {
        let held = exchange.held
        do {
            try recordRefusal(
                exchange.subject?.title ?? line(of: exchange.head), reply, held?.decision,
                hold: held?.hold)
        } catch {
            services.log.error("a refusal was not recorded", metadata: ["error": "\(error)"])
        }
        answer(reply)
    }

    /// Nobody needs to decide on it any more.
    func drop(_ exchange: Exchange, _ why: String) {
        guard let held = exchange.held else { return }
        exchange.held = nil
        held.patience?.cancel()
        if let hold = held.hold { abandon(hold, why) }
    }

    /// The session ends in the middle of a call.
    func leave(_ exchange: Exchange, _ before: Stage, _ reason: SessionEnd) {
        exchange.held?.patience?.cancel()
        let hold = exchange.held?.hold
        switch before {
        case .relaying where !exchange.hasLeft:
            guard let hold else { return }
            if case .recordingFailed = reason {
                finish(hold, .notRecorded)
            } else {
                finish(hold, .notSent)
            }
        case .relaying, .streaming:
            if let subject = exchange.subject {
                recordOutcome(exchange, subject, exchange.response.map { "\($0.status)" } ?? "")
            }
            guard let hold else { return }
            if case .finished = reason {
                finish(hold, .succeeded(detail: "its stream ended"))
            } else {
                finish(hold, .unknown(detail: "the session ended before its end was known"))
            }
        case .idle, .body, .asking, .deciding, .draining, .ended:
            if let hold { abandon(hold, reason.text) }
        }
    }
}
