import Identity
import Ledger
import Store
import Vocabulary

extension HoldDesk {
    /// Takes a hold back, by its requester or the requester's owner. The session gets `ended(.abandoned)`.
    public func withdraw(
        _ id: HoldID, by: AuthenticatedPrincipal, reason: String
    ) async throws {
        guard reason.utf8.count <= Limits.reasonBytesMax else {
            throw HoldError.invalid("the reason exceeds \(Limits.reasonBytesMax) bytes")
        }
        guard let who = try await tokens.stillHolds(by, now: clock.wall())?.principal.name else {
            throw HoldError.notYours
        }
        let row = try await visible(id, to: by)
        guard who == row.requester || who == row.owner else { throw HoldError.notYours }
        let why = reason.isEmpty ? "withdrawn by `\(who)`" : "withdrawn by `\(who)`: \(reason)"
        guard try await end(id, .abandon, why: why, by: who) else {
            let state = try await database.read { try HoldTable($0).get(id).state }
            throw HoldError.illegal(IllegalHoldStep(state: state, step: .abandon))
        }
    }

    /// The client went away or cancelled, or its session ended. False when the hold had come to an end, or runs.
    @discardableResult
    public func abandon(_ id: HoldID, reason: String) async throws -> Bool {
        try await end(id, .abandon, why: reason, by: nil)
    }

    /// Ends a hold whose time is over; the desk calls it by itself. False when it is not over, or someone was
    /// first.
    @discardableResult
    public func expire(_ id: HoldID) async throws -> Bool {
        // Of its own holds it knows the time without the store, which may be lost just now.
        var why = "nobody decided in time"
        if let hold = local.withLock({ $0[id] }) {
            guard isDue(id) else { return false }
            if hold.request == nil { why += ", or nobody came again" }
        } else {
            let row = try await database.read { try HoldTable($0).get(id) }
            guard clock.wall() >= row.terms.expires else { return false }
        }
        return try await end(id, .expire, why: why, by: nil)
    }

    /// How a released action ended. Throws `HoldError.illegal` when it does not run.
    public func finished(_ id: HoldID, _ outcome: HoldOutcome) async throws {
        guard try await end(id, outcome.step, why: outcome.detail, by: nil) else {
            let state = try await database.read { try HoldTable($0).get(id).state }
            throw HoldError.illegal(IllegalHoldStep(state: state, step: outcome.step))
        }
    }

    /// The gateway stops: everything that waits here is abandoned, but retry holds, which need nobody. Returns how many were.
    @discardableResult
    public func stop() async -> Int {
        var count = 0
        let waiting = local.withLock { local in
            local.filter { $0.value.request != nil }.keys.sorted { $0.rawValue < $1.rawValue }
        }
        for id in waiting {
            if (try? await abandon(id, reason: "gateway stopped")) == true { count += 1 }
        }
        await refusals.finish()
        return count
    }

    /// Ends what an earlier process of this gateway left open: nobody waits for it any more. What waited is
    /// abandoned, what ran is unknown; retry holds go on. An end that it did not note as entered is entered, perhaps for the second
    /// time. Returns the ids of what it ended; call it before the first `open`.
    @discardableResult
    public func restart() async throws -> [HoldID] {
        let left = try await database.read { [options, instance] in
            try HoldTable($0).left(by: options.gateway, before: instance)
        }
        var ended: [HoldID] = []
        for row in left {
            if row.state.isEnd {
                try await enterEnd(row)
                continue
            }
            if try await goesOn(row) { continue }
            let step: HoldStep = row.state == .running ? .lose : .abandon
            if try await end(row.id, step, why: "gateway stopped", by: nil) { ended.append(row.id) }
        }
        return ended
    }

    /// Takes a step that ends the hold, tells everyone, and enters it. An end counts even when the ledger does
    /// not take it, since nothing leaves by it; the error is the caller's then. What store or ledger did not take
    /// is tried again, and at last at the next start.
    func end(
        _ id: HoldID, _ step: HoldStep, why: String, by: PrincipalName?
    ) async throws -> Bool {
        await gates.enter(id)
        defer { gates.leave(id) }
        return try await endInside(id, step, why: why, by: by)
    }

    /// As `end`, for one who has the gate.
    func endInside(
        _ id: HoldID, _ step: HoldStep, why: String, by: PrincipalName?
    ) async throws -> Bool {
        let row: HoldRow
        do {
            row = try await database.write { [clock] statements in
                let table = HoldTable(statements)
                return try table.take(step, table.get(id), at: clock.wall(), why: why, by: by)
            }
        } catch is IllegalHoldStep {
            return false
        } catch {
            // The store is lost: the session must not wait for ever, and without it nothing is released.
            if let state = HoldMachine.next(after: .pending, step) {
                signal(id, .ended(state, by: by, why: why))
            }
            retry(error) { _ = try await $0.end(id, step, why: why, by: by) }
            throw error
        }
        signal(id, .ended(row.state, by: by, why: why))
        await announce(.ended, row)
        await tidy(after: row)
        try await enterEnd(row)
        return true
    }

    /// Enters the end of a hold, and notes in the store that the ledger has it.
    func enterEnd(_ row: HoldRow) async throws {
        do {
            _ = try await enter(HoldEntries.ended(row))
        } catch {
            retry(error) { try await $0.enterEnd(row) }
            throw error
        }
        // What is not noted is entered once more by the next start, which harms nothing.
        try? await database.write { try HoldTable($0).noteEndEntered(row.id) }
    }

    /// Tries once more in a while, if that can go better; `again` asks for the next try where it fails.
    func retry(
        _ error: any Error, _ again: @escaping @Sendable (HoldDesk) async throws -> Void
    ) {
        guard mayPass(error) else { return }
        let deadline = monotonicDeadline(Limits.retryMilliseconds)
        Task(executorPreference: clock.executor) { [weak self, clock] in
            guard (try? await clock.sleep(deadline)) != nil, let self else { return }
            try? await again(self)
        }
    }
}
