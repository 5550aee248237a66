import Vocabulary

/// Who exists: people, agents with their owners, accounts, administrators. A validated value; a reload makes
/// a new one.
public struct Directory: Hashable, Sendable {
    /// An agent as declared.
    public struct Agent: Hashable, Sendable {
        public let name: PrincipalName
        public let owner: PrincipalName
        /// What its tokens may open at most; `nil` is all that policy allows.
        public let targets: Set<TargetName>?
    }

    public let agents: [PrincipalName: Agent]
    public let administrators: Set<PrincipalName>
    let principals: [PrincipalName: Principal]
    /// By PAM user name in lower case.
    let personByAccount: [String: PrincipalName]
    /// PAM user names as declared, for people that have any.
    let accounts: [PrincipalName: [String]]

    /// No one.
    public static let empty = Directory(
        agents: [:], administrators: [], principals: [:], personByAccount: [:], accounts: [:])

    /// The person or agent of that name, with the groups of this directory; `nil` when none is declared.
    public func principal(named name: PrincipalName) -> Principal? { principals[name] }

    /// As `principal(named:)`, for a spelling that still has to be canonicalised.
    public func principal(named raw: String) -> Principal? {
        PrincipalName(raw).flatMap { principals[$0] }
    }

    /// The person whom a PAM user name belongs to: by a declared `pam:` account, else the person of the same
    /// canonical name who has no `pam:` account. Never a default, never an agent.
    public func person(forAccount user: String) -> Principal? {
        if let name = personByAccount[user.lowercased()] { return principals[name] }
        guard let principal = principal(named: user), principal.isPerson,
            accounts[principal.name] == nil
        else { return nil }
        return principal
    }

    /// Everyone, sorted by name.
    public var everyone: [Principal] { principals.values.sorted { $0.name < $1.name } }

    /// Whose credentials end when `next` comes into force: who is gone, or of another standing (owner). Sorted.
    public func missing(in next: Directory) -> [PrincipalName] {
        everyone.filter { next.principal(named: $0.name)?.standing != $0.standing }.map(\.name)
    }

    /// False for an agent that is declared for other targets only.
    public func mayReach(_ target: TargetName, _ name: PrincipalName) -> Bool {
        agents[name]?.targets?.contains(target) ?? true
    }

    /// The people of a group, as of this directory.
    public func people(in group: String) -> Set<PrincipalName> {
        Set(principals.values.filter { $0.isPerson && $0.groups.contains(group) }.map(\.name))
    }

    public func isAdministrator(_ name: PrincipalName) -> Bool { administrators.contains(name) }

    /// Which PAM user a login as `asked` means, and whose name that is, a person's or an agent's. An unknown
    /// name is asked for as it stands, so that its refusal looks like any other.
    func login(as asked: String) -> (user: String, claimed: PrincipalName?) {
        if let name = personByAccount[asked.lowercased()] {
            let declared = accounts[name]?.first { $0.lowercased() == asked.lowercased() }
            return (declared ?? asked, name)
        }
        guard let principal = principal(named: asked) else { return (asked, nil) }
        // With several accounts nobody knows which is meant: asked for by the name it is refused.
        guard let declared = accounts[principal.name] else {
            return (principal.name.text, principal.name)
        }
        return (declared.count == 1 ? declared[0] : asked, principal.name)
    }
}
