import NIOCore
import NIOPosix
import TLS

/// How much is read from a session's sockets at once: little at first, because the channel keeps that buffer for as long
/// as it lives, and up to 64 KiB where bytes come in streams.
let sessionReads = AdaptiveRecvByteBufferAllocator(
    minimum: GatewayLimits.firstReadBytes, initial: GatewayLimits.firstReadBytes, maximum: 65_536)

/// The sockets that the gateway listens on.
final class Listener: Sendable {
    private let channels: [any Channel]
    /// As bound: with the port that the system chose where the configuration says 0.
    let addresses: [ListenAddress]

    private init(channels: [any Channel], addresses: [ListenAddress]) {
        self.channels = channels
        self.addresses = addresses
    }

    /// Binds all of `addresses`, or none.
    static func bind(
        _ addresses: [ListenAddress], services: GatewayServices, group: any EventLoopGroup
    ) async throws -> Listener {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: GatewayLimits.backlogMax)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Without a descriptor left, a connection that cannot be accepted is tried again after a second.
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.recvAllocator, value: sessionReads)
            .childChannelInitializer { channel in
                let address = channel.remoteAddress.map(addressText) ?? "unknown"
                guard let ticket = services.waitingRoom.enter(address) else {
                    return channel.close()
                }
                channel.closeFuture.whenComplete { _ in ticket.leave() }
                return channel.eventLoop.makeCompletedFuture {
                    try KeepAlive.turnOn(channel)
                    try channel.pipeline.syncOperations.addHandler(
                        FrontDoor(services: services, ticket: ticket))
                }
            }
        var channels: [any Channel] = []
        var bound: [ListenAddress] = []
        do {
            for address in addresses {
                let channel = try await bootstrap.bind(host: address.host, port: address.port).get()
                channels.append(channel)
                let port = channel.localAddress?.port ?? address.port
                bound.append(ListenAddress(host: address.host, port: port))
            }
        } catch {
            for channel in channels { try? await channel.close() }
            let failed = addresses[channels.count]
            throw GatewayError.cannotListen(failed.description, networkReason(error))
        }
        return Listener(channels: channels, addresses: bound)
    }

    /// No new connection is accepted any more.
    func close() async {
        for channel in channels { try? await channel.close() }
    }
}
