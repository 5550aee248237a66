import Identity
import Ledger
import Policy
import Store
import Vocabulary

/// That the store's transition has let an action go: state compared and set, consents counted as of that
/// moment. Only `HoldDesk.release` makes one.
struct HoldClearance: ~Copyable {
    let action: Digest
    fileprivate init(action: Digest) { self.action = action }
}

/// What the transition came to.
private enum ReleaseVerdict: Sendable {
    case cleared(HoldRow, [ConsentRow])
    case short(HoldRow, why: String)
    case refused(why: String)
    case tooLate
}

extension HoldDesk {
    /// Releases an approved hold, if what the policy says *now* is satisfied by the consents as they count *now*.
    /// `decision` is the action decided again under the policy of this moment, and `action` the action as it is inspected
    /// now: when it would do something else than what people were shown (a function or view was replaced), they are asked
    /// again. `request` is who comes again for a retry hold, with the action as it is inspected now; a session's own hold
    /// needs none.
    ///
    /// Throws `HoldError.illegal` when it is not approved (any more), `StoreError`, `LedgerError`: then nothing
    /// leaves.
    public func release(
        _ id: HoldID, now decision: Decision, as action: Action? = nil,
        for request: HoldRequest? = nil
    ) async throws -> ReleaseOutcome {
        await gates.enter(id)
        defer { gates.leave(id) }
        guard let hold = local.withLock({ $0[id] }) else {
            let state = try await database.read { try HoldTable($0).get(id).state }
            throw HoldError.illegal(IllegalHoldStep(state: state, step: .release))
        }
        let request = try await asked(id, hold, again: request)
        let action = action ?? request.action
        if let why = try await objection(request, decision) {
            try await refuse(id, why)
            return .refused(why: why)
        }
        switch try await weigh(id, decision, action) {
        case .cleared(let row, let consents):
            return try await letGo(row, consents, decision, request)
        case .short(let row, let why):
            return try await reopen(row, hold, request, decision, action, why: why)
        case .refused(let why):
            try await refuse(id, why)
            return .refused(why: why)
        case .tooLate:
            _ = try await endInside(
                id, .expire, why: "its time was over before it could run", by: nil)
            return .refused(why: "the hold's time is over")
        }
    }

    /// The request that a release is for: the session's own, or that which comes again, if it is the same.
    private func asked(
        _ id: HoldID, _ hold: LocalHold, again: HoldRequest?
    ) async throws -> HoldRequest {
        guard let again else {
            guard let own = hold.request else {
                throw HoldError.invalid("a retry hold is released by a request that comes again")
            }
            return own
        }
        let row = try await database.read { try HoldTable($0).get(id) }
        guard hold.request == nil, row.kind == .retry, again.kind == .retry,
            RetryKey(again) == RetryKey(row)
        else { throw HoldError.invalid("the hold is for another request") }
        return again
    }

    /// Why it must not run whatever people said.
    private func objection(_ request: HoldRequest, _ decision: Decision) async throws -> String? {
        let now = clock.wall()
        guard let requester = try await tokens.stillHolds(request.requester, now: now) else {
            return "the requester's credential is no longer good"
        }
        if let targets = requester.credential.targets, !targets.contains(request.target) {
            return "the requester's credential is not for this target any more"
        }
        switch decision.verdict {
        case .deny: return "the policy now denies it"
        case .hold where decision.requirements.isEmpty:
            return "the policy holds it and names nobody who may consent"
        case .hold, .review, .allow: return nil
        }
    }

    private func weigh(
        _ id: HoldID, _ decision: Decision, _ action: Action
    ) async throws -> ReleaseVerdict {
        do {
            return try await database.write { [self] statements in
                let table = HoldTable(statements)
                let row = try table.get(id)
                guard row.state == .approved else {
                    throw IllegalHoldStep(state: row.state, step: .release)
                }
                if isDue(id) { return .tooLate }
                // The consents must satisfy what people were asked, and what the policy asks now.
                let change = action.change(from: row.terms.statement)
                let tally = try ConsentTally(row, directory.value, statements)
                let now = ConsentMatching(decision.requirements, people: tally.people)
                guard tally.matching.isSatisfied, now.isSatisfied, change == nil else {
                    guard row.round < Limits.roundsMax else {
                        return .refused(why: "it was sent back \(row.round) times")
                    }
                    return .short(row, why: change ?? shortfall(tally, now))
                }
                return .cleared(try table.take(.release, row, at: clock.wall()), tally.counted)
            }
        } catch let step as IllegalHoldStep {
            throw HoldError.illegal(step)
        }
    }

