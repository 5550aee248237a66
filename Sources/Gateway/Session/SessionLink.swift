import NIOCore

/// One of a session's two sockets, as the session sees it: bytes go out, reading goes on or stops.
final class SessionLink {
    private let channel: any Channel
    private var context: ChannelHandlerContext?
    private var isReading = true

    init(_ channel: any Channel) { self.channel = channel }

    /// Writes go through the handler's own context: the head of the pipeline is nearer from there.
    func attach(_ context: ChannelHandlerContext) { self.context = context }

    func detach() { context = nil }

    func write(_ bytes: ByteBuffer) {
        context?.writeAndFlush(NIOAny(bytes), promise: nil)
    }

    func setReading(_ reading: Bool) {
        guard reading != isReading else { return }
        isReading = reading
        _ = channel.setOption(.autoRead, value: reading)
    }

    /// Sends what was written, then closes.
    func close() {
        guard let context else { return channel.close(promise: nil) }
        context.close(promise: nil)
    }
}
