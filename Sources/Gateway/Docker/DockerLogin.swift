import Cryptography
import Identity
import Ledger
import NIOCore
import Recording
import TLS
import Vocabulary

/// A login off the loop: who is it, may it open this target; then it is entered in the ledger while the engine is dialled.
struct DockerLogin: Sendable {
    let services: GatewayServices
    let door: EngineDoor
    let application: String
    let address: String

    /// Throws `EngineReply`, `LedgerError`.
    func run(on loop: any EventLoop) async throws -> AdmittedEngine {
        let caller = try await authenticate()
        let admission = Admission(
            services: services, caller: caller, targetName: door.target, address: address)
        let (target, seat) = try await admit(admission)
        let id = SessionID(rawValue: Random.identifier("ses_"))
        let engine: TargetConnection
        do {
            engine = try await admission.open(
                id, on: target, dialling: target.connect(on: loop))
        } catch OpeningFailure.unreachable {
            throw EngineReply.unreachable(target.name)
        } catch OpeningFailure.revoked {
            throw EngineReply(401, "authentication failed")
        }
        return AdmittedEngine(
            caller: caller, target: target, engine: engine, seat: seat, door: door, id: id,
            opened: services.clock.wall(), application: application, address: address)
    }

    private func authenticate() async throws -> AuthenticatedPrincipal {
        let (clock, authenticator) = (services.clock, services.authenticator)
        do throws(LoginRefusal) {
            switch door.credential {
            case .certificate(let certificate):
                return try await authenticator.authenticate(
                    certificate: certificate, address: address, now: clock.wall(),
                    monotonic: clock.monotonic())
            case .token(let token):
                return try await authenticator.authenticate(
                    token: token, address: address, now: clock.wall(),
                    monotonic: clock.monotonic())
            }
        } catch {
            await services.enter(error)
            let hint =
                if case .token = door.credential { error.hint } else { error.certificateHint }
            throw EngineReply(401, error.description, hint: hint)
        }
    }

    private func admit(_ admission: Admission) async throws -> (DockerTarget, SessionSeat) {
        do throws(Admission.Refusal) {
            let target: DockerTarget = try await admission.target()
            return (target, try await admission.seat(on: target))
        } catch {
            let words = error.words(admission.caller.principal.name)
            let status =
                switch error {
                case .noTarget: 404
                case .noSeat: 429
                }
            throw EngineReply(status, words.message, hint: words.hint)
        }
    }
}

/// A login that may become a session.
struct AdmittedEngine: AdmittedClient {
    let caller: AuthenticatedPrincipal
    let target: DockerTarget
    let engine: TargetConnection
    let seat: SessionSeat
    let door: EngineDoor
    let id: SessionID
    let opened: WallTime
    let application: String
    let address: String

    /// It was entered as opened: the ledger says that nothing came of it.
    func abandon(_ services: GatewayServices, _ why: String) {
        engine.channel.close(promise: nil)
        services.background.start { [id] in await services.enterFailed(id, why) }
    }

    /// Called on the loop.
    func makeSession(
        _ services: GatewayServices, turn: LoopTurn, context: ChannelHandlerContext
    ) throws -> DockerSession {
        let client = SessionLink(context.channel)
        client.attach(
            context, tls: try context.pipeline.syncOperations.handler(type: TLSHandler.self))
        let recording = try turn.recorder.begin(
            SessionOpened(
                id, of: caller, on: target.name, from: address,
                application: application, at: opened))
        return DockerSession(
            services: services, admitted: self, turn: turn, client: client,
            server: SessionLink(engine.channel), recording: recording,
            eventLoop: context.eventLoop)
    }
}

extension GatewayServices {
    /// What a client is told of a login that failed.
    func engineReply(to error: any Error) -> EngineReply {
        log.info("a login was refused", metadata: ["reason": "\(error)"])
        let hint = "ask the gateway's operator to look at its log"
        switch error {
        case let reply as EngineReply: return reply
        case is LedgerError, is RecordingError:
            return EngineReply(
                503, "the session cannot be recorded now, so it is not opened", hint: hint)
        default: return EngineReply(503, "the session cannot be opened now", hint: hint)
        }
    }
}
