import NIOCore
import Postgres
import Shell
import TLS

/// Stands at each accepted socket and tells the protocols apart: TLS by its first byte, then by ALPN; before TLS
/// nothing but PostgreSQL's request for it and its cancel request.
///
///     first byte 0x16 ─▶ TLS ─▶ ALPN `postgresql` ─▶ PostgreSQL      `http/1.1` or none ─▶ `HTTPDoor`
///                                    `sallyport-shell` ─▶ shells    `sallyport-ssh` ─▶ stock SSH clients
///                                    `sallyport-runner` ─▶ runners of other hosts
///     SSLRequest ─▶ `S` ─▶ TLS ─▶ no ALPN or `postgresql` ─▶ PostgreSQL
final class FrontDoor: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// Nothing is known yet.
        case plaintext
        /// TLS was added; `asked` when PostgreSQL's SSLRequest asked for it.
        case handshaking(asked: Bool)
        case done
    }

    private let services: GatewayServices
    private var startup = StartupMachine()
    private var state = State.plaintext
    private var received = ByteBuffer()
    private var hasNegotiated = false
    private var deadline: Scheduled<Void>?

    private let ticket: WaitingRoom.Ticket

    init(services: GatewayServices, ticket: WaitingRoom.Ticket) {
        self.services = services
        self.ticket = ticket
    }

    func channelActive(context: ChannelHandlerContext) {
        arm(context)
        context.fireChannelActive()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { arm(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch state {
        case .plaintext:
            received.writeBuffer(&bytes)
            look(context)
        case .handshaking, .done: context.fireChannelRead(data)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let established = event as? TLSEstablished, case .handshaking(let asked) = state {
            state = .done
            deadline?.cancel()
            enter(context, established, asked: asked)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let isCertificate = (error as? TLSError)?.kind == .certificate
        services.log.log(
            level: isCertificate ? .info : .debug, "a connection failed before its login",
            metadata: [
                "error": "\(networkReason(error))",
                "address": "\(context.remoteAddress.map(addressText) ?? "unknown")",
            ])
        context.close(promise: nil)
    }

    /// A peer that says nothing is let go.
    private func arm(_ context: ChannelHandlerContext) {
        guard deadline == nil else { return }
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(
            in: .seconds(GatewayLimits.handshakeSecondsMax)
        ) { channel.close(promise: nil) }
    }

    private func look(_ context: ChannelHandlerContext) {
        guard let first = received.getInteger(at: received.readerIndex, as: UInt8.self) else {
            return
        }
        if first == tlsHandshakeRecord, !hasNegotiated {
            return startTLS(context, asked: false, with: received)
        }
        negotiate(context)
    }

    private func negotiate(_ context: ChannelHandlerContext) {
        while case .plaintext = state {
            switch received.withUnsafeReadableBytes({ startup.nextStep($0) }) {
            case .needMore: return
            case .reply(let bytes, let count):
                hasNegotiated = true
                received.moveReaderIndex(forwardBy: count)
                send(context, bytes)
            case .startTLS(let reply, let count):
                received.moveReaderIndex(forwardBy: count)
                send(context, reply)
                startTLS(context, asked: true, with: received)
            case .cancel(let key): cancel(context, key)
            case .refuse(let bytes, _): refuse(context, bytes)
            // The machine asks for nobody's password before TLS.
            case .authenticate: return context.close(promise: nil)
            }
        }
    }

    private func send(_ context: ChannelHandlerContext, _ bytes: [UInt8]) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func startTLS(_ context: ChannelHandlerContext, asked: Bool, with bytes: ByteBuffer) {
        state = .handshaking(asked: asked)
        do {
            let connection = try TLSConnection(services.tls.current)
            let handler = TLSHandler(
                connection: connection, handshakeWithin: .seconds(GatewayLimits.handshakeSecondsMax)
            )
            // TLS stands nearer to the socket than we do, and gets what was peeked at.
            try context.pipeline.syncOperations.addHandler(handler, position: .before(self))
            received = ByteBuffer()
            if bytes.readableBytes > 0 {
                let tls = try context.pipeline.syncOperations.context(handler: handler)
                handler.channelRead(context: tls, data: NIOAny(bytes))
                handler.channelReadComplete(context: tls)
            }
        } catch {
            services.log.error("TLS cannot be started", metadata: ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    private func enter(_ context: ChannelHandlerContext, _ tls: TLSEstablished, asked: Bool) {
        switch (asked, tls.applicationProtocol) {
        case (true, nil), (_, "postgresql"): enterPostgres(context, tls, asked: asked)
        case (false, nil), (false, "http/1.1"):
            hand(over: context, to: HTTPDoor(services: services, tls: tls, ticket: ticket))
        case (false, ShellLimits.applicationProtocol): enterShell(context)
        case (false, SSHOpening.applicationProtocol):
            hand(over: context, to: SSHClientHandler(services: services, ticket: ticket))
        case (false, ShellLimits.runnerProtocol): enterRunner(context, tls)
        default: context.close(promise: nil)
        }
    }

    /// TLS has verified the certificate against the runners' CA: this protocol demands it.
    private func enterRunner(_ context: ChannelHandlerContext, _ tls: TLSEstablished) {
        guard let certificate = tls.peerCertificate,
            let entrance = RunnerEntrance(
                hub: services.runners, ticket: ticket, certificate: certificate)
        else { return context.close(promise: nil) }
        hand(over: context, to: entrance)
    }

    private func enterPostgres(
        _ context: ChannelHandlerContext, _ tls: TLSEstablished, asked: Bool
    ) {
        var startup = asked ? startup : StartupMachine(isSecure: true)
        if asked { startup.secured() }
        let certificate = tls.peerCertificate.flatMap(services.certificates.read)
        hand(
            over: context,
            to: PostgresClientHandler(
                services: services, startup: startup, certificate: certificate, ticket: ticket))
    }

    private func enterShell(_ context: ChannelHandlerContext) {
        hand(over: context, to: ShellClientHandler(services: services, ticket: ticket))
    }

    private func hand(over context: ChannelHandlerContext, to handler: any ChannelHandler) {
        do {
            try context.pipeline.syncOperations.addHandler(handler, position: .after(self))
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    private func cancel(_ context: ChannelHandlerContext, _ key: BackendKey) {
        state = .done
        // The answer is the same whatever the key is: the connection ends.
        services.cancel(key, from: context.remoteAddress)
        context.close(promise: nil)
    }

    /// No bytes are no answer: the peer learns nothing.
    private func refuse(_ context: ChannelHandlerContext, _ bytes: [UInt8]) {
        state = .done
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}

/// The content type of a TLS handshake record (RFC 8446 section 5.1): no PostgreSQL start-up packet begins with it,
/// because their length's first byte is 0.
private let tlsHandshakeRecord: UInt8 = 0x16
