import Cryptography
import Docker
import HTTP
import Holds
import Identity
import NIOCore
import Policy
import Recording
import Vocabulary

/// One client's connection to a container engine, after login: its requests, one after the other. Confined to one event
/// loop, which both sockets share.
///
/// The way of a call: `readHead` → its body → `ask` (what it means, from what the engine says of the objects that it names)
/// → `judge` → recorded (`LoopTurn`) or entered in the ledger → `Release` → our own bytes of it join `toServer` → the turn
/// ends → they leave.
final class DockerSession {
    let services: GatewayServices
    let target: DockerTarget
    let id: SessionID
    let door: EngineDoor
    let turn: LoopTurn
    let eventLoop: any EventLoop
    let caller: AuthenticatedPrincipal
    let openedAt: MonotonicTime
    var standing: SessionStanding
    var recording: SessionRecording
    /// Let go at the end.
    var seat: SessionSeat?

    let client: SessionLink
    /// Of the engine's connection: another one once it was dialled again.
    var server: SessionLink
    /// The engine has closed it in the middle of a request of which it has nothing, and is dialled before it is asked
    /// (again). `fromServer` and `toServer` are empty meanwhile.
    var isEngineAway = false
    var fromClient = ByteBuffer()
    var fromServer = ByteBuffer()
    /// Leave at the end of the turn, behind the write of what is in them.
    var toClient = ByteBuffer()
    var toServer = ByteBuffer()
    /// Actions whose bytes are in `toServer` and whose events are not written yet.
    var awaitingRecord: [AwaitingAction] = []
    /// What a container is to read is in `toServer`, and its event is not written yet.
    var inputAwaitsRecord = false
    var clientScanner = HeadScanner()
    var serverScanner = HeadScanner()

    var stage = Stage.idle
    /// The request that goes on; `nil` between two.
    var exchange: Exchange?
    var knownCalls = KnownCalls()
    var lastNumber: UInt64 = 0
    var enteredDecisions = EnteredDecisions()
    /// The next piece of a build's context is on its way out.
    var isSendingContext = false
    /// Under this name resizes of its stream find it.
    var streamName: String?
    private(set) var hasClientEnded = false
    private var clientTakesMore = true
    private(set) var serverTakesMore = true
    /// The recorder has too much to file.
    var waitsForFiling = false
    var expiry: Scheduled<Void>?
    /// Of the engine's answer to a question.
    var answerDeadline: Scheduled<Void>?
    var isEnlisted = false

    enum Stage {
        /// Between two requests.
        case idle
        /// A body that is judged comes.
        case body
        /// The engine is asked about an object.
        case asking
        /// The ledger or people are waited for.
        case deciding
        /// What is left of a refused request's body is thrown away.
        case draining
        /// The request has left, and the response comes.
        case relaying
        /// Both directions are the container's.
        case streaming
        case ended
    }

    init(
        services: GatewayServices, admitted: AdmittedEngine, turn: LoopTurn, client: SessionLink,
        server: SessionLink, recording: SessionRecording, eventLoop: any EventLoop
    ) {
        self.services = services
        target = admitted.target
        id = admitted.id
        door = admitted.door
        caller = admitted.caller
        seat = admitted.seat
        self.turn = turn
        self.client = client
        self.server = server
        self.recording = recording
        self.eventLoop = eventLoop
        openedAt = services.clock.monotonic()
        standing = SessionStanding(
            target: admitted.target.target, policySource: services.policies,
            directory: services.directory, principal: admitted.caller.principal)
    }

    var targetName: TargetName { target.name }

    var isEnded: Bool {
        if case .ended = stage { true } else { false }
    }

    // MARK: From the client

    func clientRead(_ buffer: inout ByteBuffer) {
        guard !isEnded else { return }
        append(&buffer, to: &fromClient)
        pump()
        setReading()
    }

    /// Goes on with what has come, as far as it can be gone on with.
    func pump() {
        while !isEnded, fromClient.readableBytes > 0 {
            let before = fromClient.readableBytes
            switch stage {
            case .idle: readHead()
            case .body: readBody()
            case .draining: drainBody()
            case .relaying: relayBody()
            case .streaming: relayInput()
            case .asking, .deciding, .ended: return
            }
            if fromClient.readableBytes == before { return }
        }
    }

