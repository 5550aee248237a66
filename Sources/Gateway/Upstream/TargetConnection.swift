import NIOCore
import TLS

/// A connection to a runner or an engine that no session has yet.
struct TargetConnection: DialledTarget {
    let channel: any Channel
    let handler: NIOLoopBound<TargetHandler>
}

/// Hands what a target sends to its session: as the channel's own handler, or behind a `RunnerRelay` on another loop.
final class TargetHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var reader: (any UpstreamReader)?
    private var context: ChannelHandlerContext?
    /// What came before there was a reader.
    private var pending = ByteBuffer()
    private var isClosed = false

    func attach(_ reader: any UpstreamReader, _ link: SessionLink) {
        self.reader = reader
        if let context {
            let tls = try? context.pipeline.syncOperations.handler(type: TLSHandler.self)
            link.attach(context, tls: tls)
        }
        var bytes = pending
        pending = ByteBuffer()
        if bytes.readableBytes > 0 { reader.serverRead(&bytes) }
        if isClosed { reader.serverClosed() }
    }

    func received(_ bytes: ByteBuffer) {
        var bytes = bytes
        guard let reader else {
            pending.writeBuffer(&bytes)
            return
        }
        reader.serverRead(&bytes)
    }

    func canTakeMore(_ canTake: Bool) { reader?.serverCanTakeMore(canTake) }

    func closed() {
        isClosed = true
        reader?.serverClosed()
        reader = nil
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received(unwrapInboundIn(data))
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        canTakeMore(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