    /// The entry first: without its receipt there is no release.
    private func letGo(
        _ row: HoldRow, _ consents: [ConsentRow], _ decision: Decision, _ request: HoldRequest
    ) async throws -> ReleaseOutcome {
        let receipt: LedgerReceipt
        do {
            receipt = try await ledger.append(
                HoldEntries.released(row, consents, decision, request))
        } catch {
            _ = try? await endInside(
                row.id, .fail, why: "not released: the ledger did not take it", by: nil)
            throw error
        }
        forget(row.id)
        guard let release = Release(HoldClearance(action: row.action), entered: receipt) else {
            throw HoldError.invalid("the ledger's receipt is for another action")
        }
        await announce(.released, row)
        return .released(
            release, consents: consents.map { ConsentView($0, currentRound: row.round) })
    }

    /// Returns nothing: the optimiser copies a `ReleaseOutcome` that comes out of here, and the program stops at that.
    private func refuse(_ id: HoldID, _ why: String) async throws {
        guard try await endInside(id, .deny, why: why, by: nil) else {
            let state = try await database.read { try HoldTable($0).get(id).state }
            throw HoldError.illegal(IllegalHoldStep(state: state, step: .release))
        }
    }

    /// Back to pending on new terms: another digest, so that no old signature fits. Its time grows no longer,
    /// since the client's transaction may hold locks.
    private func reopen(
        _ row: HoldRow, _ hold: LocalHold, _ request: HoldRequest, _ decision: Decision,
        _ action: Action, why: String
    ) async throws -> ReleaseOutcome {
        let asked = decision.verdict == .hold ? decision.holdMilliseconds : .max
        let expires = min(row.terms.expires, clock.wall().advanced(byMilliseconds: asked))
        let deadline = min(hold.deadline, monotonicDeadline(asked))
        var request = request
        request.action = action
        let (sealed, statement) = seal(request, decision, expires: expires)
        let terms =
            decision.verdict == .hold
            ? sealed : sealed.asking(for: row.terms)
        let next = try await database.write { [clock] statements in
            try HoldTable(statements).reopen(row, under: terms, at: clock.wall(), why: why)
        }
        if row.kind == .session { local.withLock { [request] in $0[row.id]?.request = request } }
        startTimer(row.id, deadline)
        await announce(.pendingAgain, next)
        do {
            _ = try await enter(HoldEntries.reopened(next))
        } catch {
            _ = try? await endInside(
                row.id, .abandon, why: "the ledger did not take it", by: nil)
            throw error
        }
        try await noteEntered(next)
        let again = Hold(
            id: row.id, round: next.round, statement: statement, expires: expires,
            deadline: deadline, needs: terms.requirements.map(NeededConsents.init))
        return .pendingAgain(again, why: why)
    }
}

extension HoldTerms {
    /// The same statement for the people whom `other` asks: a policy that no longer holds names none.
    fileprivate func asking(for other: HoldTerms) -> HoldTerms {
        HoldTerms(
            statement: statement, digest: digest, policy: policy, rules: other.rules,
            holdRules: other.holdRules, requirements: other.requirements, risk: other.risk,
            expires: expires)
    }
}

extension Action {
    /// In what it differs from what people were shown, although its bytes are the same.
    fileprivate func change(from shown: ShownStatement) -> String? {
        if encodedEffects(effects) != shown.bytes(.effects) {
            return "it would now do something else than what was shown"
        }
        if leavesOpen != shown.leavesOpen {
            return
                "what it leaves open (functions, views, sub-selects) is not what was shown any more"
        }
        return nil
    }
}

private func shortfall(_ tally: ConsentTally, _ now: ConsentMatching) -> String {
    let open = tally.matching.isSatisfied ? now.missing : tally.matching.missing
    let missing = open.map { "\(NeededConsents($0))" }.joined(separator: ", ")
    guard !tally.void.isEmpty else { return "the policy now asks for more: \(missing)" }
    let people = tally.void.map { "`\($0)`" }.joined(separator: ", ")
    return "the consent of \(people) no longer counts: \(missing)"
}
