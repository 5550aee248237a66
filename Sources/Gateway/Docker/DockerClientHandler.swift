import HTTP
import Identity
import NIOCore
import Vocabulary

/// A client of a container engine: its first request says who it is and what it wants to reach.
final class DockerClientHandler: ClientHandler {
    /// The target by the name that TLS was asked for.
    private let named: String?
    private let certificate: ClientCertificate?
    private var scanner = HeadScanner()
    /// The first request is a HEAD, which has no body in answer.
    private var isHead = false

    init(
        services: GatewayServices, ticket: WaitingRoom.Ticket, named: String?,
        certificate: ClientCertificate?
    ) {
        self.named = named
        self.certificate = certificate
        super.init(
            services: services, ticket: ticket, early: .notRead(beyond: GatewayLimits.heldBytesMax))
    }

    override func handlerAdded(context: ChannelHandlerContext) {
        // A client that has no more input says so by itself, and reads on.
        _ = context.channel.setOption(.allowRemoteHalfClosure, value: true)
        super.handlerAdded(context: context)
    }

    /// Only looked at: the session reads its first request itself.
    override func start(_ context: ChannelHandlerContext) {
        switch received.withUnsafeReadableBytes({ RequestHead.read($0, &scanner) }) {
        case .needMore: return
        case .refused(let refusal):
            refuse(context, said(EngineReply(refusal.status, refusal.message)))
        case .head(let head, byteCount: _):
            isHead = head.method == "HEAD"
            do throws(EngineReply) {
                let door = try EngineDoor(head, named: named, certificate: certificate)
                logIn(door, application: head.headers.values("User-Agent").first ?? "", context)
            } catch {
                refuse(context, said(error))
            }
        }
    }

    private func logIn(_ door: EngineDoor, application: String, _ context: ChannelHandlerContext) {
        let login = DockerLogin(
            services: services, door: door,
            application: String(application.prefix(GatewayLimits.applicationCharactersMax)),
            address: context.remoteAddress.map(addressText) ?? "unknown")
        logIn(context, { try await login.run(on: $0) }) { [self] admitted, turn in
            let session = try admitted.makeSession(services, turn: turn, context: context)
            ticket.leave()
            enter(session)
            session.begin()
            admitted.engine.handler.value.attach(session, session.server)
        }
    }

    override var tooLate: [UInt8] { said(EngineReply(503, "the login took too long")) }

    override func refusal(of error: any Error) -> [UInt8] { said(services.engineReply(to: error)) }

    private func said(_ reply: EngineReply) -> [UInt8] {
        reply.bytes(closing: true, isBodiless: isHead)
    }
}
