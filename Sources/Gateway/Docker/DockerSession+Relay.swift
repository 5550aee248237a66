import Docker
import HTTP
import Holds
import NIOCore
import Recording
import Vocabulary

extension DockerSession {
    /// Its bytes leave with the end of the turn.
    func go(_ exchange: Exchange, _ subject: CallSubject) {
        stage = .relaying
        exchange.sent = services.clock.monotonic()
        toServer.writeBytes(subject.bytes)
        if exchange.head.expectsContinue, !exchange.isWhole, exchange.body.isEmpty {
            toClient.writeBytes(ResponseHead.goOn)
        }
        if subject.does(.buildOpaque) { enterUnseen(subject) }
        exchange.recordsInput = recordsInput(subject)
        turn.enlist(self)
        relayBody()
        setReading()
    }

    // MARK: Out

    /// A body that is judged by its parameters goes on as it comes. What comes behind the request waits.
    func relayBody() {
        guard let exchange, !exchange.isWhole else { return }
        let isChunked = exchange.head.body == .chunked
        read(exchange) { bytes in
            guard isChunked else {
                toServer.writeBytes(bytes)
                return true
            }
            let chunk = Chunk(byteCount: bytes.count)
            toServer.writeBytes(chunk.before)
            toServer.writeBytes(bytes)
            toServer.writeBytes(chunk.after)
            return true
        }
        if isChunked, exchange.isWhole { toServer.writeBytes(Chunk.last) }
        if awaitingRecord.isEmpty { sendServer() }
    }

    /// Of a stream that the connection has become.
    func relayInput() {
        guard let exchange, let subject = exchange.subject else { return }
        if exchange.recordsInput {
            guard record(input: fromClient, exchange, subject) else { return }
            inputAwaitsRecord = true
            turn.enlist(self)
            paceRecording()
        }
        toServer.writeBuffer(&fromClient)
        if awaitingRecord.isEmpty { sendServer() }
    }

    /// Whether a rule asks for it. That may be the one by which a command was made: its start does the same.
    private func recordsInput(_ subject: CallSubject) -> Bool {
        guard subject.engine.reply == .hijack, subject.engine.stream != .opaque else {
            return false
        }
        let effects = subject.action.effects.flatMap { effect in
            guard effect.verb == .containerExecStart else { return [effect] }
            var made = effect
            made.verb = .containerExec
            return [effect, made]
        }
        return standing.scope.decide(effects, inTransaction: false).recordsInput
    }

    // MARK: Back

    func relayResponse() {
        guard let exchange, let subject = exchange.subject else { return }
        if exchange.response == nil {
            let upgrade = subject.engine.head.upgrade
            guard
                let head = readResponseHead(exchange, to: exchange.head.method, upgrade: upgrade)
            else { return }
            took(head, exchange, subject)
            if case .streaming = stage { return relayOutput() }
        }
        relayData(exchange, subject)
    }

    /// The next head from the engine, behind interim ones; `nil` until it has come, or when it will not.
    func readResponseHead(
        _ exchange: Exchange, to method: String, upgrade: String? = nil
    ) -> ResponseHead? {
        while true {
            let step = fromServer.withUnsafeReadableBytes {
                ResponseHead.read($0, &serverScanner, to: method, upgrade: upgrade)
            }
            switch step {
            case .needMore: return nil
            case .refused(let refusal):
                engineSpokeNonsense(refusal)
                return nil
            case .head(let head, let count):
                fromServer.moveReaderIndex(forwardBy: count)
                guard head.isInterim else { return head }
                exchange.interims += 1
                guard exchange.interims <= GatewayLimits.interimResponsesMax else {
                    engineSpokeNonsense(HTTPRefusal(502, "interim responses without an end"))
                    return nil
                }
            }
        }
    }

    private func took(_ head: ResponseHead, _ exchange: Exchange, _ subject: CallSubject) {
        exchange.response = head
        exchange.outgoing = BodyDecoder(head.body)
        say(head.bytes)
        let isStream =
            head.body == .upgraded
            || subject.engine.reply == .hijack && head.status == 200 && head.body == .untilClose
        if isStream { startStream(exchange, subject) }
    }

