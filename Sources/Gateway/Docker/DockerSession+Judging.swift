import Cryptography
import Docker
import HTTP
import Holds
import Ledger
import NIOCore
import Policy
import Recording
import Vocabulary

extension DockerSession {
    // MARK: What it means

    /// From the beginning, with what is known of what was judged before on the same footing.
    func startAsking(_ exchange: Exchange) {
        guard !isEngineAway else { return dialAgain(exchange) }
        exchange.footing = standing.footing
        exchange.facts = EngineFacts(
            judged: target.objects.judged(for: caller.principal.name, under: exchange.footing))
        ask(exchange)
    }

    /// Nothing of the call has left on the connection that the engine has closed, and no answer is due on it.
    private func dialAgain(_ exchange: Exchange) {
        stage = .deciding
        wait { [target, eventLoop] in
            try await target.connect(on: eventLoop).get()
        } then: { session, result in
            session.dialled(result, exchange)
        } abandoned: { connection in
            connection.channel.close(promise: nil)
        }
    }

    private func dialled(_ result: Result<TargetConnection, any Error>, _ exchange: Exchange) {
        switch result {
        case .success(let connection):
            isEngineAway = false
            server = SessionLink(connection.channel)
            connection.handler.value.attach(self, server)
            // It may have closed this one at once, or spoken unasked.
            guard !isEnded else { return }
            startAsking(exchange)
        case .failure(let error):
            services.log.warning(
                "a target cannot be reached",
                metadata: [
                    "session": "\(id.rawValue)", "target": "\(target.name)", "error": "\(error)",
                ])
            lose(exchange, .unreachable(target.name), "the engine cannot be reached again")
        }
    }

    /// Finds out what a call does: by itself, and by what the engine says of the objects that it names.
    func ask(_ exchange: Exchange) {
        switch exchange.call.meaning(exchange.facts) {
        case .ask(.engine) where useKeptInfo(exchange): ask(exchange)
        case .ask(let question): send(question, exchange)
        case .answer(let status, let body): passOn(status, body, exchange)
        case .refused(let refusal): refuse(line(of: exchange.head), EngineReply(refusal))
        case .action(let engine):
            // It may be held for long.
            exchange.hasAskedOfContainers = exchange.facts.hasAskedOfContainers
            exchange.facts = EngineFacts()
            settle(exchange, subject(engine, exchange))
        }
    }

    /// What the engine has said of itself a moment ago. It starts programs to say it, and only a start of the machine changes
    /// what is read of it.
    private func useKeptInfo(_ exchange: Exchange) -> Bool {
        guard let body = target.info.body(at: services.clock.monotonic()) else { return false }
        do throws(DockerRefusal) {
            try exchange.facts.take(.engine, status: 200, body: body)
            return true
        } catch {
            return false
        }
    }

    private func send(_ question: EngineQuestion, _ exchange: Exchange) {
        let path = ["v\(target.version)"] + question.path
        guard let head = RequestHead(method: "GET", path: path, host: "docker") else {
            return refuse(
                line(of: exchange.head), EngineReply(400, "it names what cannot be looked up"))
        }
        stage = .asking
        exchange.answer = Exchange.Answer(question: question)
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        answerDeadline = eventLoop.scheduleTask(
            in: .seconds(GatewayLimits.engineAnswerSecondsMax)
        ) { session.value.answerIsLate() }
        toServer.writeBytes(head.bytes)
        sendServer()
        setReading()
    }

