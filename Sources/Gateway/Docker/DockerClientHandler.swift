import HTTP
import Identity
import NIOCore
import TLS
import Vocabulary

/// A client of a container engine under TLS: its first request says who it is and what it wants to reach, and then its
/// session has the connection.
///
///     head ─▶ who is it ─▶ may it open the target ─▶ ledger ─▶ engine ─▶ session
final class DockerClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case starting
        /// Off the loop: credentials, ledger, engine.
        case waiting
        case inSession(DockerSession)
        case ended
    }

    private let services: GatewayServices
    private let ticket: WaitingRoom.Ticket
    /// The target by the name that TLS was asked for.
    private let named: String?
    private let certificate: ClientCertificate?
    private var state = State.starting
    private var received = ByteBuffer()
    private var scanner = HeadScanner()
    /// The first request is a HEAD, which has no body in answer.
    private var isHead = false
    private var deadline: Scheduled<Void>?

    init(
        services: GatewayServices, ticket: WaitingRoom.Ticket, named: String?,
        certificate: ClientCertificate?
    ) {
        self.services = services
        self.ticket = ticket
        self.named = named
        self.certificate = certificate
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // A client that has no more input says so by itself, and reads on.
        _ = context.channel.setOption(.allowRemoteHalfClosure, value: true)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: .seconds(GatewayLimits.loginSecondsMax)) {
            let (handler, context) = bound.value
            handler.refuse(context, EngineReply(503, "the login took too long"))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch state {
        case .inSession(let session): session.clientRead(&bytes)
        case .starting:
            received.writeBuffer(&bytes)
            start(context)
        case .waiting:
            received.writeBuffer(&bytes)
            if received.readableBytes > GatewayLimits.heldBytesMax { setReading(false, context) }
        case .ended: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        switch state {
        case .inSession(let session): session.clientEndedInput()
        case .starting, .waiting, .ended: context.close(promise: nil)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .inSession(let session) = state {
            session.clientCanTakeMore(context.channel.isWritable)
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        close()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close()
        context.close(promise: nil)
    }

    private func close() {
        deadline?.cancel()
        if case .inSession(let session) = state { session.clientClosed() }
        state = .ended
    }

    private func setReading(_ reading: Bool, _ context: ChannelHandlerContext) {
        _ = context.channel.setOption(.autoRead, value: reading)
    }

    /// Only looked at: the session reads its first request itself.
    private func start(_ context: ChannelHandlerContext) {
        switch received.withUnsafeReadableBytes({ RequestHead.read($0, &scanner) }) {
        case .needMore: return
        case .refused(let refusal): refuse(context, EngineReply(refusal.status, refusal.message))
        case .head(let head, byteCount: _):
            isHead = head.method == "HEAD"
            do throws(EngineReply) {
                let door = try EngineDoor(head, named: named, certificate: certificate)
                state = .waiting
                logIn(door, application: head.headers.values("User-Agent").first ?? "", context)
            } catch {
                refuse(context, error)
            }
        }
    }

    private func logIn(_ door: EngineDoor, application: String, _ context: ChannelHandlerContext) {
        let login = DockerLogin(
            services: services, door: door,
            application: String(application.prefix(GatewayLimits.applicationCharactersMax)),
            address: context.remoteAddress.map(addressText) ?? "unknown")
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        loop.makeFutureWithTask { try await login.run(on: loop) }.whenComplete { result in
            let (handler, context) = bound.value
            switch result {
            case .success(let admitted): handler.enter(admitted, context)
            case .failure(let error):
                handler.refuse(context, handler.services.engineReply(to: error))
            }
        }
    }

    private func enter(_ admitted: AdmittedEngine, _ context: ChannelHandlerContext) {
        guard case .waiting = state, context.channel.isActive,
            let turn = services.turns.turn(of: context.eventLoop)
        else { return admitted.abandon(services, "the client left before it began") }
        deadline?.cancel()
        ticket.leave()
        do {
            let session = try admitted.makeSession(services, turn: turn, context: context)
            state = .inSession(session)
            setReading(true, context)
            session.begin()
            admitted.engine.handler.value.attach(session, session.server)
            var bytes = received
            received = ByteBuffer()
            session.clientRead(&bytes)
        } catch {
            admitted.abandon(services, "\(error)")
            state = .starting
            refuse(context, services.engineReply(to: error))
        }
    }

    private func refuse(_ context: ChannelHandlerContext, _ reply: EngineReply) {
        switch state {
        case .starting, .waiting: break
        case .inSession, .ended: return
        }
        state = .ended
        deadline?.cancel()
        let channel = context.channel
        let bytes = reply.bytes(closing: true, isBodiless: isHead)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
            .whenComplete { _ in channel.close(promise: nil) }
    }
}
