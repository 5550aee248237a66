import Identity
import Store
import Vocabulary

/// A retry hold answers for the request already.
struct AlreadyAsked: Error {}

/// What a request that does not need to wait is told.
public enum RetryAnswer: Sendable {
    /// People are asked about it.
    case waits(RetryHold)
    /// They have consented: `HoldDesk.release` with the request lets it go, if it is the first.
    case approved(RetryHold)
    /// A person said no, and the hold would not be over yet.
    case denied(HoldID, by: PrincipalName, why: String)
}

/// A retry hold as one of those who ask knows it.
public struct RetryHold: Hashable, Sendable {
    public let id: HoldID
    /// For people: wall time.
    public let expires: WallTime
    /// Whom it waits for.
    public let needs: [NeededConsents]
    /// When this very request opened it: with the sealed original for the session's recording.
    public let opened: Hold?
    /// What `HoldDesk.leave` takes, of one who waits.
    public let waiter: UInt64
}

extension HoldDesk {
    /// Asks with a request whose client may come again. The first opens a hold; the same again finds that one, until it has
    /// let one of them go, has come to an end, or, where a person refused it, would have.
    ///
    /// - Parameter notify: as that of `open`, for a client that waits a while; until `leave`, or an end.
    /// Throws `HoldError.limit` or `.invalid`, `StoreError`, `LedgerError`: then the command is refused.
    public func ask(
        _ request: HoldRequest, notify: (@Sendable (HoldSignal) -> Void)? = nil
    ) async throws -> RetryAnswer {
        try validate(request)
        try validateRetry(request)
        let requester = try await standing(request)
        let number = notify == nil ? 0 : waiterNumber()
        let waiters = notify.map { [LocalHold.Waiter(number: number, notify: $0)] } ?? []
        let key = RetryKey(request)
        // One that is found may end before its gate is ours.
        for _ in 0..<Limits.retryAttemptsMax {
            let now = clock.wall()
            if let id = try await database.read({ try HoldTable($0).retry(key, at: now) }) {
                if let answer = try await join(id, key, waiters) { return answer }
                continue
            }
            do {
                let hold = try await begin(request, requester, waiters: waiters)
                try await checkStanding(request, hold.id)
                return .waits(
                    RetryHold(
                        id: hold.id, expires: hold.expires, needs: hold.needs, opened: hold,
                        waiter: number))
            } catch is AlreadyAsked {}
        }
        throw HoldError.limit("the same is being asked and decided just now: try again")
    }

    /// One who waited for a retry hold does not any more. The hold stays.
    public func leave(_ id: HoldID, waiter: UInt64) {
        local.withLock { $0[id]?.waiters.removeAll { $0.number == waiter } }
    }

    /// A revocation before the store had the hold found nothing to end.
    private func checkStanding(_ request: HoldRequest, _ id: HoldID) async throws {
        do {
            _ = try await standing(request)
        } catch {
            _ = try? await end(id, .abandon, why: "\(error)", by: nil)
            throw error
        }
    }

    /// Ends the holds that stand on a revoked credential: nobody can come again for them. (A session's own end with it.)
    /// What the store does not take is tried again.
    public func apply(_ revocation: Revocation) async throws {
        do {
            let open = try await database.read { try HoldTable($0).openRetries() }
            for row in open where row.isHit(by: revocation) {
                _ = try? await end(
                    row.id, .abandon, why: "the requester's credential was revoked", by: nil)
            }
        } catch {
            retry(error) { try await $0.apply(revocation) }
            throw error
        }
    }

    /// Commands whose meaning is not in their bytes alone cannot come again.
    private func validateRetry(_ request: HoldRequest) throws {
        guard request.kind == .retry else {
            throw HoldError.invalid("a session's hold is opened, not asked for")
        }
        switch request.action.kind {
        case .exec, .login: break
        case .query, .parse, .execute, .functionCall, .call:
            throw HoldError.invalid(
                "what it does depends on its session, so it cannot be held for another: wait for its consent"
            )
        }
        guard !request.action.inTransaction else {
            throw HoldError.invalid("a command of an open transaction cannot come again")
        }
    }

    private func join(
        _ id: HoldID, _ key: RetryKey, _ waiters: [LocalHold.Waiter]
    ) async throws -> RetryAnswer? {
        await gates.enter(id)
        defer { gates.leave(id) }
        guard let row = try await database.read({ try HoldTable($0).find(id) }),
            RetryKey(row) == key
        else { return nil }
        switch row.state {
        case .denied:
            guard let person = row.endedBy, clock.wall() < row.terms.expires else { return nil }
            return .denied(id, by: person, why: row.why ?? "")
        case .pending, .approved:
            guard local.withLock({ $0[id] != nil }) else {
                // Its time is over or it was withdrawn, and the store could not be told yet.
                throw HoldError.limit("the hold of the same is coming to its end: try again")
            }
            if isDue(id) {
                _ = try await endInside(id, .expire, why: "its time was over", by: nil)
                return nil
            }
            local.withLock { $0[id]?.waiters += waiters }
            let hold = RetryHold(
                id: id, expires: row.terms.expires,
                needs: row.terms.requirements.map(NeededConsents.init), opened: nil,
                waiter: waiters.first?.number ?? 0)
            return row.state == .approved ? .approved(hold) : .waits(hold)
        case .running, .expired, .abandoned, .succeeded, .failed, .unknown: return nil
        }
    }

    /// At a start: takes over a retry hold that an earlier process left open, if the ledger has what it asks. Its time is
    /// what is left of it by the wall clock, and never longer than it ever was.
    func goesOn(_ row: HoldRow) async throws -> Bool {
        let now = clock.wall().milliseconds
        let expires = row.terms.expires.milliseconds
        guard row.kind == .retry, row.state == .pending || row.state == .approved,
            row.enteredRound == row.round,
            directory.value.principal(named: row.requester) != nil
        else { return false }
        try await database.write { [instance] in try HoldTable($0).adopt(row.id, by: instance) }
        let left = max(0, min(expires - now, expires - row.opened.milliseconds))
        let deadline = monotonicDeadline(left)
        local.withLock { $0[row.id] = LocalHold(deadline: deadline) }
        startTimer(row.id, deadline)
        return true
    }
}