    func takeAnswer() {
        guard let exchange, var answer = exchange.answer else { return }
        if answer.head == nil {
            guard let head = readResponseHead(exchange, to: "GET") else { return }
            guard !head.wantsClose, head.body != .untilClose else {
                return engineSpokeNonsense(HTTPRefusal(502, "an answer without an end"))
            }
            answer.head = head
            answer.decoder = BodyDecoder(head.body)
        }
        while true {
            switch fromServer.withUnsafeReadableBytes({ answer.decoder.next(in: $0) }) {
            case .needMore:
                exchange.answer = answer
                return
            case .refused(let refusal): return engineSpokeNonsense(refusal)
            case .data(let range):
                guard answer.body.count + range.count <= GatewayLimits.engineAnswerBytesMax else {
                    return engineSpokeNonsense(HTTPRefusal(502, "an answer that is too long"))
                }
                fromServer.moveReaderIndex(forwardBy: range.lowerBound)
                answer.body += fromServer.readBytes(length: range.count) ?? []
            case .end(let count):
                fromServer.moveReaderIndex(forwardBy: count)
                exchange.answer = nil
                answerDeadline?.cancel()
                return took(answer, exchange)
            }
        }
    }

    private func took(_ answer: Exchange.Answer, _ exchange: Exchange) {
        guard fromServer.readableBytes == 0, let status = answer.head?.status else {
            return engineSpokeNonsense(HTTPRefusal(502, "more than was asked for"))
        }
        do throws(DockerRefusal) {
            try exchange.facts.take(answer.question, status: status, body: answer.body)
        } catch {
            return refuse(line(of: exchange.head), EngineReply(error))
        }
        if answer.question == .engine, status == 200 {
            target.info.keep(answer.body, at: services.clock.monotonic())
        }
        stage = .deciding
        ask(exchange)
        pump()
    }

    /// An answer that still comes would be taken for the next one's: so the session ends.
    private func answerIsLate() {
        guard case .asking = stage, let exchange else { return }
        services.log.warning(
            "an engine does not answer",
            metadata: ["session": "\(id.rawValue)", "target": "\(target.name)"])
        let reply = EngineReply(
            504,
            "the engine did not answer within \(GatewayLimits.engineAnswerSecondsMax) s what the call is about",
            hint: "nothing of it ran")
        lose(exchange, reply, "the engine did not answer")
    }

    /// What the call is about cannot be asked: it is refused, its hold ends, and the session does.
    private func lose(_ exchange: Exchange, _ reply: EngineReply, _ why: String) {
        do {
            try recordRefusal(
                exchange.subject?.title ?? line(of: exchange.head), reply, nil,
                hold: exchange.held?.hold)
        } catch {
            return fail(recording: error)
        }
        services.enterLater(refusalEntry(reply.message))
        say(reply.bytes(closing: true, isBodiless: exchange.head.method == "HEAD"))
        end(.upstreamLost(why))
    }

    func engineSpokeNonsense(_ refusal: HTTPRefusal) {
        services.log.warning(
            "an engine sent what cannot be read",
            metadata: [
                "session": "\(id.rawValue)", "target": "\(target.name)",
                "error": "\(refusal.message)",
            ])
        if exchange?.response == nil {
            say(EngineReply(502, "the engine's answer cannot be read").bytes(closing: true))
        }
        end(.upstreamLost("the engine sent what cannot be read"))
    }

    /// What the call is about is not there: the engine's own words for that are the answer.
    private func passOn(_ status: Int, _ body: [UInt8], _ exchange: Exchange) {
        let told = "\(line(of: exchange.head)): \(status), the engine does not have it"
        do {
            try recording.notice(told, isCounted: true)
        } catch {
            return fail(recording: error)
        }
        drop(exchange, told)
        respond(status, body, to: exchange.head)
    }

    private func subject(_ engine: EngineAction, _ exchange: Exchange) -> CallSubject {
        let bytes = engine.head.bytes + engine.body
        var words = [engine.shown] + exchange.call.context(exchange.head.headers)
        // Who consents to a build consents to these files.
        if let digest = exchange.contextDigest, let spool = exchange.spool {
            words.append("context: \(spool.byteCount) bytes, sha256:\(digest.hex)")
        }
        if case .archive = exchange.call.bodyNeeded {
            words.append("its files are not shown: they are sent only once it may go on")
        }
        // Where the exact body is withheld it is shown without its secrets, in the last line, where those who are asked find
        // it.
        if engine.withholdsBody {
            words.append("body: " + String(decoding: engine.maskedBody, as: UTF8.self))
        }
        let action = Action(
            kind: .call, statement: Array(words.joined(separator: "\n").utf8),
            values: values(engine.body), effects: engine.effects, inTransaction: false,
            digest: bytes.withUnsafeBytes { turn.digest(of: $0) })
        return CallSubject(
            number: exchange.number, engine: engine, action: action, bytes: bytes)
    }