    private func relayData(_ exchange: Exchange, _ subject: CallSubject) {
        let isChunked = exchange.response?.body == .chunked
        while !isEnded {
            switch fromServer.withUnsafeReadableBytes({ exchange.outgoing.next(in: $0) }) {
            case .needMore: return turn.enlist(self)
            case .refused(let refusal): return engineSpokeNonsense(refusal)
            case .data(let range):
                fromServer.moveReaderIndex(forwardBy: range.lowerBound)
                guard var data = fromServer.readSlice(length: range.count) else { return }
                note(data, exchange, subject)
                let chunk = isChunked ? Chunk(byteCount: range.count) : nil
                if let chunk { toClient.writeBytes(chunk.before) }
                toClient.writeBuffer(&data)
                if let chunk { toClient.writeBytes(chunk.after) }
            case .end(let count):
                fromServer.moveReaderIndex(forwardBy: count)
                if isChunked { toClient.writeBytes(Chunk.last) }
                return responseEnded()
            }
        }
    }

    /// What goes back is counted, recorded where it is a container's output, and read where it names what was made.
    private func note(_ data: ByteBuffer, _ exchange: Exchange, _ subject: CallSubject) {
        exchange.bytesBack += UInt64(data.readableBytes)
        if subject.engine.creates != .nothing,
            exchange.made.count + data.readableBytes <= GatewayLimits.madeBytesMax
        {
            exchange.made += data.readableBytesView
        }
        guard exchange.response?.status == 200 else { return }
        record(data, exchange, subject)
    }

    func responseEnded() {
        guard let exchange, let subject = exchange.subject, let response = exchange.response
        else { return }
        guard fromServer.readableBytes == 0 else {
            return end(.upstreamLost("the engine sent more than was asked for"))
        }
        if response.status < 300 { noteDone(exchange, subject) }
        recordOutcome(exchange, subject, "\(response.status)")
        if let hold = exchange.held?.hold {
            let told = "status \(response.status)"
            finish(
                hold,
                response.status < 400 ? .succeeded(detail: told) : .failed(detail: told))
        }
        exchange.held = nil
        exchange.subject = nil
        turn.enlist(self)
        // Of a request that was answered before it was read to its end nobody knows where the next one begins.
        guard exchange.isWhole, exchange.spool?.isSent ?? true,
            !exchange.head.wantsClose, !response.wantsClose, response.body != .untilClose
        else { return end(.clientLeft) }
        next()
    }

    /// What was made was judged: it may be started by who has made it.
    private func noteDone(_ exchange: Exchange, _ subject: CallSubject) {
        if let resize = subject.engine.resizes {
            target.objects.resized(
                resize.id, TerminalSize(columns: resize.columns, rows: resize.rows))
        }
        var creates = subject.engine.creates
        guard creates != .nothing,
            let made = try? JSONValue(parsing: exchange.made), let name = made["Id"]?.text
        else { return }
        if case .exec(var exec) = creates {
            exec.origin = JudgedExec.Origin(session: id, hold: exchange.held?.hold)
            creates = .exec(exec)
        }
        target.objects.remember(name, creates, of: caller.principal.name, under: exchange.footing)
    }

    // MARK: Streams

    private func startStream(_ exchange: Exchange, _ subject: CallSubject) {
        stage = .streaming
        if let name = subject.engine.streamOf {
            streamName = name
            let session = NIOLoopBound(self, eventLoop: eventLoop)
            let loop = eventLoop
            target.objects.addStream(name, of: id) { size in
                loop.execute { session.value.resized(size) }
            }
        }
        pump()
        setReading()
    }

    private func resized(_ size: TerminalSize) {
        guard !isEnded else { return }
        do {
            try recording.resized(size)
        } catch {
            return fail(recording: error)
        }
        turn.enlist(self)
    }

    func relayOutput() {
        guard let exchange, let subject = exchange.subject else { return }
        guard var data = fromServer.readSlice(length: fromServer.readableBytes),
            data.readableBytes > 0
        else { return turn.enlist(self) }
        exchange.bytesBack += UInt64(data.readableBytes)
        record(data, exchange, subject)
        toClient.writeBuffer(&data)
        turn.enlist(self)
    }
}
