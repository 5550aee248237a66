import Vocabulary

/// Proof of a whole PAM conversation that a person has just held, all its prompts answered. Only
/// `PAMLogins` makes one. What it entitles to is taken out of it once.
public struct WholeConversation: ~Copyable, Sendable {
    /// The person, as authenticated by PAM in this moment.
    public let authenticated: AuthenticatedPrincipal
    /// For the ledger.
    public let event: IdentityEvent
    private var hasLoginGrant = true
    private var hasEnrolmentGrant = true

    init(authenticated: AuthenticatedPrincipal, event: IdentityEvent) {
        self.authenticated = authenticated
        self.event = event
    }

    public var person: PrincipalName { authenticated.principal.name }

    /// The right to one login token; `nil` when it has been taken.
    public mutating func takeLoginGrant() -> LoginGrant? {
        guard hasLoginGrant else { return nil }
        hasLoginGrant = false
        return LoginGrant(person: person)
    }

    /// The right to enrol one consent key; `nil` when it has been taken.
    public mutating func takeEnrolmentGrant() -> EnrolmentGrant? {
        guard hasEnrolmentGrant else { return nil }
        hasEnrolmentGrant = false
        return EnrolmentGrant(person: person)
    }
}

/// The right to one login token, spent by `TokenStore.issueLogin`.
public struct LoginGrant: ~Copyable, Sendable {
    public let person: PrincipalName
    init(person: PrincipalName) { self.person = person }
}

/// The right to enrol one consent key, spent by `ConsentKeys.enrol`.
public struct EnrolmentGrant: ~Copyable, Sendable {
    public let person: PrincipalName
    init(person: PrincipalName) { self.person = person }
}
