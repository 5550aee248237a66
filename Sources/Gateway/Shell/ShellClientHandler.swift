import NIOCore
import Shell
import TLS
import Vocabulary

/// A shell client under TLS: its opening, and then its session's frames.
///
///     opening ─▶ who is it ─▶ may it open the target ─▶ ledger ─▶ runner ─▶ session
final class ShellClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case starting
        /// Off the loop: credentials, ledger, runner.
        case waiting
        case inSession(ShellSession)
        case ended
    }

    private let services: GatewayServices
    private let ticket: WaitingRoom.Ticket
    /// `nil`: the opening says who calls.
    private let door: SSHDoor?
    private var state = State.starting
    private var received = ByteBuffer()
    /// For a client of the sftp subsystem, of which SSH shows no standard error.
    private var alsoTell: ((ShellNotice) -> Void)?
    private var deadline: Scheduled<Void>?

    init(services: GatewayServices, ticket: WaitingRoom.Ticket, door: SSHDoor? = nil) {
        self.services = services
        self.ticket = ticket
        self.door = door
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: .seconds(GatewayLimits.loginSecondsMax)) {
            let (handler, context) = bound.value
            handler.refuse(context, ShellRefusal(.unavailable, "the login took too long"))
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
            // No more than a window of input can come before anyone has said that it was taken.
            if received.readableBytes > 2 * ShellLimits.inputWindowBytes {
                context.close(promise: nil)
            }
        case .ended: break
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

    private func start(_ context: ChannelHandlerContext) {
        switch OpeningFrame<ShellOpening>(from: &received) {
        case .needMore: return
        case .foreign: return context.close(promise: nil)
        case .malformed(let error):
            return refuse(context, ShellRefusal(.malformed, "the opening has \(error)"))
        case .opening(var opening):
            state = .waiting
            if let door {
                opening.target = door.target
                if !opening.isLine, !opening.command.isEmpty { alsoTell = door.tell }
            }
            logIn(opening, context)
        }
    }

    private func logIn(_ opening: ShellOpening, _ context: ChannelHandlerContext) {
        let address = door?.address ?? context.remoteAddress.map(addressText) ?? "unknown"
        let login = ShellLogin(
            services: services, door: door.map { .init(caller: $0.caller, seat: $0.seat) },
            opening: opening, address: address)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        loop.makeFutureWithTask { try await login.run(on: loop) }.whenComplete { result in
            let (handler, context) = bound.value
            switch result {
            case .success(let admitted): handler.enter(admitted, context)
            case .failure(let error):
                handler.refuse(context, handler.services.refusal(of: error))
            }
        }
    }

    private func enter(_ admitted: AdmittedShell, _ context: ChannelHandlerContext) {
        guard case .waiting = state, context.channel.isActive,
            let turn = services.turns.turn(of: context.eventLoop)
        else { return admitted.abandon(services, "the client left before it began") }
        deadline?.cancel()
        ticket.leave()
        do {
            let session = try admitted.makeSession(services, turn: turn, context: context)
            session.alsoTell = alsoTell
            state = .inSession(session)
            door?.began()
            admitted.runner.handler.value.attach(session, session.runner)
            session.begin()
            var bytes = received
            received = ByteBuffer()
            if bytes.readableBytes > 0 { session.clientRead(&bytes) }
        } catch {
            admitted.abandon(services, "\(error)")
            refuse(context, services.refusal(of: error))
        }
    }

    private func refuse(_ context: ChannelHandlerContext, _ refusal: ShellRefusal) {
        switch state {
        case .starting, .waiting: break
        case .inSession, .ended: return
        }
        state = .ended
        deadline?.cancel()
        alsoTell?(ShellNotice(.information, message: refusal.message, hint: refusal.hint))
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: refusal.frame)))
            .whenComplete { _ in channel.close(promise: nil) }
    }
}
