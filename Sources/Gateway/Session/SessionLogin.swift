import Cryptography
import Identity
import Ledger
import NIOCore
import Policy
import Postgres
import Recording
import TLS
import Vocabulary

/// A login off the loop: who is it, may it open this target; then it is entered in the ledger while the server is dialled.
struct SessionLogin: Sendable {
    /// What the client is told. It says nothing of which part was wrong.
    struct Refused: Error, CustomStringConvertible {
        let error: ErrorFields
        var description: String { "\(error.code): \(error.message)" }
    }

    let services: GatewayServices
    let request: StartupRequest
    /// Of the client's, when it has shown one of the gateway's own: then it has no password.
    let certificate: ClientCertificate?
    let address: String

    func run(on loop: any EventLoop) async throws -> AdmittedLogin {
        let caller = try await authenticate()
        let admission = Admission(
            services: services, caller: caller, targetName: request.target, address: address)
        let (target, seat) = try await admit(admission)
        let id = SessionID(rawValue: Random.identifier("ses_"))
        let upstream: UpstreamConnection
        do {
            upstream = try await admission.open(
                id, on: target,
                dialling: target.connect(parameters: request.parameters, on: loop))
        } catch OpeningFailure.unreachable {
            throw Refused(
                error: ErrorFields(
                    .fatal, code: "08006", "the target `\(target.name)` cannot be reached",
                    hint: "ask the gateway's operator: its log says why"))
        } catch OpeningFailure.revoked {
            throw Refused(error: ErrorFields(.fatal, code: "28P01", "authentication failed"))
        }
        let application = request.parameters.last { $0.name == "application_name" }?.value ?? ""
        return AdmittedLogin(
            caller: caller, target: target, upstream: upstream, seat: seat,
            identity: SessionIdentity(
                id: id, opened: services.clock.wall(), address: address, application: application,
                cancelKey: randomKey()))
    }

    /// A certificate, a token, or the person's PAM password. Any disagreement with the user name is a refusal.
    private func authenticate() async throws -> AuthenticatedPrincipal {
        let (clock, door) = (services.clock, services.authenticator)
        do throws(LoginRefusal) {
            guard let certificate else {
                return try await door.authenticate(
                    user: request.principal, secret: request.password, address: address,
                    now: clock.wall(), monotonic: clock.monotonic())
            }
            return try await door.authenticate(
                user: request.principal, certificate: certificate, address: address,
                now: clock.wall(), monotonic: clock.monotonic())
        } catch {
            await services.enter(error)
            let hint = certificate == nil ? error.hint : error.certificateHint
            throw Refused(error: ErrorFields(.fatal, code: "28P01", error.description, hint: hint))
        }
    }

    private func admit(_ admission: Admission) async throws -> (PostgresTarget, SessionSeat) {
        do throws(Admission.Refusal) {
            let target: PostgresTarget = try await admission.target()
            return (target, try await admission.seat(on: target))
        } catch {
            let words = error.words(admission.caller.principal.name)
            let code =
                switch error {
                case .noTarget: "3D000"
                case .noSeat: "53300"
                }
            throw Refused(
                error: ErrorFields(.fatal, code: code, words.message, hint: words.hint))
        }
    }
}

/// A login that may become a session.
struct AdmittedLogin: AdmittedClient {
    let caller: AuthenticatedPrincipal
    let target: PostgresTarget
    let upstream: UpstreamConnection
    let seat: SessionSeat
    let identity: SessionIdentity

    var key: BackendKey { identity.cancelKey }

    /// It was entered as opened: the ledger says that nothing came of it.
    func abandon(_ services: GatewayServices, _ why: String) {
        upstream.channel.close(promise: nil)
        services.background.start { [identity] in
            await services.enterFailed(identity.id, why)
        }
    }

    /// Called on the loop.
    func makeSession(
        _ services: GatewayServices, turn: LoopTurn, context: ChannelHandlerContext
    ) throws -> PostgresSession {
        let client = SessionLink(context.channel)
        client.attach(
            context, tls: try context.pipeline.syncOperations.handler(type: TLSHandler.self))
        let recording = try turn.recorder.begin(
            SessionOpened(
                identity.id, of: caller, on: target.name, from: identity.address,
                application: identity.application, at: identity.opened))
        return PostgresSession(
            services: services, target: target, identity: identity, caller: caller, seat: seat,
            turn: turn, client: client, upstream: SessionLink(upstream.channel),
            login: upstream.session,
            recording: recording, eventLoop: context.eventLoop)
    }
}

/// Both halves are random and ours: the server's key never reaches a client.
private func randomKey() -> BackendKey {
    let bytes = Random.bytes(8)
    let numbers = [0, 4].map { start in
        bytes[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    return BackendKey(processID: numbers[0], secret: numbers[1])
}

extension GatewayServices {
    /// Someone known asked for a target that is not theirs: the first time in a while it is entered at once, then with
    /// its count. The refusal stands all the same when the ledger does not take it.
    func enterRefused(
        _ caller: AuthenticatedPrincipal, _ target: String, _ address: String
    ) async {
        let name = caller.principal.name
        let body: JSONValue = [
            "principal": .text(name.text),
            "target": .text(String(target.prefix(GatewayLimits.shownTargetCharactersMax))),
            "credential": .text(caller.credential.kind.rawValue),
            "credential_id": .text(caller.credential.identifier), "address": .text(address),
        ]
        try? await refusals.enter(LedgerEntry(kind: "session-refused", body: body), as: name.text)
    }

    /// Whether the caller may still come in, now that the target is reached. Where that is not so, or cannot be known, the
    /// session that was entered as opened is entered as failed, and `server`, its connection to the target, closes.
    func stillHolds(
        _ caller: AuthenticatedPrincipal, in session: SessionID, server: any Channel
    ) async throws -> Bool {
        let why: String
        let result: Result<Bool, any Error>
        do {
            if try await tokens.stillHolds(caller, now: clock.wall()) != nil { return true }
            (why, result) = ("the credential was revoked meanwhile", .success(false))
        } catch {
            (why, result) = ("\(error)", .failure(error))
        }
        server.close(promise: nil)
        await enterFailed(session, why)
        return try result.get()
    }

    /// Closes what was entered as opened and did not come to be.
    func enterFailed(_ session: SessionID, _ why: String) async {
        let body: JSONValue = [
            "session": .text(session.rawValue),
            "error": .text(String(why.prefix(GatewayLimits.enteredErrorCharactersMax))),
        ]
        _ = try? await ledger.append(
            LedgerEntry(kind: "session-failed", body: body, isEnding: true))
    }
}
