import Cryptography
import Identity
import Ledger
import NIOCore
import Policy
import Postgres
import Recording
import TLS
import Vocabulary

/// A PostgreSQL client under TLS: its login, step by step, and then its session's bytes.
///
///     start-up ─▶ password ─▶ who is it ─▶ may it open the target ─▶ ledger ─▶ dial ─▶ welcome ─▶ session
final class PostgresClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case starting
        /// Off the loop: credentials, ledger, dialling.
        case waiting
        case inSession(PostgresSession)
        case ended
    }

    private let services: GatewayServices
    private var startup: StartupMachine
    private var state = State.starting
    private var received = ByteBuffer()
    private var deadline: Scheduled<Void>?

    private let ticket: WaitingRoom.Ticket
    /// What the client has proved with its certificate; without one a password is asked for.
    private let certificate: ClientCertificate?

    init(
        services: GatewayServices, startup: StartupMachine, certificate: ClientCertificate?,
        ticket: WaitingRoom.Ticket
    ) {
        self.ticket = ticket
        self.services = services
        self.startup = startup
        self.certificate = certificate
        self.startup.asksPassword = certificate == nil
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: .seconds(GatewayLimits.loginSecondsMax)) {
            let (handler, context) = bound.value
            handler.expire(context)
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
            // A client says nothing between its password and the welcome; a little is kept for one that does.
            received.writeBuffer(&bytes)
            if received.readableBytes > GatewayLimits.earlyBytesMax {
                context.close(promise: nil)
            }
        case .ended: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is TLSIdled, case .inSession(let session) = state { session.idled() }
        context.fireUserInboundEventTriggered(event)
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

    // MARK: Start-up

    private func start(_ context: ChannelHandlerContext) {
        while case .starting = state {
            switch received.withUnsafeReadableBytes({ startup.nextStep($0) }) {
            case .needMore: return
            case .reply(let bytes, let count):
                received.moveReaderIndex(forwardBy: count)
                send(context, bytes)
            case .authenticate(let request, let count):
                received.moveReaderIndex(forwardBy: count)
                state = .waiting
                log(in: request, context)
            case .refuse(let bytes, _): refuse(context, bytes)
            case .cancel(let key):
                state = .ended
                services.cancel(key, from: context.remoteAddress)
                return context.close(promise: nil)
            case .startTLS: return context.close(promise: nil)
            }
        }
    }

    private func log(in request: StartupRequest, _ context: ChannelHandlerContext) {
        let address = context.remoteAddress.map(addressText) ?? "unknown"
        let login = SessionLogin(
            services: services, request: request, certificate: certificate, address: address)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        loop.makeFutureWithTask { try await login.run(on: loop) }.whenComplete { result in
            let (handler, context) = bound.value
            switch result {
            case .success(let admitted): handler.enter(admitted, context)
            case .failure(let error): handler.deny(error, context)
            }
        }
    }

    private func enter(_ admitted: AdmittedLogin, _ context: ChannelHandlerContext) {
        guard case .waiting = state, context.channel.isActive,
            let turn = services.turns.turn(of: context.eventLoop)
        else { return admitted.abandon(services, "the client left before it began") }
        deadline?.cancel()
        ticket.leave()
        do {
            let session = try admitted.makeSession(services, turn: turn, context: context)
            send(context, LoginReplies.welcome(admitted.upstream.session, key: admitted.key))
            state = .inSession(session)
            admitted.upstream.handler.value.attach(session, session.upstream)
            session.begin()
            // Those of the logins: the session's own first message takes its own, and between them nothing stays.
            session.client.releaseBuffers()
            session.upstream.releaseBuffers()
            var bytes = received
            received = ByteBuffer()
            if bytes.readableBytes > 0 { session.clientRead(&bytes) }
        } catch {
            admitted.abandon(services, "\(error)")
            deny(error, context)
        }
    }

    private func deny(_ error: any Error, _ context: ChannelHandlerContext) {
        services.log.info("a login was refused", metadata: ["reason": "\(error)"])
        refuse(context, told(error).errorResponse)
    }

    /// The client, its TLS or its password has taken too long.
    private func expire(_ context: ChannelHandlerContext) {
        let seconds = GatewayLimits.loginSecondsMax
        let error = ErrorFields(
            .fatal, code: "57014", "the login took longer than \(seconds) seconds")
        refuse(context, error.errorResponse)
        // Whoever does not read is not waited for.
        let channel = context.channel
        context.eventLoop.scheduleTask(in: .seconds(GatewayLimits.drainSecondsMax)) {
            channel.close(promise: nil)
        }
    }

    private func told(_ error: any Error) -> ErrorFields {
        let hint = "ask the gateway's operator to look at its log"
        switch error {
        case let refused as SessionLogin.Refused: return refused.error
        case is LedgerError, is RecordingError:
            return ErrorFields(
                .fatal, code: "58030", "the session cannot be recorded now, so it is not opened",
                hint: hint)
        default:
            return ErrorFields(
                .fatal, code: "08006", "the session cannot be opened now", hint: hint)
        }
    }

    private func refuse(_ context: ChannelHandlerContext, _ bytes: [UInt8]) {
        state = .ended
        deadline?.cancel()
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }

    private func send(_ context: ChannelHandlerContext, _ bytes: [UInt8]) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
}

/// An address without its port.
func addressText(_ address: SocketAddress) -> String { address.ipAddress ?? "unknown" }
