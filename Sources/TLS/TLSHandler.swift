import NIOCore

/// A user event: the connection was idle for a while and has given its buffers back.
public struct TLSIdled: Sendable {
    public init() {}
}

/// TLS for a channel: ciphertext on the socket's side, plaintext on the other. A thin shell around `TLSConnection`.
///
/// It may be added to a channel that is already active, behind a handler that has peeked at the first
/// bytes: those are fired in as reads. Fires `TLSEstablished` as a user event before the first plaintext.
///
/// The peer's close_notify becomes `ChannelEvent.inputClosed` where the channel allows half-closure, else the
/// channel closes cleanly. An end of the socket without close_notify is a `TLSError` of kind `truncated`.
/// After any error, which is fired once, the channel is closed.
public final class TLSHandler: ChannelDuplexHandler {
    public typealias InboundIn = ByteBuffer
    public typealias InboundOut = ByteBuffer
    public typealias OutboundIn = ByteBuffer
    public typealias OutboundOut = ByteBuffer

    private enum State {
        /// The channel is not active yet.
        case idle
        case handshaking
        case open
        /// Our close_notify is on its way; the socket closes when it has gone.
        case closing
        /// Closed or failed: nothing is read or written.
        case closed
    }

    private let connection: TLSConnection
    private let handshakeWithin: TimeAmount
    private var state = State.idle
    private var deadline: Scheduled<Void>?
    private var waiting = WaitingWrites()
    private var gathered: EventLoopPromise<Void>?
    private var plaintext = ByteBuffer()
    private var isReadWanted = false
    /// Looks for idleness once; not there while the connection idles.
    private var idleLook: Scheduled<Void>?
    private var wasUsed = false
    private var context: ChannelHandlerContext?

    /// `handshakeWithin`: from the channel's being active (or this handler's being added, if later) to the
    /// handshake's end; then the channel closes with a `TLSError` of kind `deadline`.
    public init(connection: TLSConnection, handshakeWithin: TimeAmount) {
        self.connection = connection
        self.handshakeWithin = handshakeWithin
    }

    /// What the handshake agreed on; `nil` until it has ended.
    public var established: TLSEstablished? { connection.established }

    // MARK: Beginning and end

