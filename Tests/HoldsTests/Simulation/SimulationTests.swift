import Testing
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Policy

/// A thousand small worlds, each from one seed: several people, sessions, clocks and revocations at once on a few
/// holds. Whatever the order, the invariants hold.
@Suite("Holds under any interleaving")
struct SimulationTests {
    static let seeds: UInt64 = 1_000
    /// How many worlds run at once.
    static let width = 16

    @Test("one release at most, only with distinct uninvolved consents, and a ledger that agrees")
    func worlds() async throws {
        let ground = try await Ground()
        let worlds = try await withThrowingTaskGroup(of: World.self) { group in
            var worlds: [World] = []
            for seed in 0..<Self.seeds {
                if seed >= UInt64(Self.width), let world = try await group.next() {
                    worlds.append(world)
                }
                group.addTask {
                    let world = try await World(ground, seed: seed)
                    try await world.run()
                    return world
                }
            }
            for try await world in group { worlds.append(world) }
            return worlds
        }
        let records = Dictionary(
            grouping: try await ground.entries(), by: { $0.body["hold"]?.text ?? "" })
        var ends: [HoldState: Int] = [:]
        var rounds = 0
        for world in worlds {
            for hold in world.holds {
                let row = try await ground.database.read { try HoldTable($0).get(hold.id) }
                ends[row.state, default: 0] += 1
                rounds = max(rounds, row.round)
                let consents = try await ground.database.read {
                    try HoldTable($0).consents(hold.id)
                }
                try Invariants(
                    seed: world.seed, prefix: world.prefix, row: row, consents: consents,
                    records: records[hold.id.rawValue] ?? [], hold: hold
                ).check()
            }
        }
        for state in HoldState.allCases where state.isEnd && state != .failed {
            #expect(ends[state, default: 0] > 0, "no world ended \(state.rawValue): too tame")
        }
        let open = ends.keys.filter { !$0.isEnd }
        #expect(open.isEmpty, "after the restart nothing is open")
        #expect(rounds > 1, "no world went back to pending")
    }
}
