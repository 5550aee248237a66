import Identity
import Store
import Vocabulary

extension HoldDesk {
    /// The hold of that id, or of the one id that begins like it, if `viewer` may see it.
    /// Throws `HoldError.notFound` and `.ambiguous`.
    public func hold(_ id: HoldID, for viewer: AuthenticatedPrincipal) async throws -> HoldView {
        let row = try await database.read { statements in
            let table = HoldTable(statements)
            if let row = try table.find(id) { return row }
            let ids = try table.ids(beginning: id.rawValue)
            guard let first = ids.first, !id.rawValue.isEmpty else { throw HoldError.notFound(id) }
            guard ids.count == 1 else { throw HoldError.ambiguous(id.rawValue) }
            return try table.get(first)
        }
        guard HoldAudience(row).includes(viewer.principal.name, in: directory.value) else {
            throw HoldError.notFound(id)
        }
        return try await view(row)
    }

    /// The holds that `viewer` may see, newest first; of one state, or of all.
    public func holds(
        _ state: HoldState? = nil, for viewer: AuthenticatedPrincipal,
        limit: Int = Limits.listRowsMax
    ) async throws -> [HoldItem] {
        let count = min(max(limit, 0), Limits.listRowsMax)
        var seen: [HoldItem] = []
        var last: HoldRow?
        while seen.count < count {
            let page = try await database.read { [last] in
                try HoldTable($0).page(state, after: last, count: 100)
            }
            for row in page
            where seen.count < count
                && HoldAudience(row).includes(viewer.principal.name, in: directory.value)
            {
                seen.append(HoldItem(row))
            }
            guard page.count == 100 else { break }
            last = page.last
        }
        return seen
    }

    /// What happens from now on to the holds that `watcher` may see. It ends when the watcher's credential does,
    /// or when they fall behind: then ask for the list anew. Throws `HoldError.limit`.
    public func events(for watcher: AuthenticatedPrincipal) throws -> AsyncStream<HoldEvent> {
        try watchers.watch(watcher)
    }

    /// The hold of exactly that id. Throws `HoldError.notFound` also when it does not concern `viewer`.
    func visible(_ id: HoldID, to viewer: AuthenticatedPrincipal) async throws -> HoldRow {
        let row = try await database.read { try HoldTable($0).get(id) }
        guard HoldAudience(row).includes(viewer.principal.name, in: directory.value) else {
            throw HoldError.notFound(id)
        }
        return row
    }

    func view(_ row: HoldRow) async throws -> HoldView {
        try await database.read { [directory] statements in
            let consents = try HoldTable(statements).consents(row.id)
            let tally = try ConsentTally(row, directory.value, statements)
            return HoldView(
                row, consents: consents, missing: tally.matching.missing.map(NeededConsents.init))
        }
    }
}
