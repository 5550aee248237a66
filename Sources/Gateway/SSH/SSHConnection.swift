import Glibc
import NIOCore
import NIOPosix
import Shell
import Wire

/// One SSH client's connection: its bytes go to a daemon of its own and back, and the daemon's one command comes back at a
/// socket of its own as a shell session. All of it ends together. Confined to the client's event loop.
///
///     client ═TLS═ SSHClientHandler ═ sshd ─▶ sallyport ssh-session ─▶ socket ─▶ ShellClientHandler ─▶ session
final class SSHConnection: ClientReader {
    private let services: GatewayServices
    private var admitted: AdmittedSSH
    private let client: any Channel
    private let ticket: WaitingRoom.Ticket
    private var daemon: (any Channel)?
    private var listener: (any Channel)?
    private var session: (any Channel)?
    /// What the client sends before the daemon listens.
    private var early = ByteBuffer()
    private var deadline: Scheduled<Void>?
    private var isClosed = false
    /// The daemon's socket is a channel's now.
    private var isHandedOver = false

    init(
        services: GatewayServices, admitted: AdmittedSSH, client: any Channel,
        ticket: WaitingRoom.Ticket
    ) {
        self.services = services
        self.admitted = admitted
        self.client = client
        self.ticket = ticket
    }

    private var loop: any EventLoop { client.eventLoop }

    /// The way back is there before the daemon is heard, and `ready` is said in between.
    func open(ready: @escaping () -> Void) {
        let bound = NIOLoopBound((self, ready), eventLoop: loop)
        close(after: GatewayLimits.loginSecondsMax)
        listen().whenComplete { result in
            let (connection, ready) = bound.value
            switch result {
            case .success(let listener): connection.listening(listener, ready)
            case .failure(let error): connection.failed(error)
            }
        }
    }

    private func listen() -> EventLoopFuture<any Channel> {
        let directory = admitted.process.directory.open()
        let bound = NIOLoopBound(self, eventLoop: loop)
        // By the directory's descriptor: its path may be longer than a socket's address.
        let path = "/proc/self/fd/\(directory)/\(SSHDirectory.File.socket.rawValue)"
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.recvAllocator, value: sessionReads)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.entered(channel) }
            }
            .bind(unixDomainSocketPath: path)
            .always { _ in if directory >= 0 { Glibc.close(directory) } }
    }

    private func listening(_ listener: any Channel, _ ready: () -> Void) {
        guard !isClosed else { return listener.close(promise: nil) }
        self.listener = listener
        ready()
        isHandedOver = true
        let bound = NIOLoopBound(self, eventLoop: loop)
        ClientBootstrap(group: loop)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: sessionReads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        SSHDaemonHandler(bound.value, bound.value.client))
                }
            }
            .withConnectedSocket(admitted.process.descriptor)
            .whenComplete { result in
                switch result {
                case .success(let daemon): bound.value.connected(daemon)
                case .failure(let error): bound.value.failed(error)
                }
            }
    }

    private func connected(_ daemon: any Channel) {
        guard !isClosed else { return daemon.close(promise: nil) }
        self.daemon = daemon
        let bytes = early
        early = ByteBuffer()
        if bytes.readableBytes > 0 { daemon.writeAndFlush(bytes, promise: nil) }
        if !client.isWritable { clientCanTakeMore(false) }
    }

    private func failed(_ error: any Error) {
        services.log.warning("an SSH connection cannot be served", metadata: ["error": "\(error)"])
        close()
    }

    // MARK: Bytes

    func clientRead(_ bytes: inout ByteBuffer) {
        guard let daemon else {
            early.writeBuffer(&bytes)
            // It has nothing to say before it has heard the daemon but its version.
            if early.readableBytes > GatewayLimits.earlyBytesMax { close() }
            return
        }
        daemon.writeAndFlush(bytes, promise: nil)
    }

    func clientClosed() { close() }

    func clientCanTakeMore(_ canTake: Bool) {
        _ = daemon?.setOption(.autoRead, value: canTake)
    }

    // MARK: The session

    /// The daemon's command has come back: it is the only one that may.
    private func entered(_ channel: any Channel) throws {
        guard session == nil, let seat = admitted.seat else { return channel.close(promise: nil) }
        session = channel
        // Not now: what is being accepted would be closed with it.
        loop.assumeIsolated().execute { [listener] in listener?.close(promise: nil) }
        let bound = NIOLoopBound(self, eventLoop: loop)
        channel.closeFuture.whenComplete { _ in bound.value.sessionOver() }
        try channel.pipeline.syncOperations.addHandler(
            ShellClientHandler(
                services: services, ticket: ticket,
                door: SSHDoor(
                    caller: admitted.caller, seat: seat, target: admitted.target,
                    address: admitted.address, began: { [self] in deadline?.cancel() },
                    tell: { [client] notice in
                        client.writeAndFlush(ByteBuffer(bytes: notice.frame), promise: nil)
                    })))
    }

    /// The client still hears how it ended; a client that stays all the same has nothing more to do here.
    private func sessionOver() { close(after: GatewayLimits.sshLingerSecondsMax) }

    // MARK: End

    private func close(after seconds: Int64) {
        deadline?.cancel()
        guard !isClosed else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        deadline = loop.scheduleTask(in: .seconds(seconds)) { bound.value.close() }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        deadline?.cancel()
        if isHandedOver { admitted.process.child.kill() } else { admitted.process.end() }
        admitted.seat = nil
        for channel in [daemon, listener, session, client] { channel?.close(promise: nil) }
        (daemon, listener, session) = (nil, nil, nil)
    }
}

/// Hands what a daemon sends to its client, in frames: what the gateway itself says stands between them.
private final class SSHDaemonHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: SSHConnection
    private let client: any Channel

    init(_ connection: SSHConnection, _ client: any Channel) {
        self.connection = connection
        self.client = client
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        var framed = ByteBuffer()
        framed.reserveCapacity(FrameHeader.byteCount + bytes.readableBytes)
        framed.writeInteger(FrameType.output.rawValue)
        framed.writeInteger(UInt32(bytes.readableBytes + 4))
        framed.writeBuffer(&bytes)
        client.writeAndFlush(framed, promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        _ = client.setOption(.autoRead, value: context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.close()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
