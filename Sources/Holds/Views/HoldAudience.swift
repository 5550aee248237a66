import Identity
import Vocabulary

/// Who may see a hold and what happens to it. Asked anew for every event and every watcher.
public struct HoldAudience: Hashable, Sendable {
    public let requester: PrincipalName
    public let owner: PrincipalName
    /// The groups whose people are asked.
    public let groups: Set<String>
    public let target: TargetName

    /// Its requester (also an agent), the requester's owner, people of the groups that are asked, and
    /// administrators; everyone as of `directory`, nobody who is no longer declared.
    public func includes(_ name: PrincipalName, in directory: Directory) -> Bool {
        guard let principal = directory.principal(named: name) else { return false }
        if name == requester { return true }
        guard principal.isPerson else { return false }
        return name == owner || !principal.groups.isDisjoint(with: groups)
            || directory.isAdministrator(name)
    }

    init(_ row: HoldRow) {
        requester = row.requester
        owner = row.owner
        groups = Set(row.terms.requirements.map(\.group))
        target = row.target
    }
}
