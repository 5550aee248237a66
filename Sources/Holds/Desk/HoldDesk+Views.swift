import Identity
import Store
import Vocabulary

extension HoldDesk {
    /// The hold of that id, or of the one id that begins like it, if `viewer` may see it.
    /// Throws `HoldError.notFound` and `.ambiguous`.
    public func hold(_ id: HoldID, for viewer: AuthenticatedPrincipal) async throws -> HoldView {
        guard let who = HoldViewer(viewer.principal.name, in: directory.value) else {
            throw HoldError.notFound(id)
        }
        let row = try await database.read { statements in
            let table = HoldTable(statements)
            if let row = try table.find(id) { return row }
            let ids = try table.ids(beginning: id.rawValue, for: who)
            guard let first = ids.first, !id.rawValue.isEmpty else { throw HoldError.notFound(id) }
            guard ids.count == 1 else { throw HoldError.ambiguous(id.rawValue) }
            return try table.get(first)
        }
        guard HoldAudience(row).includes(viewer.principal.name, in: directory.value) else {
            throw HoldError.notFound(id)
        }
        return try await view(row)
    }

    /// A page of the holds that `viewer` may see, newest first, of one state or of all: those behind `last`, at most
    /// `Limits.listRowsMax`. Throws `HoldError.notFound` when `viewer` may see no `last`.
    public func holds(
        _ state: HoldState? = nil, for viewer: AuthenticatedPrincipal, after last: HoldID? = nil
    ) async throws -> [HoldItem] {
        guard let who = HoldViewer(viewer.principal.name, in: directory.value) else { return [] }
        return try await database.read { statements in
            let table = HoldTable(statements)
            let before = try last.map { last in
                guard let item = try table.item(last, for: who) else {
                    throw HoldError.notFound(last)
                }
                return item
            }
            return try table.items(state, for: who, after: before, count: Limits.listRowsMax)
        }
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
