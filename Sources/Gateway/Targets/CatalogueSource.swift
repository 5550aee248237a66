import SQL
import Synchronization

/// A snapshot of a target's catalogue as sessions see it.
struct TargetCatalogue: Sendable {
    let snapshot: Catalogue
    /// False from a `schema` action until the next refresh: names may mean something else meanwhile.
    let isCurrent: Bool
    let generation: Int
}

/// Where sessions look for a target's catalogue.
final class CatalogueSource: Sendable {
    private let held = Mutex(TargetCatalogue(snapshot: .empty, isCurrent: false, generation: 1))
    private let counter = Atomic<Int>(1)

    /// Looked at for every command: one atomic load.
    var generation: Int { counter.load(ordering: .acquiring) }

    var current: TargetCatalogue { held.withLock { $0 } }

    /// A new snapshot was read, begun at a time when nothing that is known had changed since `generation`.
    func refreshed(_ snapshot: Catalogue, begunAt generation: Int) {
        replace { held in
            let isCurrent = held.generation == generation
            guard held.snapshot.version != snapshot.version || held.isCurrent != isCurrent else {
                return nil
            }
            return (snapshot, isCurrent)
        }
    }

    /// Something changed what names mean, or the server cannot be asked: what is known may be stale.
    func becameStale() {
        replace { ($0.snapshot, false) }
    }

    private func replace(_ change: (TargetCatalogue) -> (Catalogue, Bool)?) {
        held.withLock { held in
            guard let (snapshot, isCurrent) = change(held) else { return }
            held = TargetCatalogue(
                snapshot: snapshot, isCurrent: isCurrent, generation: held.generation + 1)
            counter.store(held.generation, ordering: .releasing)
        }
    }
}