    func values(_ body: [UInt8]) -> [BoundValue] {
        body.isEmpty ? [] : [BoundValue(bytes: body, format: .text, type: 0)]
    }

    // MARK: Verdicts

    private func settle(_ exchange: Exchange, _ subject: CallSubject) {
        exchange.subject = subject
        if let bytes = exchange.headBytes {
            exchange.headBytes = nil
            knownCalls.add(KnownCall(bytes, exchange, subject))
        }
        guard mayGoOn() else { return }
        guard exchange.footing == standing.footing else { return startAsking(exchange) }
        if exchange.held != nil { return releaseAgain(exchange, subject) }
        judge(exchange, subject)
    }

    func judge(_ exchange: Exchange, _ subject: CallSubject) {
        let decision = decide(subject)
        stage = .deciding
        // Nobody is asked about what cannot work.
        if decision.verdict != .deny, door.isByPath, exchange.call.needsSession {
            return refuse(subject.title, EngineDoor.noBuilder)
        }
        switch decision.verdict {
        case .allow: allow(exchange, subject, decision)
        case .review: review(exchange, subject, decision)
        case .hold: hold(exchange, subject, decision)
        case .deny: deny(exchange, subject, decision)
        }
    }

    func decide(_ subject: CallSubject) -> Decision {
        standing.scope.decide(subject.action.effects, inTransaction: false)
    }

    /// A command starts once, whoever asks first.
    private func isFirst(_ subject: CallSubject) -> Bool {
        guard subject.does(.containerExecStart), let exec = subject.engine.streamOf else {
            return true
        }
        return target.objects.start(exec, of: caller.principal.name)
    }

    private func allow(_ exchange: Exchange, _ subject: CallSubject, _ decision: Decision) {
        guard isFirst(subject) else { return startedBefore(subject) }
        do {
            try record(subject, decision, hold: nil)
        } catch {
            return fail(recording: error)
        }
        awaitingRecord.append(AwaitingAction(digest: subject.action.digest, decision: decision))
        go(exchange, subject)
    }

    /// Allowed, but only behind its entry in the ledger, or its place in the count of an entry.
    private func review(_ exchange: Exchange, _ subject: CallSubject, _ decision: Decision) {
        let entry = decisionEntry(subject.action, decision)
        let isCounted = enteredDecisions.addReview()
        wait { [services, id] in
            try await services.release(decision, behind: entry, of: id, isCounted: isCounted)
        } then: { session, result in
            guard session.exchange === exchange else { return }
            switch result {
            case .success(let box): session.release(exchange, subject, decision, box, hold: nil)
            case .failure: session.answer(EngineReply.notRecorded)
            }
        }
    }

    /// Its release stands: recorded first, in this turn's write, and only behind it.
    func release(
        _ exchange: Exchange, _ subject: CallSubject, _ decision: Decision, _ box: ReleaseBox,
        hold: HoldID?
    ) {
        guard mayGoOn() else {
            if let hold { finish(hold, .notSent) }
            return
        }
        // On another footing than that of now it is asked again.
        guard decision.policyVersion == standing.policies.set.version,
            exchange.footing == standing.footing
        else {
            if let hold { finish(hold, .notSent) }
            exchange.held = nil
            return startAsking(exchange)
        }
        guard let release = box.take(), release.digest == subject.action.digest else {
            if let hold { finish(hold, .notSent) }
            exchange.held = nil
            return refuse(
                subject.title,
                EngineReply(409, "what it would do has changed meanwhile", hint: "ask again"))
        }
        guard isFirst(subject) else {
            if let hold { finish(hold, .notSent) }
            exchange.held = nil
            return startedBefore(subject)
        }
        do {
            try record(subject, decision, hold: hold)
        } catch {
            if let hold { finish(hold, .notRecorded) }
            return fail(recording: error)
        }
        awaitingRecord.append(AwaitingAction(digest: subject.action.digest, decision: nil))
        go(exchange, subject)
    }