    private func readHead() {
        if let known = knownCalls.call(in: fromClient) { return begin(known) }
        switch fromClient.withUnsafeReadableBytes({ RequestHead.read($0, &clientScanner) }) {
        case .needMore: return
        case .refused(let refusal): refuseConnection(EngineReply(refusal))
        case .head(let head, let byteCount):
            let bytes =
                byteCount <= GatewayLimits.knownCallBytesMax
                ? fromClient.getBytes(at: fromClient.readerIndex, length: byteCount) : nil
            fromClient.moveReaderIndex(forwardBy: byteCount)
            begin(head, bytes)
        }
    }

    private func begin(_ known: KnownCall) {
        fromClient.moveReaderIndex(forwardBy: known.byteCount)
        clientScanner = HeadScanner()
        guard mayGoOn() else { return }
        lastNumber += 1
        let exchange = Exchange(known.head, known.call, number: lastNumber)
        exchange.footing = standing.footing
        self.exchange = exchange
        let subject = known.subject(number: lastNumber)
        exchange.subject = subject
        judge(exchange, subject)
    }

    /// - Parameter bytes: the head's own, when it may be kept.
    private func begin(_ head: RequestHead, _ bytes: [UInt8]?) {
        guard mayGoOn() else { return }
        lastNumber += 1
        do throws(EngineReply) {
            let path = try door.path(of: head)
            let call = try call(head, path)
            let exchange = Exchange(head, call, number: lastNumber)
            self.exchange = exchange
            switch call.bodyNeeded {
            case .none:
                guard exchange.isWhole else { throw EngineReply(400, "this call takes no body") }
                if call.isPlain { exchange.headBytes = bytes }
                startAsking(exchange)
            case .json:
                if head.expectsContinue { say(ResponseHead.goOn) }
                stage = .body
                if exchange.isWhole { bodyIsWhole(exchange) }
            case .archive: startAsking(exchange)
            case .context:
                try spool(call, exchange)
                if head.expectsContinue { say(ResponseHead.goOn) }
                stage = .body
                if exchange.isWhole { contextIsWhole(exchange) }
            }
        } catch {
            refuse(line(of: head), error, to: head)
        }
    }

    private func call(
        _ head: RequestHead, _ path: ArraySlice<String>
    ) throws(EngineReply) -> EngineCall {
        do throws(DockerRefusal) {
            return try EngineCall(head, path: path, engine: target.version)
        } catch {
            throw EngineReply(error)
        }
    }

    /// A request that is not understood, for records.
    func line(of head: RequestHead) -> String {
        String(
            "\(head.method) /\(head.path.joined(separator: "/"))".prefix(
                GatewayLimits.shownCallCharactersMax))
    }

    private func readBody() {
        guard let exchange else { return }
        switch exchange.call.bodyNeeded {
        case .json(let most): readJSON(exchange, most)
        case .context: readContext(exchange)
        case .none, .archive: break
        }
    }

    private func readJSON(_ exchange: Exchange, _ most: Int) {
        read(exchange) { bytes in
            guard exchange.body.count + bytes.count <= most else {
                self.refuseConnection(
                    EngineReply(413, "the body has more than \(most) bytes"))
                return false
            }
            exchange.body += bytes
            return true
        }
        if !isEnded, exchange.isWhole { bodyIsWhole(exchange) }
    }

    private func bodyIsWhole(_ exchange: Exchange) {
        do throws(DockerRefusal) {
            try exchange.call.read(body: exchange.body)
        } catch {
            return refuse(line(of: exchange.head), EngineReply(error))
        }
        exchange.body = []
        startAsking(exchange)
    }

    private func drainBody() {
        guard let exchange else { return }
        read(exchange) { _ in true }
        if !isEnded, exchange.isWhole { next() }
    }

