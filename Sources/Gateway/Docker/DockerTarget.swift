import Docker
import NIOCore
import NIOPosix
import TLS
import Vocabulary

/// A container engine: how to reach it.
public final class DockerTarget: TargetService {
    public let section: TargetSection
    public let target: Target
    private let place: DockerSection.Place
    private let shownPlace: String
    private let tls: TLSContext?
    private let keptAddress = KeptAddress()
    /// Of the API; its clients are spoken to in theirs.
    let version = EngineVersion.known.upperBound
    let objects = JudgedObjectTable()
    let info = EngineInfo()
    let spoolDirectory: String

    /// - Parameter spoolDirectory: where builds' contexts are until they are judged; the gateway's own.
    ///
    /// Throws when the files of its TLS cannot be used.
    init(_ section: TargetSection, _ docker: DockerSection, spoolDirectory: String) throws {
        self.spoolDirectory = spoolDirectory
        self.section = section
        target = section.target
        place = docker.place
        shownPlace = docker.shownPlace
        tls =
            switch docker.place {
            case .socket: nil
            case .address(_, let files):
                try TLSContext.client(
                    trust: .verifyFull(caFile: files.caFile),
                    identity: TLSIdentity(
                        certificateFile: files.certificateFile, keyFile: files.keyFile))
            }
    }

    public func start() {}
    public func stop() async {}

    /// A connection for one session, on `loop`.
    func connect(on loop: any EventLoop) -> EventLoopFuture<TargetConnection> {
        reach(on: loop).flatMapThrowing { channel in
            let handler = NIOLoopBound(TargetHandler(), eventLoop: loop)
            try channel.pipeline.syncOperations.addHandler(handler.value)
            return TargetConnection(channel: channel, handler: handler)
        }
    }

    /// A new connection on `loop`, whose TLS handshake is done.
    ///
    /// Fails with a `GatewayError` that names the target and says why, within the limits for a dial and a handshake.
    func reach(on loop: any EventLoop) -> EventLoopFuture<any Channel> {
        loop.flatSubmit { self.dial(loop) }.flatMapErrorThrowing { [name, shownPlace] error in
            throw GatewayError.upstream(
                "the target `\(name)` cannot be reached at \(shownPlace): \(networkReason(error))")
        }
    }

    /// On the loop, which the socket and its handlers are confined to.
    private func dial(_ loop: any EventLoop) -> EventLoopFuture<any Channel> {
        switch place {
        case .socket(let path):
            return bootstrap(loop).connect(unixDomainSocketPath: path)
        case .address(let address, _):
            return keptAddress.connect(
                {
                    self.bootstrap(loop)
                        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                        .channelInitializer { channel in
                            channel.eventLoop.makeCompletedFuture { try KeepAlive.turnOn(channel) }
                        }
                }, host: address.host, port: address.port
            ).flatMap { self.handshake(with: address.host, on: $0) }
        }
    }

    private func bootstrap(_ loop: any EventLoop) -> ClientBootstrap {
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(GatewayLimits.dialSecondsMax))
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: sessionReads)
    }

    private func handshake(
        with host: String, on channel: any Channel
    ) -> EventLoopFuture<any Channel> {
        guard let tls else { return channel.eventLoop.makeSucceededFuture(channel) }
        let done = channel.eventLoop.makePromise(of: Void.self)
        do {
            let pipeline = channel.pipeline.syncOperations
            // Behind the other, so that it sees how the handshake ends.
            let waiting = HandshakeWaiter(done)
            try pipeline.addHandler(waiting)
            try pipeline.addHandler(
                TLSHandler(
                    connection: try TLSConnection(tls, serverName: host),
                    handshakeWithin: .seconds(GatewayLimits.handshakeSecondsMax)),
                position: .before(waiting))
        } catch {
            done.fail(error)
            channel.close(promise: nil)
        }
        return done.futureResult.map { channel }
    }
}

/// Completes a promise when the handshake on its channel ends, however it ends, and leaves.
private final class HandshakeWaiter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private var done: EventLoopPromise<Void>?

    init(_ done: EventLoopPromise<Void>) { self.done = done }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is TLSEstablished else { return context.fireUserInboundEventTriggered(event) }
        end(.success(()))
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.failure(error)) }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failure(ChannelError.eof))
        context.fireChannelInactive()
    }

    private func end(_ result: Result<Void, any Error>) {
        let waiting = done
        done = nil
        waiting?.completeWith(result)
    }
}
