import NIOCore
import Shell

/// A stock SSH client, by way of `sallyport ssh-proxy`: its opening, and then SSH.
final class SSHClientHandler: ClientHandler {
    init(services: GatewayServices, ticket: WaitingRoom.Ticket) {
        // It has to wait for its answer.
        super.init(services: services, ticket: ticket, early: .closed(beyond: 0))
    }

    override func start(_ context: ChannelHandlerContext) {
        switch OpeningFrame<SSHOpening>(from: &received) {
        case .needMore: return
        case .foreign: return context.close(promise: nil)
        case .malformed(let error):
            return refuse(context, ShellRefusal(.malformed, "the opening has \(error)").frame)
        case .opening(let opening):
            guard received.readableBytes == 0 else { return context.close(promise: nil) }
            logIn(opening, context)
        }
    }

    private func logIn(_ opening: SSHOpening, _ context: ChannelHandlerContext) {
        let address = context.remoteAddress.map(addressText) ?? "unknown"
        let login = SSHLogin(services: services, opening: opening, address: address)
        logIn(context, { _ in try await login.run() }) { [self] answer, _ in
            let ready = answer.ready.frame
            guard let admitted = answer.admitted else { return refuse(context, ready) }
            // It has no session yet: its ticket stays for that.
            let connection = SSHConnection(
                services: services, admitted: admitted, client: context.channel, ticket: ticket)
            enter(connection)
            connection.open { [self] in
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: ready)), promise: nil)
            }
        }
    }

    override var tooLate: [UInt8] {
        ShellRefusal(.unavailable, "the login took too long").frame
    }

    override func refusal(of error: any Error) -> [UInt8] { services.refusal(of: error).frame }
}