    /// Hands on what has come of a request's body; false from `take` ends the reading behind what it was given.
    func read(_ exchange: Exchange, _ take: (UnsafeRawBufferPointer) -> Bool) {
        while !isEnded, !exchange.isWhole {
            let (step, goesOn) = fromClient.withUnsafeReadableBytes { bytes in
                let step = exchange.incoming.next(in: bytes)
                guard case .data(let range) = step else { return (step, true) }
                return (step, take(UnsafeRawBufferPointer(rebasing: bytes[range])))
            }
            switch step {
            case .needMore: return
            case .data(let range):
                fromClient.moveReaderIndex(forwardBy: range.upperBound)
                guard goesOn else { return }
            case .end(let count):
                fromClient.moveReaderIndex(forwardBy: count)
                exchange.isWhole = true
            case .refused(let refusal): return refuseConnection(EngineReply(refusal))
            }
        }
    }

    /// The response is over: the next request may come, and may be there already.
    func next() {
        exchange = nil
        // Between two requests its close is the session's end, and clients connect again.
        if isEngineAway { return end(.upstreamLost("the engine closed the connection")) }
        stage = .idle
        pump()
        // Nothing more comes of a client that has ended its input, for a stream that did not begin.
        if hasClientEnded, case .idle = stage { return end(.clientLeft) }
        setReading()
    }

    func clientCanTakeMore(_ canTake: Bool) {
        clientTakesMore = canTake
        setReading()
    }

    func serverCanTakeMore(_ canTake: Bool) {
        serverTakesMore = canTake
        setReading()
        sendContext()
    }

    /// What is not read stays in its socket, and its sender waits.
    func setReading() {
        guard !isEnded else { return }
        let isFull =
            switch stage {
            case .asking, .deciding: fromClient.readableBytes > GatewayLimits.heldBytesMax
            case .relaying:
                exchange?.isWhole == true
                    && fromClient.readableBytes > GatewayLimits.heldBytesMax
            // Refusals of our own wait for whoever does not read them.
            case .idle, .body, .draining: !clientTakesMore
            case .streaming, .ended: false
            }
        client.setReading(serverTakesMore && !waitsForFiling && !isFull)
        server.setReading(clientTakesMore && !waitsForFiling)
    }

    /// Whoever has a container's stream, or will have it at once, may end their input and read on; everybody else has left.
    /// Nobody is asked for who may have left.
    func clientEndedInput() {
        let isStream = exchange?.call.endpoint.reply == .hijack
        switch stage {
        case .streaming: break
        case .relaying where isStream: break
        case .asking where isStream && exchange?.held == nil: break
        case .deciding where isStream && exchange?.held == nil: break
        default: return end(.clientLeft)
        }
        hasClientEnded = true
        if awaitingRecord.isEmpty { sendServer() }
    }

    func clientClosed() { end(.clientLeft) }

    // MARK: From the engine

    func serverRead(_ buffer: inout ByteBuffer) {
        guard !isEnded else { return }
        append(&buffer, to: &fromServer)
        switch stage {
        case .asking: takeAnswer()
        case .relaying: relayResponse()
        case .streaming: relayOutput()
        case .body, .deciding: engineSpokeNonsense(HTTPRefusal(502, "what nobody asked for"))
        case .idle, .draining: end(.upstreamLost("the engine sent what nobody asked for"))
        case .ended: break
        }
        if !isEnded { paceRecording() }
    }

    func serverClosed() {
        guard !isEnded else { return }
        switch stage {
        case .streaming: end(.finished(.cut("its stream ended")))
        case .relaying where exchange?.outgoing.endsWithConnection == true: responseEnded()
        // Engines close what is idle for some minutes, and this was, as long as a client sends or people decide.
        case .body: goOnWithoutEngine()
        case .deciding where exchange?.held?.isReleasing == false: goOnWithoutEngine()
        case .asking, .deciding:
            say(EngineReply(502, "the engine closed the connection").bytes(closing: true))
            end(.upstreamLost("the engine closed the connection"))
        case .relaying:
            if exchange?.response == nil {
                say(EngineReply(502, "the engine closed the connection").bytes(closing: true))
            }
            end(.upstreamLost("the engine closed the connection"))
        case .idle, .draining: end(.upstreamLost("the engine closed the connection"))
        case .ended: break
        }
    }

