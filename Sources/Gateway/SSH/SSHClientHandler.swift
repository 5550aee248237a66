import NIOCore
import Shell

/// A stock SSH client under TLS, by way of `sallyport ssh-proxy`: its opening, and then SSH.
final class SSHClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case starting
        /// Off the loop: credentials, and a daemon that starts.
        case waiting
        case relaying(SSHConnection)
        case ended
    }

    private let services: GatewayServices
    private let ticket: WaitingRoom.Ticket
    private var state = State.starting
    private var received = ByteBuffer()
    private var deadline: Scheduled<Void>?

    init(services: GatewayServices, ticket: WaitingRoom.Ticket) {
        self.services = services
        self.ticket = ticket
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
        case .relaying(let connection): connection.clientRead(bytes)
        case .starting:
            received.writeBuffer(&bytes)
            start(context)
        // It has to wait for its answer.
        case .waiting: context.close(promise: nil)
        case .ended: break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .relaying(let connection) = state {
            connection.clientCanTakeMore(context.channel.isWritable)
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
        if case .relaying(let connection) = state { connection.close() }
        state = .ended
    }

    private func start(_ context: ChannelHandlerContext) {
        switch OpeningFrame<SSHOpening>(from: &received) {
        case .needMore: return
        case .foreign: return context.close(promise: nil)
        case .malformed(let error):
            return refuse(context, ShellRefusal(.malformed, "the opening has \(error)"))
        case .opening(let opening):
            // It has to wait for its answer.
            guard received.readableBytes == 0 else { return context.close(promise: nil) }
            received = ByteBuffer()
            state = .waiting
            logIn(opening, context)
        }
    }

    private func logIn(_ opening: SSHOpening, _ context: ChannelHandlerContext) {
        let address = context.remoteAddress.map(addressText) ?? "unknown"
        let login = SSHLogin(services: services, opening: opening, address: address)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.makeFutureWithTask { try await login.run() }.whenComplete { result in
            let (handler, context) = bound.value
            switch result {
            case .success(let answer): handler.enter(answer, context)
            case .failure(let error):
                handler.refuse(context, handler.services.refusal(of: error))
            }
        }
    }

    private func enter(_ answer: SSHLogin.Answer, _ context: ChannelHandlerContext) {
        let ready = answer.ready.frame
        guard let admitted = answer.admitted else { return say(ready, andClose: context) }
        let connection = SSHConnection(
            services: services, admitted: admitted, client: context.channel, ticket: ticket)
        guard case .waiting = state, context.channel.isActive else { return connection.close() }
        state = .relaying(connection)
        deadline?.cancel()
        connection.open { [self] in
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: ready)), promise: nil)
        }
    }

    private func refuse(_ context: ChannelHandlerContext, _ refusal: ShellRefusal) {
        say(refusal.frame, andClose: context)
    }

    private func say(_ frame: [UInt8], andClose context: ChannelHandlerContext) {
        switch state {
        case .starting, .waiting: break
        case .relaying, .ended: return
        }
        state = .ended
        deadline?.cancel()
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: frame)))
            .whenComplete { _ in channel.close(promise: nil) }
    }
}
