import NIOCore
import TLS
import Vocabulary

/// Stands behind TLS where HTTP is spoken, and tells by the first line's path whose requests these are: a container
/// engine's (`/engines/NAME/...`, or any path but the control API's where TLS asked for `NAME.<the gateway's name>`; and
/// what a builder's own connections begin with, which say of no engine that it is meant), or the control API's. A
/// connection is the one's or the other's for good.
final class HTTPDoor: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private enum Owner { case control, engine }

    private let services: GatewayServices
    private let tls: TLSEstablished
    private let ticket: WaitingRoom.Ticket
    private var received = ByteBuffer()
    private var hasChosen = false
    private var deadline: Scheduled<Void>?

    init(services: GatewayServices, tls: TLSEstablished, ticket: WaitingRoom.Ticket) {
        self.services = services
        self.tls = tls
        self.ticket = ticket
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(
            in: .seconds(GatewayLimits.handshakeSecondsMax)
        ) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        guard !hasChosen, let owner = received.withUnsafeReadableBytes({ owner($0) }) else {
            return
        }
        hasChosen = true
        deadline?.cancel()
        do {
            switch owner {
            case .control: services.acceptHTTP(context.channel)
            case .engine:
                try context.pipeline.syncOperations.addHandler(
                    DockerClientHandler(
                        services: services, ticket: ticket, named: named,
                        certificate: tls.peerCertificate.flatMap(services.certificates.read)),
                    position: .after(self))
            }
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    /// Whoever comes behind gets what was looked at.
    func removeHandler(
        context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken
    ) {
        if received.readableBytes > 0 {
            context.fireChannelRead(NIOAny(received))
            context.fireChannelReadComplete()
            received = ByteBuffer()
        }
        context.leavePipeline(removalToken: removalToken)
    }

    /// The target that TLS was asked for by name; `nil` for none.
    private var named: String? {
        guard let parts = tls.serverName?.split(separator: ".", maxSplits: 1), parts.count == 2
        else { return nil }
        let name = String(parts[0])
        return services.dockerTarget(named: name) == nil ? nil : name
    }

    /// `nil` until enough has come.
    private func owner(_ bytes: UnsafeRawBufferPointer) -> Owner? {
        let space = UInt8(ascii: " ")
        guard let end = bytes.prefix(HTTPDoor.methodBytesMax + 1).firstIndex(of: space) else {
            return bytes.count > HTTPDoor.methodBytesMax ? .control : nil
        }
        let path = bytes[(end + 1)...]
        switch begins(path, with: "/\(EnginePath.prefix)/") {
        case true?: return .engine
        case nil: return nil
        case false?: break
        }
        guard named != nil else {
            let isBuilder = EnginePath.builder.map { begins(path, with: "/\($0) ") }
            if isBuilder.contains(true) { return .engine }
            return isBuilder.contains(nil) ? nil : .control
        }
        return begins(path, with: "/v1/").map { $0 ? .control : .engine }
    }

    /// `nil` until enough has come.
    private func begins(_ path: Slice<UnsafeRawBufferPointer>, with text: String) -> Bool? {
        guard path.starts(with: text.utf8) else {
            return text.utf8.starts(with: path) ? nil : false
        }
        return true
    }

    /// The longest that a known endpoint has is OPTIONS.
    private static let methodBytesMax = 20
}

/// Where targets are in a path: `/engines/NAME/v1.41/...`.
enum EnginePath {
    static let prefix = "engines"
    /// Paths of BuildKit's connections. Clients leave out of these what `DOCKER_HOST` has for a path.
    static let builder = ["session", "grpc"]
}

extension GatewayServices {
    func dockerTarget(named name: String) -> DockerTarget? {
        TargetName(name).flatMap { targets[$0] as? DockerTarget }
    }
}