    private func startedBefore(_ subject: CallSubject) {
        refuse(
            subject.title,
            EngineReply(409, "the command was started before", hint: "make it anew"))
    }

    private func deny(_ exchange: Exchange, _ subject: CallSubject, _ decision: Decision) {
        let rules = decision.matches.filter { $0.verdict == .deny }
            .map { "`\($0.policy)/\($0.rule)`" }
        let why =
            rules.isEmpty
            ? "no policy allows it" : "refused by policy rule \(rules.joined(separator: ", "))"
        // Who may not look at an object is not told by a refusal what it is.
        let reply =
            mayBeTold(exchange, subject)
            ? EngineReply(
                403, "\(why): \(subject.title)",
                hint: standing.scope.denialHint(for: decision, effects: subject.action.effects))
            : EngineReply(
                403, "\(why): \(line(of: exchange.head))",
                hint: "which rule it needs is in the gateway's ledger")
        refuse(
            subject.title, reply, decision, entry: decisionEntry(subject.action, decision))
    }

    private func mayBeTold(_ exchange: Exchange, _ subject: CallSubject) -> Bool {
        var looks = subject.action.effects.compactMap { effect in
            effect.verb.look.map { Effect($0, effect.object, attributes: effect.attributes) }
        }
        // What a new container takes from others says what those have.
        if exchange.hasAskedOfContainers, !looks.contains(where: { $0.verb == .containerInspect }) {
            looks.append(Effect(.containerInspect, .anything))
        }
        return looks.isEmpty
            || standing.scope.decide(looks, inTransaction: false).verdict <= .review
    }

    /// Refused: entered in the ledger, or at least recorded, and then said. A client may try as often as it likes: from some number on the ledger has
    /// how often, and only the recording each.
    ///
    /// - Parameter head: of a request that no exchange was made of.
    func refuse(
        _ shown: String, _ reply: EngineReply, _ decision: Decision? = nil,
        entry: LedgerEntry? = nil, to head: RequestHead? = nil
    ) {
        stage = .deciding
        let isCounted = enteredDecisions.addRefusal()
        let entry = entry ?? refusalEntry(reply.message)
        wait { [services, id] in
            try await services.enter(entry, of: id, isCounted: isCounted)
        } then: { session, _ in
            do {
                try session.recordRefusal(shown, reply, decision, hold: nil)
            } catch {
                // One that the ledger only counts stands nowhere else.
                if isCounted { return session.fail(recording: error) }
            }
            session.answer(reply, to: head)
        }
    }

    /// Answers in the engine's place.
    func answer(_ reply: EngineReply, to head: RequestHead? = nil) {
        if let exchange { drop(exchange, reply.message) }
        guard let head = exchange?.head ?? head else { return refuseConnection(reply) }
        respond(reply.status, reply.body, to: head)
    }

    /// What is left of the request is thrown away, where it is sure what that is.
    private func respond(_ status: Int, _ body: [UInt8], to head: RequestHead) {
        let isWhole = exchange?.isWhole ?? (head.body == .empty || head.body == .length(0))
        // Whoever would have been asked for the body may leave it out, and go on with the next request.
        let isUnsure = !isWhole && (exchange == nil || head.expectsContinue)
        let closes = head.wantsClose || isUnsure
        let isBodiless = head.method == "HEAD"
        say(
            EngineReply.bytes(
                status, body, closing: closes || isEngineAway, isBodiless: isBodiless))
        if closes {
            return end(isUnsure ? .protocolError("a refused request's body") : .clientLeft)
        }
        stage = .draining
        if isWhole { next() } else { pump() }
    }

    /// What comes behind it on this connection has no meaning any more.
    func refuseConnection(_ reply: EngineReply) {
        recordNotice(reply.message)
        say(reply.bytes(closing: true))
        end(.protocolError(reply.message))
    }
}
