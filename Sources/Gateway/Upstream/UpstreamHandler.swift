import NIOCore
import Postgres
import TLS

/// Who reads a server's bytes once the gateway has logged in there.
protocol UpstreamReader: AnyObject {
    func serverRead(_ buffer: inout ByteBuffer)
    func serverClosed()
    func serverCanTakeMore(_ canTake: Bool)
}

/// A connection to a target, from its first byte: asks for TLS, logs in, then hands what comes to its reader.
final class UpstreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case encrypting
        case handshaking
        /// Apart from the handler, which is longer there than a login lasts.
        indirect case loggingIn(UpstreamLogin)
        case reading
        case ended
    }

    private let target: PostgresTarget
    private let parameters: [UpstreamSession.Parameter]
    /// `nil` once it is completed: it would keep what it was completed with.
    private var ready: EventLoopPromise<UpstreamSession>?
    private var state = State.encrypting
    private var received = ByteBuffer()
    private var reader: (any UpstreamReader)?
    private var context: ChannelHandlerContext?
    private var tls: TLSHandler?

    /// `ready` is completed when the login is done, or with why not.
    init(
        target: PostgresTarget, parameters: [UpstreamSession.Parameter],
        ready: EventLoopPromise<UpstreamSession>
    ) {
        self.target = target
        self.parameters = parameters
        self.ready = ready
    }

    /// From now on the reader gets what comes, and what has come already.
    func attach(_ reader: any UpstreamReader, _ link: SessionLink?) {
        self.reader = reader
        if let context { link?.attach(context, tls: tls) }
        var bytes = received
        received = ByteBuffer()
        if bytes.readableBytes > 0 { reader.serverRead(&bytes) }
        // It went before anybody read it.
        if case .ended = state {
            self.reader = nil
            reader.serverClosed()
        }
    }

    func detach() { reader = nil }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    /// A name with several addresses is tried on several channels, and those that failed go when the next has begun.
    func handlerRemoved(context: ChannelHandlerContext) {
        if self.context === context { self.context = nil }
    }

    func channelActive(context: ChannelHandlerContext) {
        switch target.clientTLS {
        case nil: login(context, tls: nil)
        case _?: send(context, UpstreamEncryption.request)
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if case .reading = state, let reader { return reader.serverRead(&bytes) }
        received.writeBuffer(&bytes)
        step(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let established = event as? TLSEstablished, case .handshaking = state {
            login(context, tls: established)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        reader?.serverCanTakeMore(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context, "it closed the connection")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(context, networkReason(error))
    }

    private func step(_ context: ChannelHandlerContext) {
        switch state {
        case .encrypting: encrypt(context)
        case .loggingIn(var machine):
            goOn(context, &machine)
            if case .loggingIn = state { state = .loggingIn(machine) }
        case .handshaking:
            end(context, "it sent plaintext behind its answer to the request for TLS")
        case .reading, .ended: break
        }
    }

    private func encrypt(_ context: ChannelHandlerContext) {
        switch received.withUnsafeReadableBytes({ UpstreamEncryption.answer($0) }) {
        case .needMore: break
        case .startTLS:
            received.clear()
            startTLS(context)
        case .unavailable: end(context, "it has no TLS, and the target's configuration requires it")
        case .fail(let failure): end(context, failure.error.message)
        }
    }

    private func startTLS(_ context: ChannelHandlerContext) {
        guard let tls = target.clientTLS else { return }
        state = .handshaking
        do {
            let connection = try TLSConnection(tls, serverName: target.host)
            let tls = TLSHandler(
                connection: connection,
                handshakeWithin: .seconds(GatewayLimits.handshakeSecondsMax))
            try context.pipeline.syncOperations.addHandler(tls, position: .before(self))
            self.tls = tls
        } catch {
            end(context, "\(error)")
        }
    }

    private func login(_ context: ChannelHandlerContext, tls: TLSEstablished?) {
        do {
            let machine = UpstreamLogin(try target.credentials(parameters: parameters, tls: tls))
            state = .loggingIn(machine)
            send(context, machine.startup)
        } catch {
            end(context, "\(error)")
        }
    }

    private func goOn(_ context: ChannelHandlerContext, _ machine: inout UpstreamLogin) {
        while true {
            switch received.withUnsafeReadableBytes({ machine.nextStep($0) }) {
            case .needMore: return
            case .send(let bytes, let count):
                received.moveReaderIndex(forwardBy: count)
                if !bytes.isEmpty { send(context, bytes) }
            case .ready(let session, let count):
                received.moveReaderIndex(forwardBy: count)
                state = .reading
                ready?.succeed(session)
                ready = nil
                return
            case .fail(let failure): return end(context, failure.error.message)
            }
        }
    }

    private func send(_ context: ChannelHandlerContext, _ bytes: [UInt8]) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func end(_ context: ChannelHandlerContext, _ reason: String) {
        if case .ended = state { return }
        let wasReading = if case .reading = state { true } else { false }
        state = .ended
        if !wasReading {
            ready?.fail(GatewayError.upstream("the target `\(target.name)`: \(reason)"))
            ready = nil
        }
        let reader = reader
        self.reader = nil
        reader?.serverClosed()
        context.close(promise: nil)
    }
}
