import NIOCore
import NIOPosix
import Vocabulary

/// A host's shells and programs, by way of its runner.
public final class ShellTarget: TargetService {
    public let section: TargetSection
    public let target: Target
    let shell: ShellSection

    init(_ section: TargetSection, _ shell: ShellSection) {
        self.section = section
        self.shell = shell
        target = section.target
    }

    public func start() {}
    public func stop() async {}

    /// A connection to the runner for one session, on `loop`.
    func connect(on loop: any EventLoop) -> EventLoopFuture<RunnerConnection> {
        switch shell.runner {
        case .local(let socket):
            return loop.flatSubmit {
                let handler = NIOLoopBound(RunnerHandler(), eventLoop: loop)
                return ClientBootstrap(group: loop)
                    .connectTimeout(.seconds(GatewayLimits.dialSecondsMax))
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(handler.value)
                        }
                    }
                    .connect(unixDomainSocketPath: socket)
                    .map { RunnerConnection(channel: $0, handler: handler) }
            }
        case .remote(let name):
            return loop.makeFailedFuture(
                GatewayError.upstream("the runner `\(name)` is not connected"))
        }
    }
}

/// A connection to a runner that no session has yet.
struct RunnerConnection: Sendable {
    let channel: any Channel
    let handler: NIOLoopBound<RunnerHandler>
}

/// Hands what a runner sends to its session.
final class RunnerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var reader: (any UpstreamReader)?
    private var context: ChannelHandlerContext?
    private var received = ByteBuffer()
    private var isClosed = false

    func attach(_ reader: any UpstreamReader, _ link: SessionLink) {
        self.reader = reader
        if let context { link.attach(context, tls: nil) }
        var bytes = received
        received = ByteBuffer()
        if bytes.readableBytes > 0 { reader.serverRead(&bytes) }
        if isClosed { reader.serverClosed() }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard let reader else {
            received.writeBuffer(&bytes)
            return
        }
        reader.serverRead(&bytes)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        reader?.serverCanTakeMore(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        reader?.serverClosed()
        reader = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
