/// Who: a person, or an agent with the person who answers for it.
public struct Principal: Hashable, Sendable {
    public let name: PrincipalName
    public let standing: Standing
    /// Group names as the configuration spells them, in lower case.
    public let groups: Set<String>

    public enum Standing: Hashable, Sendable {
        case person
        case agent(owner: PrincipalName)
    }

    public init(name: PrincipalName, standing: Standing, groups: Set<String>) {
        self.name = name
        self.standing = standing
        self.groups = groups
    }

    public var isPerson: Bool { standing == .person }

    /// The accountable person: an agent's owner, or the person itself.
    public var accountable: PrincipalName {
        switch standing {
        case .person: name
        case .agent(let owner): owner
        }
    }
}
