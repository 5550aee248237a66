import Identity
import Vocabulary

/// Everyone who had a hand in what is asked: in a hold, by the ids in its row. None of them may decide it, whatever
/// their role; nobody is exempt.
public struct Involvement: Hashable, Sendable {
    let requester: PrincipalName
    let owner: PrincipalName
    let issuers: Set<PrincipalName>

    public init(requester: PrincipalName, owner: PrincipalName, issuers: Set<PrincipalName>) {
        self.requester = requester
        self.owner = owner
        self.issuers = issuers
    }

    init(_ row: HoldRow) {
        requester = row.requester
        owner = row.owner
        issuers = row.issuers
    }

    /// Why `name` may not decide; `nil` when not involved. The owner is also whoever owns the agent now.
    public func refusal(_ name: PrincipalName, in directory: Directory) -> ConsentRefusal? {
        if name == requester { return .requester }
        if name == owner || name == directory.principal(named: requester)?.accountable {
            return .owner
        }
        return issuers.contains(name) ? .issuer : nil
    }

    /// True when someone involved stands behind another person's credential.
    public func taints(_ credential: Credential, of name: PrincipalName) -> Bool {
        let others = credential.issuers.subtracting([name])
        return !others.isDisjoint(with: issuers.union([requester, owner]))
    }
}
