import NIOCore
import NIOPosix
import Synchronization
import TLS

/// Answers each connection with the first bytes that it sends, then closes; notes what each handshake agreed on.
final class LoopbackServer: Sendable {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel: any Channel
    private let noted: Noted

    final class Noted: Sendable {
        let established = Mutex<[TLSEstablished]>([])
        let errors = Mutex<[TLSError]>([])
    }

    init(_ context: TLSContext) async throws {
        let noted = Noted()
        self.noted = noted
        channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    let handler = TLSHandler(
                        connection: try TLSConnection(context), handshakeWithin: .seconds(30))
                    try child.pipeline.syncOperations.addHandlers([handler, AnswerOnce(noted)])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var established: [TLSEstablished] { noted.established.withLock { $0 } }
    var errors: [TLSError] { noted.errors.withLock { $0 } }

    func stop() async throws {
        try await channel.close().get()
        try await group.shutdownGracefully()
    }
}

private final class AnswerOnce: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let noted: LoopbackServer.Noted

    init(_ noted: LoopbackServer.Noted) { self.noted = noted }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? TLSEstablished else { return }
        noted.established.withLock { $0.append(event) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(data, promise: nil)
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? TLSError else { return }
        noted.errors.withLock { $0.append(error) }
    }
}
