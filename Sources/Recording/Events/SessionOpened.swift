import Vocabulary

/// Who and what a session is: the first event of its recording.
public struct SessionOpened: Hashable, Sendable {
    /// `ses_...`: letters, digits, `_` and `-`, because it names the file.
    public var session: SessionID
    public var principal: PrincipalName
    /// The person who answers for an agent; `nil` for a person.
    public var owner: PrincipalName?
    public var target: TargetName
    /// What the principal proved itself with: `token:...`, `pam`, `certificate:...`. No secret.
    public var credential: String
    /// The client's address and port.
    public var address: String
    /// What the client calls itself.
    public var application: String
    public var at: WallTime

    public init(
        session: SessionID, principal: PrincipalName, owner: PrincipalName?, target: TargetName,
        credential: String, address: String, application: String, at: WallTime
    ) {
        self.session = session
        self.principal = principal
        self.owner = owner
        self.target = target
        self.credential = credential
        self.address = address
        self.application = application
        self.at = at
    }
}
