/// What a configuration declares about people and agents, as it spells it. A claim: `Directory` is the
/// validated form.
public struct DirectoryDeclaration: Hashable, Sendable {
    public var people: [PersonDeclaration]
    public var agents: [AgentDeclaration]
    /// Names of people.
    public var administrators: [String]

    public init(
        people: [PersonDeclaration] = [], agents: [AgentDeclaration] = [],
        administrators: [String] = []
    ) {
        self.people = people
        self.agents = agents
        self.administrators = administrators
    }
}

/// One entry of `identity.people`.
public struct PersonDeclaration: Hashable, Sendable {
    public var name: String
    public var groups: [String]
    /// `pam:bsmith`: with any `pam:` account the PAM user of the person's own name is no longer theirs.
    public var accounts: [String]

    public init(name: String, groups: [String] = [], accounts: [String] = []) {
        self.name = name
        self.groups = groups
        self.accounts = accounts
    }
}

/// One entry of `identity.agents`.
public struct AgentDeclaration: Hashable, Sendable {
    public var name: String
    /// The person who answers for it.
    public var owner: String
    public var groups: [String]
    /// What its tokens may open at most; `nil` is all that policy allows.
    public var targets: [String]?

    public init(name: String, owner: String, groups: [String] = [], targets: [String]? = nil) {
        self.name = name
        self.owner = owner
        self.groups = groups
        self.targets = targets
    }
}
