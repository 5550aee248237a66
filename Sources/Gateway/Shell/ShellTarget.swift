import NIOCore
import NIOPosix
import TLS
import Vocabulary

/// A host's shells and programs, by way of its runner.
public final class ShellTarget: TargetService {
    public let section: TargetSection
    public let target: Target
    let shell: ShellSection

    private let runners: RunnerHub

    init(_ section: TargetSection, _ shell: ShellSection, runners: RunnerHub) {
        self.section = section
        self.runners = runners
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
        case .remote(let name): return runners.connect(to: name, on: loop)
        }
    }
}

/// A connection to a runner that no session has yet.
struct RunnerConnection: Sendable {
    let channel: any Channel
    let handler: NIOLoopBound<RunnerHandler>
}

/// Hands what a runner sends to its session: as the channel's own handler, or behind a `RunnerRelay` on another loop.
final class RunnerHandler: ChannelInboundHandler {
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
