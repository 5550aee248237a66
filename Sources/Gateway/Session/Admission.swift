import Identity
import Ledger
import NIOCore
import Policy
import Recording
import Vocabulary

/// What every login asks once it is known who calls: may they open this target, and is there a place for them.
struct Admission: Sendable {
    enum Refusal: Error {
        /// One answer for an unknown target, one of another kind, one that the credential does not cover, and one that no
        /// policy names. The name as it may be shown.
        case noTarget(String)
        /// They have so many sessions there: as many as are allowed.
        case noSeat(Int)
    }

    let services: GatewayServices
    let caller: AuthenticatedPrincipal
    /// As the client wrote it.
    let targetName: String
    /// The client's, without its port.
    let address: String

    /// Whom refusals concern is known: they are entered first.
    func target<Service: TargetService>(
        _ kind: Service.Type = Service.self
    ) async throws(Refusal) -> Service {
        guard let name = TargetName(targetName), let target = services.targets[name] as? Service,
            caller.credential.reaches(name),
            services.policies.set.mayOpen(target.target, by: caller.principal)
        else {
            await services.enterRefused(caller, targetName, address)
            throw .noTarget(String(targetName.prefix(GatewayLimits.shownTargetCharactersMax)))
        }
        return target
    }

    func seat(on target: any TargetService) async throws(Refusal) -> SessionSeat {
        let most = target.sessionsPerPrincipalMax
        let principal = caller.principal.name
        if let seat = services.sessions.takeSeat(principal, on: target.name, most: most) {
            return seat
        }
        await services.enterRefused(caller, targetName, address)
        throw .noSeat(most ?? 0)
    }

    /// Enters the session while its target is dialled: no byte of the client's goes there before both are done.
    ///
    /// Throws `OpeningFailure`, `LedgerError`.
    func open<Connection: DialledTarget>(
        _ session: SessionID, on target: any TargetService,
        dialling: EventLoopFuture<Connection>
    ) async throws -> Connection {
        do {
            _ = try await services.ledger.append(entry(target, session))
        } catch {
            dialling.whenSuccess { $0.channel.close(promise: nil) }
            throw error
        }
        let connection: Connection
        do {
            connection = try await dialling.get()
        } catch {
            services.log.warning(
                "a target cannot be reached",
                metadata: ["target": "\(target.name)", "error": "\(error)"])
            await services.enterFailed(session, "\(error)")
            throw OpeningFailure.unreachable
        }
        guard
            try await services.stillHolds(caller, in: session, server: connection.channel)
        else { throw OpeningFailure.revoked }
        return connection
    }

    /// The ledger's entry of a session that opens.
    private func entry(_ target: any TargetService, _ session: SessionID) -> LedgerEntry {
        LedgerEntry(
            kind: "session-opened",
            body: [
                "session": .text(session.rawValue), "principal": .text(caller.principal.name.text),
                "owner": .text(caller.principal.accountable.text),
                "target": .text(target.name.text),
                "credential": .text(caller.credential.kind.rawValue),
                "credential_id": .text(caller.credential.identifier), "address": .text(address),
                "policy": .text(services.policies.set.version),
            ])
    }
}

/// What a session needs of its target to begin.
protocol DialledTarget: Sendable {
    var channel: any Channel { get }
}

/// An admitted session that does not open after all; the ledger says so.
enum OpeningFailure: Error {
    /// The log says why.
    case unreachable
    /// The credential, since it was looked at.
    case revoked
}

extension Admission.Refusal {
    /// For the client: what, and what to do.
    func words(_ principal: PrincipalName) -> (message: String, hint: String) {
        switch self {
        case .noTarget(let name):
            (
                "no target `\(name)` that you may open",
                "`sallyport targets` lists those that you may, with their kinds"
            )
        case .noSeat(let most):
            (
                "`\(principal)` has \(most) sessions on this target: as many as are allowed",
                "end some of them, or let a pool share them"
            )
        }
    }
}

extension SessionOpened {
    /// What a session's recording says first of it.
    init(
        _ session: SessionID, of caller: AuthenticatedPrincipal, on target: TargetName,
        from address: String, application: String, at opened: WallTime
    ) {
        self.init(
            session: session, principal: caller.principal.name,
            owner: caller.principal.isPerson ? nil : caller.principal.accountable, target: target,
            credential: "\(caller.credential.kind.rawValue):\(caller.credential.identifier)",
            address: address, application: application, at: opened)
    }
}
