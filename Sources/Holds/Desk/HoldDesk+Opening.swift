import Cryptography
import Foundation
import Identity
import Ledger
import Policy
import Store
import Vocabulary

extension HoldDesk {
    /// Opens a hold and enters it in the ledger. `notify` is registered before anyone can see the hold, is called
    /// on any thread, and must not block: hop to the session's own loop.
    ///
    /// Throws `HoldError.limit` or `.invalid`, `StoreError`, `LedgerError`: then the command is refused.
    public func open(
        _ request: HoldRequest, notify: @escaping @Sendable (HoldSignal) -> Void
    ) async throws -> Hold {
        guard request.kind == .session else {
            throw HoldError.invalid("a retry hold is asked for, not waited for by its session")
        }
        try validate(request)
        return try await begin(
            request, standing(request), waiters: [.init(number: 0, notify: notify)])
    }

    /// Who asks, as of now. Throws `HoldError.invalid` when the credential is no longer good.
    func standing(_ request: HoldRequest) async throws -> Principal {
        guard
            let requester = try await tokens.stillHolds(request.requester, now: clock.wall())
        else {
            throw HoldError.invalid("the requester's credential is no longer good: connect again")
        }
        return requester.principal
    }

    /// Opens a hold that is valid. Throws `AlreadyAsked` when a retry hold answers for the request.
    func begin(
        _ request: HoldRequest, _ requester: Principal, waiters: [LocalHold.Waiter]
    ) async throws -> Hold {
        let now = clock.wall()
        let id = HoldID(rawValue: options.identifier("hld_"))
        let milliseconds = life(of: request, from: now)
        let expires = now.advanced(byMilliseconds: milliseconds)
        let deadline = monotonicDeadline(milliseconds)
        let (terms, statement) = seal(request, request.decision, expires: expires)
        let row = firstRow(id, request, requester, terms, at: now)
        try checkView(of: row)
        await gates.enter(id)
        defer { gates.leave(id) }
        local.withLock {
            $0[id] = LocalHold(
                request: request.kind == .session ? request : nil, waiters: waiters,
                deadline: deadline)
        }
        try await insert(row)
        startTimer(id, deadline)
        await announce(.opened, row)
        return Hold(
            id: id, round: 1, statement: statement, expires: expires, deadline: deadline,
            needs: terms.requirements.map(NeededConsents.init))
    }

    /// Nobody comes again for a retry hold when its credential has expired. (A session ends with its own.)
    private func life(of request: HoldRequest, from now: WallTime) -> Int64 {
        let asked = request.decision.holdMilliseconds
        guard request.kind == .retry, let end = request.requester.credential.expires else {
            return asked
        }
        return min(asked, max(0, end.milliseconds - now.milliseconds))
    }

    /// The same with the signals as a sequence, which ends after `ended`.
    public func open(
        _ request: HoldRequest
    ) async throws -> (hold: Hold, signals: AsyncStream<HoldSignal>) {
        let (stream, continuation) = AsyncStream.makeStream(of: HoldSignal.self)
        let hold = try await open(request) { signal in
            continuation.yield(signal)
            if case .ended = signal { continuation.finish() }
        }
        return (hold, stream)
    }

    func validate(_ request: HoldRequest) throws {
        let decision = request.decision
        guard decision.verdict == .hold else {
            throw HoldError.invalid("the decision is `\(decision.verdict.rawValue)`, not to hold")
        }
        guard !decision.requirements.isEmpty else {
            throw HoldError.invalid("the policy holds this and names nobody who may consent")
        }
        guard (1...Limits.holdMillisecondsMax).contains(decision.holdMilliseconds) else {
            throw HoldError.invalid("the policy's time to wait is outside of what a hold can be")
        }
        let action = request.action
        let valueBytes = action.values.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
        guard action.statement.count <= Limits.statementBytesMax,
            (request.maskedStatement?.utf8.count ?? 0) <= Limits.statementBytesMax,
            valueBytes <= Limits.valuesBytesMax, action.values.count <= Limits.valuesMax
        else {
            throw HoldError.limit(
                "the command is too large for people to look at: \(Limits.statementBytesMax) bytes of text and "
                    + "\(Limits.valuesBytesMax) of values are the most")
        }
    }

    /// What nobody can look at, nobody can consent to.
    private func checkView(of row: HoldRow) throws {
        let needs = row.terms.requirements.map(NeededConsents.init)
        let view = try JSONEncoder().encode(HoldView(row, consents: [], missing: needs))
        guard view.count <= Limits.viewBytesMax else {
            throw HoldError.limit(
                "the command is too large for people to look at: shown with all its values it takes "
                    + "\(view.count) bytes, and \(Limits.viewBytesMax) are the most")
        }
    }

