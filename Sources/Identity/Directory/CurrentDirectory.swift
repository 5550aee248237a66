import Synchronization
import Vocabulary

/// The directory that is in force now. Everything in this module asks it at each use, so that groups,
/// owners and administrators are those of the moment.
public final class CurrentDirectory: Sendable {
    private let directory: Mutex<Directory>
    private let revocations: Revocations

    public init(_ directory: Directory, revocations: Revocations) {
        self.directory = Mutex(directory)
        self.revocations = revocations
    }

    public var value: Directory { directory.withLock { $0 } }

    /// Puts a new directory in force and announces everyone who is gone, or whose standing (owner) changed,
    /// as revoked. Returns their names, sorted, for the ledger.
    @discardableResult
    public func replace(with next: Directory) -> [PrincipalName] {
        let previous = directory.withLock { current in
            defer { current = next }
            return current
        }
        let gone = previous.everyone.filter { principal in
            next.principal(named: principal.name)?.standing != principal.standing
        }.map(\.name)
        for name in gone { revocations.announce(.principal(name)) }
        return gone
    }
}
