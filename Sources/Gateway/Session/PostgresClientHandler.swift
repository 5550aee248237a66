import Identity
import Ledger
import NIOCore
import Postgres
import Recording
import Vocabulary

/// A PostgreSQL client: start-up and password, and then its session's messages.
final class PostgresClientHandler: ClientHandler {
    private var startup: StartupMachine
    /// What the client has proved with its certificate; without one a password is asked for.
    private let certificate: ClientCertificate?

    init(
        services: GatewayServices, startup: StartupMachine, certificate: ClientCertificate?,
        ticket: WaitingRoom.Ticket
    ) {
        self.startup = startup
        self.certificate = certificate
        self.startup.asksPassword = certificate == nil
        // A client says nothing between its password and the welcome; a little is kept for one that does.
        super.init(
            services: services, ticket: ticket, early: .closed(beyond: GatewayLimits.earlyBytesMax))
    }

    override func start(_ context: ChannelHandlerContext) {
        while isStarting {
            switch received.withUnsafeReadableBytes({ startup.nextStep($0) }) {
            case .needMore: return
            case .reply(let bytes, let count):
                received.moveReaderIndex(forwardBy: count)
                send(context, bytes)
            case .authenticate(let request, let count):
                received.moveReaderIndex(forwardBy: count)
                log(in: request, context)
            case .refuse(let bytes, _): refuse(context, bytes)
            case .cancel(let key):
                services.cancel(key, from: context.remoteAddress)
                return context.close(promise: nil)
            case .startTLS: return context.close(promise: nil)
            }
        }
    }

    private func log(in request: StartupRequest, _ context: ChannelHandlerContext) {
        let address = context.remoteAddress.map(addressText) ?? "unknown"
        let login = SessionLogin(
            services: services, request: request, certificate: certificate, address: address)
        logIn(context, { try await login.run(on: $0) }) { [self] admitted, turn in
            let session = try admitted.makeSession(services, turn: turn, context: context)
            ticket.leave()
            enter(session)
            // A client that is gone ends its session within this.
            send(context, LoginReplies.welcome(admitted.upstream.session, key: admitted.key))
            admitted.upstream.handler.value.attach(session, session.upstream)
            session.begin()
            // Those of the logins: the session's own first message takes its own, and between them nothing stays.
            session.client.releaseBuffers()
            session.upstream.releaseBuffers()
        }
    }

    override var tooLate: [UInt8] {
        let seconds = GatewayLimits.loginSecondsMax
        return ErrorFields(
            .fatal, code: "57014", "the login took longer than \(seconds) seconds"
        ).errorResponse
    }

    override func refusal(of error: any Error) -> [UInt8] {
        services.log.info("a login was refused", metadata: ["reason": "\(error)"])
        return told(error).errorResponse
    }

    private func told(_ error: any Error) -> ErrorFields {
        let hint = "ask the gateway's operator to look at its log"
        switch error {
        case let refused as SessionLogin.Refused: return refused.error
        case is LedgerError, is RecordingError:
            return ErrorFields(
                .fatal, code: "58030", "the session cannot be recorded now, so it is not opened",
                hint: hint)
        default:
            return ErrorFields(
                .fatal, code: "08006", "the session cannot be opened now", hint: hint)
        }
    }

    private func send(_ context: ChannelHandlerContext, _ bytes: [UInt8]) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
}