    func monotonicDeadline(_ milliseconds: Int64) -> MonotonicTime {
        let length = UInt64(clamping: milliseconds).multipliedReportingOverflow(by: 1_000_000)
        let sum = clock.monotonic().nanoseconds.addingReportingOverflow(length.partialValue)
        return MonotonicTime(
            nanoseconds: length.overflow || sum.overflow ? .max : sum.partialValue)
    }

    /// What people are asked under one decision, with fresh salts and a fresh nonce.
    func seal(
        _ request: HoldRequest, _ decision: Decision, expires: WallTime
    ) -> (HoldTerms, ConsentStatement) {
        let requester = request.requester
        let contents = StatementContents(
            target: request.target, session: request.session, requester: requester.principal.name,
            owner: requester.principal.accountable, issuers: requester.credential.issuers,
            action: request.action, policyVersion: decision.policyVersion, expires: expires,
            nonce: options.entropy(Limits.nonceBytes),
            retryCredential: request.kind == .retry ? request.credentialText : nil)
        let statement = ConsentStatement(contents, entropy: options.entropy)
        var withheld = Set(request.withheldValues.map { StatementFieldName.value($0 + 1).text })
        if request.maskedStatement != nil { withheld.insert(StatementFieldName.statement.text) }
        let terms = HoldTerms(
            statement: statement.shown(withholding: withheld), digest: statement.digest,
            policy: decision.policyVersion,
            rules: decision.matches.map(\.text),
            holdRules: decision.matches.filter { $0.verdict == .hold }.map(\.text),
            requirements: decision.requirements, risk: decision.risk, expires: expires)
        return (terms, statement)
    }

    private func firstRow(
        _ id: HoldID, _ request: HoldRequest, _ requester: Principal, _ terms: HoldTerms,
        at now: WallTime
    ) -> HoldRow {
        let credential = request.requester.credential
        return HoldRow(
            id: id, gateway: options.gateway, instance: instance, session: request.session,
            requester: requester.name, isPerson: requester.isPerson, owner: requester.accountable,
            credential: request.credentialText,
            issuers: credential.issuers, target: request.target, action: request.action.digest,
            masked: request.maskedStatement, opened: now, kind: request.kind, terms: terms,
            round: 1,
            state: .pending)
    }

    /// Keeps the row, within the caps, and enters it; or leaves nothing.
    private func insert(_ row: HoldRow) async throws {
        do {
            try await database.write { [options] statements in
                let table = HoldTable(statements)
                if row.kind == .retry, try table.retry(RetryKey(row), at: row.opened) != nil {
                    throw AlreadyAsked()
                }
                let (mine, there) = try table.waiting(of: row.requester, on: row.target)
                guard mine < options.pendingPerPrincipalMax else {
                    throw HoldError.limit(
                        "`\(row.requester)` has \(mine) commands waiting for consent: wait for them or "
                            + "withdraw some")
                }
                guard there < options.pendingPerTargetMax else {
                    throw HoldError.limit(
                        "\(there) commands wait for consent on `\(row.target)`: try again later")
                }
                try table.insert(row)
            }
        } catch {
            forget(row.id)
            throw error
        }
        do {
            _ = try await enter(HoldEntries.opened(row))
        } catch {
            forget(row.id)
            if await remove(row, after: error) { throw error }
            _ = try? await endInside(
                row.id, .abandon, why: "the ledger did not take it", by: nil)
            throw error
        }
        try await noteEntered(row)
    }

    /// What a restart may take over is only what the ledger is known to have. Nobody has been told of the hold, or of its
    /// round, before.
    func noteEntered(_ row: HoldRow) async throws {
        guard row.kind == .retry else { return }
        do {
            try await database.write { try HoldTable($0).noteEntered(row.id, round: row.round) }
        } catch {
            _ = try? await endInside(row.id, .abandon, why: "the store did not take it", by: nil)
            throw error
        }
    }

    /// Leaves nothing of a hold that the ledger did not take, if it is certain that it did not.
    private func remove(_ row: HoldRow, after error: any Error) async -> Bool {
        if case LedgerError.failed = error { return false }
        return (try? await database.write { try HoldTable($0).remove(row.id) }) != nil
    }

    /// Ends what this process remembers of a hold, without a word to anyone.
    func forget(_ id: HoldID) {
        local.withLock { $0.removeValue(forKey: id) }?.timer?.cancel()
    }

    func startTimer(_ id: HoldID, _ deadline: MonotonicTime) {
        let timer = Task(executorPreference: clock.executor) { [weak self, clock] in
            guard (try? await clock.sleep(deadline)) != nil else { return }
            _ = try? await self?.expire(id)
        }
        let previous = local.withLock { local -> Task<Void, Never>? in
            guard let hold = local[id] else { return timer }
            local[id]?.timer = timer
            local[id]?.deadline = deadline
            return hold.timer
        }
        previous?.cancel()
    }
}

extension RuleMatch {
    fileprivate var text: String { "\(policy)/\(rule)" }
}
