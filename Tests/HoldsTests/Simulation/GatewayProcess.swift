import Policy
import Synchronization
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Ledger

/// One run of the gateway, from its start to its stop or its death.
final class GatewayProcess: @unchecked Sendable {
    // Unchecked: as `World`.
    let scenery: Scenery
    let ledger: Ledger
    private let committer: Committer
    private var committerHasEnded = false
    private weak var world: World?
    /// What sessions wait for.
    var lines: [SignalLine] = []
    /// The policy's decisions under which a hold is being released: a retry hold by several who come again.
    var releasing: [HoldID: [Decision]] = [:]

    var desk: HoldDesk { scenery.desk }

    /// Opens the ledger and whatever else the assembly opens. Throws `LedgerError`.
    init(_ world: World) throws {
        self.world = world
        let dice = world.dice
        let clock = world.clock
        let box = Mutex<Committer?>(nil)
        var options = LedgerOptions()
        options.clock = { clock.now }
        options.disk = world.disk.disk
        options.segmentBytes = dice.pick([1_500, 5_000, 1 << 20]) ?? 5_000
        options.gatherNanoseconds = 0
        options.reserveBytes = 4_096
        // At once, or only where someone asks: no checkpoint here is signed because real time went by.
        options.checkpointMilliseconds = dice.chance(500) ? 0 : 86_400_000
        options.start = { committer in box.withLock { $0 = committer } }
        ledger = try Ledger.open(
            directory: world.disk.directory, origin: World.origin, key: world.key, options: options)
        // Taken out of the box, which the ledger's own options keep.
        committer = try required(box.withLock { $0.take() })
        var holds = HoldOptions()
        holds.entropy = { dice.bytes($0) }
        holds.identifier = { $0 + "\(dice.roll(1_000_000...9_999_999))" }
        holds.pendingPerPrincipalMax = 3
        holds.pendingPerTargetMax = 5
        scenery = try Scenery(
            Ground(world.store, ledger, world.scratch), society: world.society, clock: clock,
            options: holds)
    }

    var hasWork: Bool { !committerHasEnded && committer.hasWork }

    /// The ledger's thread has its turn.
    func turn() {
        committerHasEnded = !committer.turn()
        world?.seenCheckpoint = ledger.latestCheckpoint
    }

    /// Everyone who still waits is let go, so that nothing of it stays.
    func die(_ world: World) {
        world.clock.interrupt()
        for line in lines { line.put(.gone) }
        world.spawn("close") { await self.ledger.close() }
    }
}

/// What reaches a session that waits for its hold, in order.
final class SignalLine: Sendable {
    enum Event: Hashable, Sendable {
        case told(HoldSignal)
        /// The client has left, or its credential ended.
        case gone
    }

    private struct State {
        var events: [Event] = []
        var reader: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func put(_ event: Event) {
        let reader = state.withLock { state in
            state.events.append(event)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    var isGone: Bool { state.withLock { $0.events.contains(.gone) } }

    /// The next event; `gone` stays the last word.
    func next() async -> Event {
        await withCheckedContinuation { continuation in
            let hasOne = state.withLock { state in
                if state.events.isEmpty { state.reader = continuation }
                return !state.events.isEmpty
            }
            if hasOne { continuation.resume() }
        }
        return state.withLock { state in
            guard let first = state.events.first else { return .gone }
            if first != .gone { state.events.removeFirst() }
            return first
        }
    }
}
