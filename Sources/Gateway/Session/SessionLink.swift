import NIOCore
import TLS

/// One of a session's two sockets, as the session sees it: bytes go out, reading goes on or stops.
final class SessionLink {
    private let channel: any Channel
    private var context: ChannelHandlerContext?
    private var tls: TLSHandler?
    private var isReading = true
    private var hasClosedOutput = false

    init(_ channel: any Channel) { self.channel = channel }

    /// `context` is the handler's own, from which the head of the pipeline is nearer; `tls` stands right before it, and
    /// is given plaintext without the pipeline's detour.
    func attach(_ context: ChannelHandlerContext, tls: TLSHandler?) {
        self.context = context
        self.tls = tls
    }

    func detach() {
        context = nil
        tls = nil
    }

    /// Sends `bytes` and leaves the buffer empty, its storage for the next ones.
    func write(_ bytes: inout ByteBuffer) {
        if let tls {
            tls.send(&bytes)
        } else if let context {
            context.writeAndFlush(NIOAny(bytes), promise: nil)
        } else {
            // Not attached: the channel is another loop's, or gone.
            channel.writeAndFlush(bytes, promise: nil)
        }
        bytes.clear()
    }

    func releaseBuffers() { tls?.releaseBuffers() }

    func setReading(_ reading: Bool) {
        guard reading != isReading else { return }
        isReading = reading
        _ = channel.setOption(.autoRead, value: reading)
    }

    /// What was written is the last; reading goes on. Once.
    func closeOutput() {
        guard !hasClosedOutput else { return }
        hasClosedOutput = true
        guard let context else { return channel.close(mode: .output, promise: nil) }
        context.close(mode: .output, promise: nil)
    }

    /// As `close()`, but what was written is waited for where no TLS does it.
    func finish() {
        guard let context, tls == nil else { return close() }
        let channel = channel
        let late = channel.eventLoop.scheduleTask(in: .seconds(GatewayLimits.sshLingerSecondsMax)) {
            channel.close(promise: nil)
        }
        context.writeAndFlush(NIOAny(ByteBuffer())).whenComplete { _ in
            late.cancel()
            channel.close(promise: nil)
        }
    }

    /// Sends what was written, then closes.
    func close() {
        guard let context else { return channel.close(promise: nil) }
        context.close(promise: nil)
    }
}
