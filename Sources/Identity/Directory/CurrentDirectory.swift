import Synchronization
import Vocabulary

/// The directory in force, and which one it is since the start.
public struct DirectoryInForce: Sendable {
    public let directory: Directory
    public let generation: Int
}

/// The directory that is in force now. Everything in this module asks it at each use, so that groups,
/// owners and administrators are those of the moment.
public final class CurrentDirectory: Sendable {
    private let held: Mutex<DirectoryInForce>
    private let counter = Atomic<Int>(1)
    private let revocations: Revocations

    public init(_ directory: Directory, revocations: Revocations) {
        held = Mutex(DirectoryInForce(directory: directory, generation: 1))
        self.revocations = revocations
    }

    /// Grows with each replacement. Looked at for every command: one atomic load.
    public var generation: Int { counter.load(ordering: .acquiring) }

    public var current: DirectoryInForce { held.withLock { $0 } }

    public var value: Directory { current.directory }

    /// Puts a new directory in force and announces everyone who is gone, or whose standing (owner) changed,
    /// as revoked. Returns their names, sorted.
    @discardableResult
    public func replace(with next: Directory) -> [PrincipalName] {
        let previous = held.withLock { held in
            let previous = held.directory
            held = DirectoryInForce(directory: next, generation: held.generation + 1)
            counter.store(held.generation, ordering: .releasing)
            return previous
        }
        let gone = previous.missing(in: next)
        for name in gone { revocations.announce(.principal(name)) }
        return gone
    }
}