    private func goOnWithoutEngine() {
        isEngineAway = true
        // Nobody is waited for.
        serverCanTakeMore(true)
    }

    // MARK: Bytes

    private func append(_ buffer: inout ByteBuffer, to pending: inout ByteBuffer) {
        if pending.readableBytes == 0 { return pending = buffer }
        pending.discardReadBytes()
        pending.writeBuffer(&buffer)
    }

    /// Leaves with the turn.
    func say(_ bytes: [UInt8]) {
        toClient.writeBytes(bytes)
        turn.enlist(self)
    }

    // A write that fails may lead back into the session: while it goes on, its buffer is not the session's.

    func sendClient() {
        guard toClient.readableBytes > 0 else { return }
        var bytes = toClient
        toClient = ByteBuffer()
        client.write(&bytes)
        if toClient.readableBytes == 0 { toClient = bytes }
    }

    func sendServer() {
        if inputAwaitsRecord { return }
        if toServer.readableBytes > 0 {
            var bytes = toServer
            toServer = ByteBuffer()
            server.write(&bytes)
            if toServer.readableBytes == 0 { toServer = bytes }
        }
        if hasClientEnded, !inputAwaitsRecord, case .streaming = stage { server.closeOutput() }
    }

    // MARK: Beginning and end

    /// The first of a session's life: it can be found by a revocation and a new policy from here on.
    func begin() {
        guard !isEnded else { return }
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        let loop = eventLoop
        services.sessions.add(
            .init(
                session: id, principal: caller.principal.name,
                owner: caller.principal.accountable, credential: caller.credential,
                target: target.name, cancelKey: nil,
                end: { reason in loop.execute { session.value.end(reason) } },
                cancel: {},
                policyChanged: { loop.execute { _ = session.value.mayGoOn() } },
                tell: { _ in }, watched: { _ in }))
        turn.enlist(self)
        if let reason = standing.reasonToEnd() { return end(reason) }
        checkStanding()
        expireWithCredential()
    }

    /// Takes over what has changed outside of the session. Ends the session, and is false, when by that it may not go on.
    func mayGoOn() -> Bool {
        guard standing.refresh() else { return true }
        if let reason = standing.reasonToEnd() {
            end(reason)
            return false
        }
        return !isEnded
    }

    /// Ends the session, once: what is held is abandoned, both sockets close, the record is closed.
    func end(_ reason: SessionEnd) {
        guard !isEnded else { return }
        let before = stage
        stage = .ended
        expiry?.cancel()
        answerDeadline?.cancel()
        toServer.clear()
        awaitingRecord.removeAll()
        if let exchange { leave(exchange, before, reason) }
        exchange = nil
        if let streamName { target.objects.removeStream(streamName, of: id) }
        close(recordingFor: reason)
        services.sessions.remove(id)
        seat = nil
        services.heap.noteFreed()
        server.close()
        // What was said last is written before it is seen: the turn sends it, and closes.
        turn.enlist(self)
    }

    /// The gateway itself has answered.
    private var isAnswered: Bool {
        if case .draining = stage { true } else { false }
    }

    func fail(recording error: any Error) {
        let isQuiet = toClient.readableBytes == 0
        toClient.clear()
        // Whose call has not left, and who has no part of an answer, is told so.
        if isQuiet, let exchange, exchange.response == nil, !exchange.hasLeft, !isAnswered {
            toClient.writeBytes(
                EngineReply.notRecorded.bytes(
                    closing: true, isBodiless: exchange.head.method == "HEAD"))
            sendClient()
        }
        end(.recordingFailed("\(error)"))
    }
}

extension DockerSession: UpstreamReader, ClientReader {}

extension DockerSession: PacedSession {
    /// What is in the buffers is written now, or could not be: then nothing of it leaves.
    func turnEnded(_ failure: (any Error)?) {
        if isEnded {
            if failure == nil { sendClient() }
            return client.finish()
        }
        if let failure { return fail(recording: failure) }
        guard spendReceipts() else { return fail(recording: GatewayError.noReceipt) }
        inputAwaitsRecord = false
        sendServer()
        if case .relaying = stage { exchange?.hasLeft = true }
        sendClient()
        sendContext()
    }
}
