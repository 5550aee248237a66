import NIOCore
import NIOEmbedded
import TLS

/// Notes what comes out of a `TLSHandler`.
final class Notes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private(set) var text = ByteBuffer()
    private(set) var established: [TLSEstablished] = []
    private(set) var errors: [TLSError] = []
    private(set) var inputClosed = 0
    private(set) var inactive = 0
    private(set) var idled = 0
    /// In which order things came.
    private(set) var order: [String] = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        text.writeBuffer(&bytes)
        order.append("read")
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSEstablished {
            established.append(event)
            order.append("established")
        }
        if event is TLSIdled { idled += 1 }
        if let event = event as? ChannelEvent, event == .inputClosed {
            inputClosed += 1
            order.append("input closed")
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? TLSError { errors.append(error) }
        order.append("error")
    }

    func channelInactive(context: ChannelHandlerContext) {
        inactive += 1
        order.append("inactive")
    }
}

/// A client and a server channel, joined back to back.
final class ChannelPair {
    let client: EmbeddedChannel
    let server: EmbeddedChannel
    let clientNotes = Notes()
    let serverNotes = Notes()

    init(
        client clientContext: TLSContext, server serverContext: TLSContext,
        halfClosure: Bool = false,
        serverWithin: TimeAmount = .seconds(10)
    ) throws {
        client = EmbeddedChannel()
        server = EmbeddedChannel()
        client.allowRemoteHalfClosure = halfClosure
        server.allowRemoteHalfClosure = halfClosure
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
        try server.connect(to: address).wait()
        try client.connect(to: address).wait()
        try Self.add(TLSConnection(serverContext), within: serverWithin, serverNotes, to: server)
        try Self.add(
            TLSConnection(clientContext, serverName: "localhost"), within: .seconds(10),
            clientNotes,
            to: client)
    }

    private static func add(
        _ connection: TLSConnection, within: TimeAmount, _ notes: Notes, to channel: EmbeddedChannel
    ) throws {
        let handler = TLSHandler(connection: connection, handshakeWithin: within)
        try channel.pipeline.syncOperations.addHandlers([OutputCloses(), handler, notes])
    }

    /// Moves ciphertext until there is none.
    func settle() {
        while move(client, server) || move(server, client) {}
    }

    private func move(_ from: EmbeddedChannel, _ to: EmbeddedChannel) -> Bool {
        from.embeddedEventLoop.run()
        guard let bytes = try? from.readOutbound(as: ByteBuffer.self) else { return false }
        // Errors are noted by the channel's own handler; a closed channel takes nothing.
        if to.isActive { _ = try? to.writeInbound(bytes) }
        to.embeddedEventLoop.run()
        return true
    }
}

/// Stands for the socket, which can close one direction: an embedded channel closes both.
final class OutputCloses: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    func close(
        context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
    ) {
        if mode == .output {
            promise?.succeed(())
        } else {
            context.close(mode: mode, promise: promise)
        }
    }
}
