import Foundation
import Store
import Synchronization

@testable import Ledger

/// What goes wrong in a world and when: faults of store and disk while the weather is bad, and the moment at which
/// the process is killed. From then on whatever it still tries fails, and changes nothing.
final class Fate: Sendable {
    struct Weather: Hashable {
        /// So many calls in a thousand fail.
        var store = 0
        var disk = 0
        /// The disk takes nothing more, but what the ledger's reserve gives back.
        var isFull = false
    }

    private struct State {
        var weather = Weather()
        var killIn: Int?
        /// Whether only calls of the disk count.
        var killsAtDisk = false
        var isDead = false
    }

    let dice: Dice
    private let state = Mutex(State())

    init(_ dice: Dice) { self.dice = dice }

    var isDead: Bool { state.withLock { $0.isDead } }
    var weather: Weather {
        get { state.withLock { $0.weather } }
        set { state.withLock { $0.weather = newValue } }
    }

    /// The process dies at that many moments from now, or at that many calls of its disk.
    func kill(in moments: Int, atDisk: Bool = false) {
        state.withLock { state in
            state.killIn = moments
            state.killsAtDisk = atDisk
        }
    }

    func rise() { state.withLock { $0 = State() } }

    /// A point at which a kill would be seen: true when this is the one.
    func moment(ofDisk isOfDisk: Bool = false) -> Bool {
        state.withLock { state in
            guard !state.isDead, let left = state.killIn else { return false }
            if state.killsAtDisk, !isOfDisk { return false }
            state.killIn = left - 1
            state.isDead = left <= 1
            return state.isDead
        }
    }

    /// Not yet: `die` follows.
    func postpone() { state.withLock { $0.isDead = false } }

    func die() { state.withLock { $0.isDead = true } }

    /// What the store's next call comes to: `nil` is that it works.
    func storeFault() -> StoreError? {
        if moment() || isDead { return .closed }
        guard dice.chance(weather.store) else { return nil }
        return dice.pick([.busy, .disk(reason: "IOERR"), .disk(reason: "FULL")])
    }
}
