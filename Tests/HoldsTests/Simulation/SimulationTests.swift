import Foundation
import Testing

/// A thousand small worlds, each from one seed: sessions, people, clocks, faults, kills and restarts. Whatever the
/// order, the invariants hold. `SALLYPORT_SEED=n` runs that world alone and tells its story; `SALLYPORT_SEEDS=n`
/// runs so many, from `SALLYPORT_SEED_FIRST` on.
@Suite("Holds under any interleaving")
struct SimulationTests {
    /// How many worlds run at once, each on a thread of its own: the other tests need a processor too.
    private static let width: UInt64 = 1

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test(
        "threats 19, 20, 22, 25 and 35: nothing is forwarded without a receipt and consents, and store and ledger agree after any crash"
    )
    func worlds() async throws {
        if let seed = Self.number("SALLYPORT_SEED") {
            let world = try await live(seed)
            print(world.story.joined(separator: "\n"))
            return
        }
        let first = Self.number("SALLYPORT_SEED_FIRST") ?? 0
        let count = Self.number("SALLYPORT_SEEDS") ?? 1_000
        var tally = Tally()
        try await withThrowingTaskGroup(of: World.self) { group in
            var failures = 0
            for seed in first..<first + count where failures < 5 {
                if seed >= first + Self.width, let world = try await group.next() {
                    tally.add(world)
                    failures += world.violations.isEmpty ? 0 : 1
                }
                group.addTask { try await live(seed) }
            }
            for try await world in group { tally.add(world) }
        }
        print("\(tally)")
        if count >= 1_000 { tally.check() }
    }

    @Test("a seed gives the same story each time", arguments: 0..<10 as Range<UInt64>)
    func again(_ seed: UInt64) async throws {
        let first = try await live(seed)
        let second = try await live(seed)
        #expect(first.story.count > 2)
        #expect(first.story == second.story)
    }
}

private func live(_ seed: UInt64) async throws -> World {
    let world = try await World(seed: seed)
    try await world.run()
    for violation in world.violations { Issue.record("seed \(seed): \(violation)") }
    return world
}
