import NIOCore
import TLS

/// What a client's bytes go to once it is let in. Confined to its channel's loop.
protocol ClientReader: AnyObject {
    func clientRead(_ bytes: inout ByteBuffer)
    func clientCanTakeMore(_ canTake: Bool)
    /// It has no more to say, and reads on. Only where the handler lets a client do that.
    func clientEndedInput()
    func clientClosed()
    /// Nothing has come for a while.
    func idled()
}

extension ClientReader {
    func clientEndedInput() {}
    func idled() {}
}

/// Who may have a session, and what it needs of its target.
protocol AdmittedClient: Sendable {
    /// It does not become a session after all.
    func abandon(_ services: GatewayServices, _ why: String)
}

/// A client from its first byte under TLS to its last: its login, and then its session's bytes. Each protocol is a subclass,
/// which says how its login begins, what is said of one that fails, and how its session begins.
///
///     first bytes ─▶ who is it ─▶ may it open the target ─▶ ledger ─▶ target ─▶ session
class ClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case starting
        /// Off the loop: credentials, ledger, target.
        case waiting
        case inSession(any ClientReader)
        case ended
    }

    /// What becomes of a client that says more than so many bytes before its session begins.
    enum Early {
        case closed(beyond: Int)
        case notRead(beyond: Int)
    }

    let services: GatewayServices
    let ticket: WaitingRoom.Ticket
    /// What has come, and belongs to nothing yet.
    final var received = ByteBuffer()
    private let early: Early
    private var state = State.starting
    private var deadline: Scheduled<Void>?

    init(services: GatewayServices, ticket: WaitingRoom.Ticket, early: Early) {
        self.services = services
        self.ticket = ticket
        self.early = early
    }

    // MARK: A protocol's own

    /// More of the first message is in `received`: takes it when it is whole, and calls `logIn`, `refuse` or nothing.
    func start(_ context: ChannelHandlerContext) { context.close(promise: nil) }

    /// What a client is told whose login takes too long.
    var tooLate: [UInt8] { [] }

    /// What a client is told whose login, or whose session's beginning, has failed.
    func refusal(of error: any Error) -> [UInt8] { [] }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: .seconds(GatewayLimits.loginSecondsMax)) {
            let (handler, context) = bound.value
            handler.expire(context)
        }
    }

    final func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch state {
        case .inSession(let session): session.clientRead(&bytes)
        case .starting:
            received.writeBuffer(&bytes)
            start(context)
        case .waiting:
            received.writeBuffer(&bytes)
            switch early {
            case .closed(let bytes) where received.readableBytes > bytes:
                context.close(promise: nil)
            case .notRead(let bytes) where received.readableBytes > bytes:
                setReading(false, context)
            case .closed, .notRead: break
            }
        case .ended: break
        }
    }

    final func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            guard case .inSession(let session) = state else { return context.close(promise: nil) }
            return session.clientEndedInput()
        }
        if event is TLSIdled, case .inSession(let session) = state { session.idled() }
        context.fireUserInboundEventTriggered(event)
    }

    final func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .inSession(let session) = state {
            session.clientCanTakeMore(context.channel.isWritable)
        }
        context.fireChannelWritabilityChanged()
    }

    final func channelInactive(context: ChannelHandlerContext) {
        close()
        context.fireChannelInactive()
    }

    final func errorCaught(context: ChannelHandlerContext, error: any Error) {
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

    // MARK: The login

    final var isStarting: Bool {
        if case .starting = state { true } else { false }
    }

    /// - Parameter begin: makes the session on the loop, and calls `enter` before anything else.
    final func logIn<Admitted: AdmittedClient>(
        _ context: ChannelHandlerContext,
        _ login: @escaping @Sendable (any EventLoop) async throws -> Admitted,
        begin: @escaping (Admitted, LoopTurn) throws -> Void
    ) {
        state = .waiting
        let bound = NIOLoopBound((self, context, begin), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        loop.makeFutureWithTask { try await login(loop) }.whenComplete { result in
            let (handler, context, begin) = bound.value
            switch result {
            case .success(let admitted): handler.admit(admitted, context, begin)
            case .failure(let error): handler.refuse(context, handler.refusal(of: error))
            }
        }
    }

    private func admit<Admitted: AdmittedClient>(
        _ admitted: Admitted, _ context: ChannelHandlerContext,
        _ begin: (Admitted, LoopTurn) throws -> Void
    ) {
        guard case .waiting = state, context.channel.isActive,
            let turn = services.turns.turn(of: context.eventLoop)
        else { return admitted.abandon(services, "the client left before it began") }
        deadline?.cancel()
        do {
            try begin(admitted, turn)
        } catch {
            admitted.abandon(services, "\(error)")
            return refuse(context, refusal(of: error))
        }
        guard case .inSession(let session) = state else { return }
        if case .notRead = early { setReading(true, context) }
        var bytes = received
        received = ByteBuffer()
        if bytes.readableBytes > 0 { session.clientRead(&bytes) }
    }

    /// From here on its bytes are the session's.
    final func enter(_ session: any ClientReader) { state = .inSession(session) }

    private func expire(_ context: ChannelHandlerContext) {
        switch state {
        case .starting, .waiting: refuse(context, tooLate)
        // A task that is due already cannot be cancelled any more.
        case .inSession, .ended: return
        }
        // Whoever does not read is not waited for.
        let channel = context.channel
        context.eventLoop.scheduleTask(in: .seconds(GatewayLimits.drainSecondsMax)) {
            channel.close(promise: nil)
        }
    }

    /// Says so, and closes; nothing once there is a session, or was.
    final func refuse(_ context: ChannelHandlerContext, _ bytes: [UInt8]) {
        switch state {
        case .starting, .waiting: break
        case .inSession, .ended: return
        }
        state = .ended
        deadline?.cancel()
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
            .whenComplete { _ in channel.close(promise: nil) }
    }
}

/// An address without its port.
func addressText(_ address: SocketAddress) -> String { address.ipAddress ?? "unknown" }
