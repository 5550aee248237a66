import Policy
import Synchronization

/// The policies in force, and how often they have been replaced.
struct PolicyInForce: Sendable {
    let set: PolicySet
    let generation: Int
}

/// Where sessions look for the policies. A reload replaces the set; a bad one leaves the old in force.
public final class PolicySource: Sendable {
    private let held: Mutex<PolicyInForce>
    private let counter = Atomic<Int>(1)

    public init(_ set: PolicySet) { held = Mutex(PolicyInForce(set: set, generation: 1)) }

    /// Looked at for every command: one atomic load.
    var generation: Int { counter.load(ordering: .acquiring) }

    var current: PolicyInForce { held.withLock { $0 } }

    public var set: PolicySet { current.set }

    public func replace(with set: PolicySet) {
        held.withLock { held in
            held = PolicyInForce(set: set, generation: held.generation + 1)
            counter.store(held.generation, ordering: .releasing)
        }
    }
}
