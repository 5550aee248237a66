import Holds
import Identity
import Ledger
import NIOCore
import Policy
import Vocabulary

/// What every session of a client does alike, whatever its protocol. Confined to its event loop.
protocol ClientSession: TurnMember, SendableMetatype {
    var services: GatewayServices { get }
    var eventLoop: any EventLoop { get }
    var id: SessionID { get }
    var targetName: TargetName { get }
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
        services.enterLater(entry)
    }

    /// The ledger's entry of what was decided on an action.
    func decisionEntry(_ action: Action, _ decision: Decision) -> LedgerEntry {
        let most = GatewayLimits.enteredEffectsMax
        return LedgerEntry(
            kind: decision.verdict == .review ? "review" : "denied",
            body: [
                "session": .text(id.rawValue), "principal": .text(caller.principal.name.text),
                "target": .text(targetName.text), "policy": .text(decision.policyVersion),
                "rules": .array(rules(decision).map { .text($0) }),
                "effects": .array(action.effects.prefix(most).map { .text($0.enteredSummary) }),
                "uncovered": .array(
                    decision.uncovered.prefix(most).map { .text($0.enteredSummary) }),
            ], action: action.digest)
    }

    /// What the gateway refuses whatever policies say.
    func refusalEntry(_ why: String, _ action: Digest? = nil) -> LedgerEntry {
        LedgerEntry(
            kind: "refused",
            body: [
                "session": .text(id.rawValue), "principal": .text(caller.principal.name.text),
                "target": .text(targetName.text),
                "reason": .text(String(why.prefix(GatewayLimits.enteredErrorCharactersMax))),
            ], action: action)
    }

    func rules(_ decision: Decision) -> [String] {
        decision.matches.map { "\($0.policy)/\($0.rule)" }
    }

    func whom(_ needs: [NeededConsents]) -> String {
        needs.map { "\($0.count) of group `\($0.group)`" }.joined(separator: ", ")
    }
}
