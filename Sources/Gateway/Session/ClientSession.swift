import Holds
import Identity
import Ledger
import NIOCore
import Vocabulary

/// What every session of a client does alike, whatever its protocol. Confined to its event loop.
protocol ClientSession: TurnMember, SendableMetatype {
    var services: GatewayServices { get }
    var eventLoop: any EventLoop { get }
    var caller: AuthenticatedPrincipal { get }
    /// Ends the session when its credential does.
    var expiry: Scheduled<Void>? { get set }

    /// Once; a second time it does nothing.
    func end(_ reason: SessionEnd)
}

extension ClientSession {
    /// A revocation between the login and the registry's entry finds nothing to end: so it is asked once more.
    func checkStanding() {
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.makeFutureWithTask { [services, caller] in
            try await services.tokens.stillHolds(caller, now: services.clock.wall()) != nil
        }.whenComplete { result in
            if case .success(true) = result { return }
            session.value.end(.revoked)
        }
    }

    /// A session lives no longer than the credential that opened it.
    func expireWithCredential() {
        guard let expires = caller.credential.expires else { return }
        let left = max(0, expires.milliseconds - services.clock.wall().milliseconds)
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        expiry = eventLoop.scheduleTask(in: .milliseconds(left)) { session.value.end(.revoked) }
    }

    /// Nobody waits for it any more.
    func abandon(_ hold: HoldID, _ why: String) {
        services.background.start { [services] in
            do {
                try await services.holds.abandon(hold, reason: why)
            } catch {
                // The desk tries again.
                services.log.error("a hold is not abandoned yet", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Every released hold comes to an end, and the store and the ledger know it.
    func finish(_ hold: HoldID, _ told: HoldOutcome) {
        services.background.start { [services] in
            do {
                try await services.holds.finished(hold, told)
            } catch {
                services.log.error(
                    "a hold's end is not entered yet", metadata: ["error": "\(error)"])
            }
        }
    }

    /// The ledger's entry of a session's end.
    func enterClosed(_ session: SessionID, _ reason: SessionEnd) {
        let entry = LedgerEntry(
            kind: "session-closed",
            body: ["session": .text(session.rawValue), "reason": .text(reason.text)],
            isEnding: true)
        services.background.start { [services] in
            do {
                _ = try await services.ledger.append(entry)
            } catch {
                services.log.error(
                    "the ledger did not take an entry", metadata: ["error": "\(error)"])
            }
        }
    }
}
