import NIOCore

/// Carries what a runner sends to a session on another event loop: the runner has dialled, and so the connection is where
/// the listener put it. The session writes, closes and stops reading by the channel, which may be done from any thread.
final class RunnerRelay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let loop: any EventLoop
    private var inbox: NIOLoopBoundBox<TargetHandler?>

    /// - Parameter loop: the session's.
    init(to loop: any EventLoop) {
        self.loop = loop
        inbox = .makeBoxSendingValue(nil, eventLoop: loop)
    }

    /// Tasks of one loop run in order: the inbox is there before the first bytes are.
    func connect(_ channel: any Channel, _ promise: EventLoopPromise<TargetConnection>) {
        loop.execute { [inbox, loop] in
            let handler = TargetHandler()
            inbox.value = handler
            promise.succeed(
                TargetConnection(
                    channel: channel, handler: NIOLoopBound(handler, eventLoop: loop)))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        loop.execute { [inbox] in inbox.value?.received(bytes) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        loop.execute { [inbox] in inbox.value?.canTakeMore(isWritable) }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.execute { [inbox] in inbox.value?.closed() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
