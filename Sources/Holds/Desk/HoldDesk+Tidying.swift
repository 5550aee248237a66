import Store
import Vocabulary

/// When the store was tidied last, and what has ended since.
struct Tidying: Sendable {
    var endedBytes = 0
    var next: MonotonicTime?
}

extension HoldDesk {
    /// Removes what ended long ago, and of each requester what is too much. The ledger keeps its story. Returns how
    /// many holds were removed.
    @discardableResult
    public func removeOutlived() async throws -> Int {
        let time = clock.wall().advanced(byMilliseconds: -Limits.endedMillisecondsMax)
        var removed = 0
        while true {
            let ids = try await database.write { statements in
                let table = HoldTable(statements)
                let ids = try table.outlived(
                    before: time, beyond: Limits.endedBytesMax, count: Limits.removedAtOnceMax)
                for id in ids { try table.remove(id) }
                return ids
            }
            removed += ids.count
            if ids.count < Limits.removedAtOnceMax { return removed }
        }
    }

    /// A hold has ended: so the store may have to be tidied. What fails is tried again at a later one.
    func tidy(after row: HoldRow) async {
        let now = clock.monotonic()
        let bytes = (try? row.storedBytes()) ?? 0
        let isDue = tidying.withLock { tidying in
            tidying.endedBytes += bytes
            let isDue =
                tidying.endedBytes > Limits.tidyingBytes || tidying.next.map { now >= $0 } ?? true
            if isDue {
                tidying = Tidying(next: monotonicDeadline(Limits.tidyingMilliseconds))
            }
            return isDue
        }
        if isDue { _ = try? await removeOutlived() }
    }
}
