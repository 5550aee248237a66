import NIOCore
import Postgres
import TLS

/// Sends one CancelRequest, under TLS where the target has it, and closes.
final class CancelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let key: BackendKey
    private let tls: TLSContext?
    private let serverName: String

    init(key: BackendKey, tls: TLSContext?, serverName: String) {
        self.key = key
        self.tls = tls
        self.serverName = serverName
    }

    func channelActive(context: ChannelHandlerContext) {
        if tls == nil {
            cancel(context)
        } else {
            context.writeAndFlush(
                wrapOutboundOut(ByteBuffer(bytes: UpstreamEncryption.request)), promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard let tls,
            case .startTLS = bytes.withUnsafeReadableBytes({ UpstreamEncryption.answer($0) }),
            let connection = try? TLSConnection(tls, serverName: serverName)
        else { return context.close(promise: nil) }
        let handler = TLSHandler(
            connection: connection, handshakeWithin: .seconds(GatewayLimits.handshakeSecondsMax))
        try? context.pipeline.syncOperations.addHandler(handler, position: .before(self))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is TLSEstablished { cancel(context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func cancel(_ context: ChannelHandlerContext) {
        let channel = context.channel
        let bytes = ByteBuffer(bytes: ClientMessages.cancelRequest(key))
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}
