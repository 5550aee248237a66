import Cryptography
import Identity
import Ledger
import NIOCore
import Recording
import Shell
import TLS
import Vocabulary

/// A shell session's login off the loop: who is it, may it open this target; then it is entered in the ledger while the
/// runner is dialled.
struct ShellLogin: Sendable {
    let services: GatewayServices
    /// Where caller and place were settled; `nil`: the opening has a token.
    let door: Door?
    let opening: ShellOpening
    let address: String

    struct Door: Sendable {
        let caller: AuthenticatedPrincipal
        let seat: SessionSeat
    }

    /// Throws `ShellRefusal`, `LedgerError`.
    func run(on loop: any EventLoop) async throws -> AdmittedShell {
        let caller: AuthenticatedPrincipal
        if let door {
            caller = door.caller
        } else {
            caller = try await services.authenticateShell(token: opening.token, address: address)
        }
        let admission = Admission(
            services: services, caller: caller, targetName: opening.target, address: address)
        let (target, seat) = try await admission.shell(in: door?.seat)
        let id = SessionID(rawValue: Random.identifier("ses_"))
        let runner: TargetConnection
        do {
            runner = try await admission.open(
                id, on: target, dialling: target.connect(on: loop))
        } catch OpeningFailure.unreachable {
            throw ShellRefusal(
                .unavailable, "the runner of `\(target.name)` cannot be reached",
                hint: "ask the gateway's operator: its log says why")
        } catch OpeningFailure.revoked {
            throw ShellRefusal(.notAuthenticated, "authentication failed")
        }
        return AdmittedShell(
            caller: caller, target: target, runner: runner, seat: seat, opening: opening, id: id,
            opened: services.clock.wall(), address: address)
    }

}

extension Admission {
    /// - Parameter seat: the place, where it is taken already.
    ///
    /// Throws `ShellRefusal`.
    func shell(
        in seat: SessionSeat? = nil
    ) async throws -> (target: ShellTarget, seat: SessionSeat) {
        do throws(Refusal) {
            let target: ShellTarget = try await target()
            if let seat { return (target, seat) }
            return (target, try await self.seat(on: target))
        } catch {
            throw ShellRefusal(error, caller)
        }
    }
}

extension GatewayServices {
    /// Throws `ShellRefusal`.
    func authenticateShell(token: String, address: String) async throws -> AuthenticatedPrincipal {
        do throws(LoginRefusal) {
            return try await authenticator.authenticate(
                token: token, address: address, now: clock.wall(), monotonic: clock.monotonic())
        } catch {
            await enter(error)
            throw ShellRefusal(.notAuthenticated, error.description, hint: error.hint)
        }
    }

    /// What a client is told of a login that failed.
    func refusal(of error: any Error) -> ShellRefusal {
        log.info("a login was refused", metadata: ["reason": "\(error)"])
        let hint = "ask the gateway's operator to look at its log"
        switch error {
        case let refusal as ShellRefusal: return refusal
        case is LedgerError, is RecordingError:
            return ShellRefusal(
                .unavailable, "the session cannot be recorded now, so it is not opened", hint: hint)
        default: return ShellRefusal(.unavailable, "the session cannot be opened now", hint: hint)
        }
    }
}

extension ShellRefusal {
    init(_ refusal: Admission.Refusal, _ caller: AuthenticatedPrincipal) {
        let words = refusal.words(caller.principal.name)
        self.init(.noTarget, words.message, hint: words.hint)
    }
}

/// A login that may become a session.
struct AdmittedShell: AdmittedClient {
    let caller: AuthenticatedPrincipal
    let target: ShellTarget
    let runner: TargetConnection
    let seat: SessionSeat
    let opening: ShellOpening
    let id: SessionID
    let opened: WallTime
    let address: String

    /// It was entered as opened: the ledger says that nothing came of it.
    func abandon(_ services: GatewayServices, _ why: String) {
        runner.channel.close(promise: nil)
        services.background.start { [id] in await services.enterFailed(id, why) }
    }

    /// Called on the loop.
    func makeSession(
        _ services: GatewayServices, turn: LoopTurn, context: ChannelHandlerContext
    ) throws -> ShellSession {
        let client = SessionLink(context.channel)
        client.attach(
            context, tls: try? context.pipeline.syncOperations.handler(type: TLSHandler.self))
        let recording = try turn.recorder.begin(
            SessionOpened(
                id, of: caller, on: target.name, from: address,
                application: opening.application, at: opened))
        return ShellSession(
            services: services, admitted: self, turn: turn, client: client,
            runner: SessionLink(runner.channel), recording: recording,
            eventLoop: context.eventLoop)
    }
}
