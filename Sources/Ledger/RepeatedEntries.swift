import Synchronization

/// Entries that a peer can cause as often as it likes. The first of a sort is entered at once; those that come
/// after it are only counted, and entered together when the time is over: as the last of them, with their `count`.
/// So the ledger grows by time and by sorts, never by how often a peer tries.
public final class RepeatedEntries: Sendable {
    private struct Sort {
        var last: LedgerEntry
        /// Those that are not entered yet.
        var count: Int64 = 0
    }

    private struct State {
        var sorts: [String: Sort] = [:]
        var turning: Task<Void, Never>?
        var isFinished = false
    }

    private let ledger: Ledger
    private let milliseconds: Int64
    private let sortsMax: Int
    private let state = Mutex(State())

    /// - Parameter milliseconds: how long a sort is counted before it is entered again.
    public convenience init(ledger: Ledger, milliseconds: Int64) {
        self.init(ledger: ledger, milliseconds: milliseconds, sortsMax: Limits.repeatedSortsMax)
    }

    /// - Parameter sortsMax: beyond so many at a time, all further ones of a kind count as one sort.
    init(ledger: Ledger, milliseconds: Int64, sortsMax: Int) {
        self.ledger = ledger
        self.milliseconds = milliseconds
        self.sortsMax = sortsMax
    }

    deinit { state.withLock { $0.turning }?.cancel() }

    /// - Parameter sort: what is the same in all that are counted together, without anything that a peer could vary
    ///   at will.
    public func enter(_ entry: LedgerEntry, as sort: String) async throws(LedgerError) {
        let isFirst = state.withLock { state in
            var key = "\(entry.kind) \(sort)"
            if state.sorts[key] == nil, state.sorts.count >= sortsMax { key = entry.kind }
            if state.sorts[key] != nil {
                state.sorts[key]?.last = entry
                state.sorts[key]?.count += 1
                return false
            }
            state.sorts[key] = Sort(last: entry)
            if !state.isFinished, state.turning == nil { state.turning = turning() }
            return true
        }
        if isFirst { _ = try await ledger.append(entry) }
    }

    /// As `enter`, for what is to happen behind it: while the ledger does not take what comes, the entry itself has to be on
    /// disk.
    public func count(
        _ entry: LedgerEntry, as sort: String
    ) async throws(LedgerError) -> CountedReceipt {
        if ledger.takesEntries {
            try await enter(entry, as: sort)
        } else {
            _ = try await ledger.append(entry)
        }
        return CountedReceipt(action: entry.action)
    }

    /// The time is over: enters what was counted. A sort that nobody repeated is forgotten.
    public func turn() async {
        let due = state.withLock { state in
            let due = state.sorts.filter { $0.value.count > 0 }
            state.sorts = state.sorts.filter { $0.value.count > 0 }.mapValues {
                Sort(last: $0.last)
            }
            state.turning = state.sorts.isEmpty || state.isFinished ? nil : turning()
            return due
        }
        for (key, sort) in due {
            do throws(LedgerError) {
                _ = try await ledger.append(sort.last.counted(sort.count))
            } catch {
                // It is entered with what comes.
                owe(sort, key)
            }
        }
    }

    private func owe(_ sort: Sort, _ key: String) {
        state.withLock { state in
            state.sorts[key, default: Sort(last: sort.last)].count += sort.count
            if !state.isFinished, state.turning == nil { state.turning = turning() }
        }
    }

    /// Enters what was counted, for good: the gateway stops.
    public func finish() async {
        let turning = state.withLock { state in
            state.isFinished = true
            return state.turning
        }
        turning?.cancel()
        await turn()
    }

    private func turning() -> Task<Void, Never> {
        Task { [weak self, milliseconds] in
            guard (try? await Task.sleep(for: .milliseconds(milliseconds))) != nil else { return }
            await self?.turn()
        }
    }
}

extension LedgerEntry {
    fileprivate func counted(_ count: Int64) -> LedgerEntry {
        guard case .object(var body) = body else { return self }
        body["count"] = .integer(count)
        var entry = self
        entry.body = .object(body)
        return entry
    }
}