    public func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    public func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        finish(failingWritesWith: ChannelError.ioOnClosedChannel)
    }

    public func channelActive(context: ChannelHandlerContext) {
        if case .idle = state { begin(context) }
        context.fireChannelActive()
    }

    public func channelInactive(context: ChannelHandlerContext) {
        endOfTransport(context)
        finish(failingWritesWith: ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        state = .handshaking
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: handshakeWithin) {
            self.handshakeExpired(context)
        }
        advance(context)
        sendCiphertext(context)
        context.read()
    }

    private func handshakeExpired(_ context: ChannelHandlerContext) {
        guard case .handshaking = state else { return }
        let milliseconds = handshakeWithin.nanoseconds / 1_000_000
        fail(
            context,
            TLSError(.theirs, .deadline, "the handshake did not end within \(milliseconds) ms"))
    }

    // MARK: Reading

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var ciphertext = unwrapInboundIn(data)
        switch state {
        case .idle, .handshaking, .open, .closing:
            connection.receive(&ciphertext)
            advance(context)
            used(context)
        case .closed: break
        }
    }

    public func channelReadComplete(context: ChannelHandlerContext) {
        sendCiphertext(context)
        context.fireChannelReadComplete()
        // Records that were not whole satisfied nobody's read: ask again.
        if isReadWanted || isHandshaking { context.read() }
    }

    public func read(context: ChannelHandlerContext) {
        isReadWanted = true
        context.read()
    }

    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            // Already told when close_notify was read.
            return endOfTransport(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    private var isHandshaking: Bool {
        if case .handshaking = state { true } else { false }
    }

    private func advance(_ context: ChannelHandlerContext) {
        do throws(TLSError) {
            if case .handshaking = state {
                guard try connection.handshake() == .established else { return }
                handshakeEnded(context)
            }
            switch state {
            case .open, .closing: try readPlaintext(context)
            case .idle, .handshaking, .closed: break
            }
        } catch {
            fail(context, error)
        }
    }

    private func handshakeEnded(_ context: ChannelHandlerContext) {
        state = .open
        deadline?.cancel()
        deadline = nil
        sendCiphertext(context)
        if let established = connection.established {
            context.fireUserInboundEventTriggered(established)
        }
        writeWaiting(context)
    }

    private func readPlaintext(_ context: ChannelHandlerContext) throws(TLSError) {
        // Allocates only while someone downstream still holds the last one.
        plaintext.clear()
        let wasClosed = connection.isClosedByPeer
        let result: Result<TLSProgress, TLSError>
        do throws(TLSError) {
            result = .success(try connection.decrypt(into: &plaintext))
        } catch {
            result = .failure(error)
        }
        deliver(context)
        if try result.get() == .closed, !wasClosed { peerClosed(context) }
    }

    private func deliver(_ context: ChannelHandlerContext) {
        guard plaintext.readableBytes > 0 else { return }
        let delivered = plaintext
        if delivered.capacity > Limits.keptBufferBytesMax { plaintext = ByteBuffer() }
        // After a full close nobody reads any more; what the peer still sends is dropped.
        guard case .open = state else { return }
        isReadWanted = false
        context.fireChannelRead(wrapInboundOut(delivered))
    }

    private func peerClosed(_ context: ChannelHandlerContext) {
        guard case .open = state else { return }
        let option = try? context.channel.syncOptions?.getOption(.allowRemoteHalfClosure)
        if option == true, !connection.isShutDown {
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        } else {
            beginClose(context, promise: nil)
        }
    }

    /// The socket's input has ended: cleanly after close_notify or our own close, else cut off.
    private func endOfTransport(_ context: ChannelHandlerContext) {
        switch state {
        case .handshaking:
            let reason = "the peer closed the connection during the handshake"
            fail(context, TLSError(.theirs, .handshake, reason))
        case .open:
            if connection.isClosedByPeer { return }
            fail(
                context,
                TLSError(
                    .theirs, .truncated,
                    "the connection ended without close_notify: what was read may be cut off"))
        case .idle, .closing, .closed: break
        }
    }

    // MARK: Idling

    /// A busy connection keeps its buffers and looks every few seconds; an idle one has neither buffers nor a timer.
    private func used(_ context: ChannelHandlerContext) {
        wasUsed = true
        if idleLook == nil, case .open = state { lookForIdleness(context) }
    }

    private func lookForIdleness(_ context: ChannelHandlerContext) {
        wasUsed = false
        idleLook = context.eventLoop.assumeIsolated().scheduleTask(
            in: .seconds(Limits.idleSeconds)
        ) {
            self.idleLook = nil
            guard case .open = self.state else { return }
            if self.wasUsed { return self.lookForIdleness(context) }
            self.plaintext = ByteBuffer()
            self.connection.releaseBuffers()
            context.fireUserInboundEventTriggered(TLSIdled())
        }
    }

    // MARK: Writing

    public func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        switch state {
        case .idle, .handshaking:
            guard !waiting.append(unwrapOutboundIn(data), promise) else { return }
            let most = Limits.waitingWriteBytesMax
            let reason = "more than \(most) bytes were written before the handshake ended"
            let error = TLSError(.ours, .state, reason)
            promise?.fail(error)
            fail(context, error)
        case .open: encrypt(context, unwrapOutboundIn(data), promise)
        case .closing, .closed: promise?.fail(ChannelError.ioOnClosedChannel)
        }
    }

    public func flush(context: ChannelHandlerContext) {
        if case .open = state, writeGathered(context) { return }
        context.flush()
    }

    /// Encrypts and sends at once: what a write and a flush through the pipeline do, without the way there.
    /// For a handler that is next to this one, on its event loop. Before the handshake's end it does nothing.
    public func send(_ plaintext: inout ByteBuffer) {
        guard case .open = state, let context else { return }
        do throws(TLSError) {
            try connection.encrypt(&plaintext)
        } catch {
            if error.kind != .state { fail(context, error) }
            return
        }
        sendCiphertext(context)
        used(context)
    }

    private func encrypt(
        _ context: ChannelHandlerContext, _ data: ByteBuffer, _ promise: EventLoopPromise<Void>?
    ) {
        var data = data
        do throws(TLSError) {
            try connection.encrypt(&data)
        } catch {
            promise?.fail(error)
            if error.kind != .state { fail(context, error) }
            return
        }
        gather(promise)
        // Handed down without a flush, so that the channel's writability sees it.
        if connection.ciphertextBytes >= Limits.gatheredBytesMax { writeCiphertext(context) }
    }

    private func gather(_ promise: EventLoopPromise<Void>?) {
        guard let promise else { return }
        if let gathered {
            gathered.futureResult.cascade(to: promise)
        } else {
            gathered = promise
        }
    }

    private func writeWaiting(_ context: ChannelHandlerContext) {
        while case .open = state, let write = waiting.popFirst() {
            encrypt(context, write.bytes, write.promise)
        }
        // Much of it may have been handed down already, and wait there.
        flush(context: context)
    }

    private func writeCiphertext(_ context: ChannelHandlerContext, flush: Bool = false) {
        let promise = gathered
        gathered = nil
        guard let ciphertext = connection.takeCiphertext() else {
            promise?.succeed(())
            return
        }
        if flush {
            context.writeAndFlush(wrapOutboundOut(ciphertext), promise: promise)
        } else {
            context.write(wrapOutboundOut(ciphertext), promise: promise)
        }
    }

    private func sendCiphertext(_ context: ChannelHandlerContext) {
        _ = writeGathered(context)
    }

    /// False when there was nothing to write: then nothing was flushed.
    private func writeGathered(_ context: ChannelHandlerContext) -> Bool {
        guard connection.ciphertextBytes > 0 || gathered != nil else { return false }
        let hasBytes = connection.ciphertextBytes > 0
        writeCiphertext(context, flush: true)
        return hasBytes
    }

    // MARK: Closing

    public func close(
        context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
    ) {
        switch (mode, state) {
        case (.output, .open): closeOutput(context, promise)
        case (.all, .open): beginClose(context, promise: promise)
        case (.all, .closing): context.channel.closeFuture.cascade(to: promise)
        case (.all, .idle), (.all, .handshaking):
            finish(failingWritesWith: ChannelError.ioOnClosedChannel)
            context.close(mode: .all, promise: promise)
        default: context.close(mode: mode, promise: promise)
        }
    }

    private func closeOutput(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        connection.shutdown()
        sendCiphertext(context)
        if connection.isClosedByPeer {
            beginClose(context, promise: promise)
        } else {
            context.close(mode: .output, promise: promise)
        }
    }

    /// Sends what is left and close_notify, then closes the socket: when they have gone, or the peer did not take them in time.
    private func beginClose(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        state = .closing
        connection.shutdown()
        let sent = context.eventLoop.makePromise(of: Void.self)
        gather(sent)
        deadline = context.eventLoop.assumeIsolated().scheduleTask(
            in: .seconds(Limits.closeSecondsMax)
        ) {
            self.endClose(context)
        }
        context.channel.closeFuture.cascade(to: promise)
        sent.futureResult.assumeIsolated().whenComplete { _ in self.endClose(context) }
        sendCiphertext(context)
    }

    private func endClose(_ context: ChannelHandlerContext) {
        // The deadline and the write may both arrive here, or the socket have closed before.
        guard case .closing = state else { return }
        finish(failingWritesWith: ChannelError.ioOnClosedChannel)
        context.close(mode: .all, promise: nil)
    }

    private func fail(_ context: ChannelHandlerContext, _ error: TLSError) {
        guard state != .closed else { return }
        state = .closed
        // The alert that tells the peer why.
        sendCiphertext(context)
        finish(failingWritesWith: error)
        context.fireErrorCaught(error)
        context.close(mode: .all, promise: nil)
    }

    private func finish(failingWritesWith error: any Error) {
        state = .closed
        deadline?.cancel()
        deadline = nil
        idleLook?.cancel()
        idleLook = nil
        // Taken out first: a promise's callback may lead back to here.
        let (unsent, unwritten) = (gathered, waiting)
        gathered = nil
        waiting = WaitingWrites()
        unsent?.fail(error)
        unwritten.failAll(error)
    }
}
