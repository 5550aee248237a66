import Vocabulary

/// Enters an event in the ledger and returns the entry's index. Throws when the ledger does not take it.
public typealias LedgerEntrance = @Sendable (IdentityEvent) async throws -> UInt64

/// What happened to identities, as a value: the caller writes it to the ledger and tells whom it concerns.
public enum IdentityEvent: Hashable, Sendable {
    case loggedIn(person: PrincipalName, user: String, service: String, address: String)
    case loginRefused(LoginRefusal)
    case tokenIssued(Token)
    case tokenRevoked(TokenID, of: PrincipalName, by: PrincipalName)
    /// With its SHA-256.
    case certificateIssued(ClientCertificate, Digest)
    case keyEnrolled(ConsentKey)
    /// The same key with another claim about its protection.
    case keyChanged(ConsentKey)
    case keyRevoked(KeyID, of: PrincipalName, by: PrincipalName)
    case runnerInvited(RunnerEnrolment)
    case runnerEnrolled(RunnerCertificate, by: PrincipalName, address: String)
    case runnerRenewed(RunnerCertificate)
    case runnerRevoked(RunnerName, by: PrincipalName)
}

extension IdentityEvent {
    /// The ledger's word for it.
    public var kind: String {
        switch self {
        case .loggedIn: "login"
        case .loginRefused: "login-refused"
        case .tokenIssued: "token-issued"
        case .tokenRevoked: "token-revoked"
        case .certificateIssued: "certificate-issued"
        case .keyEnrolled: "key-enrolled"
        case .keyChanged: "key-changed"
        case .keyRevoked: "key-revoked"
        case .runnerInvited: "runner-invited"
        case .runnerEnrolled: "runner-enrolled"
        case .runnerRenewed: "runner-renewed"
        case .runnerRevoked: "runner-revoked"
        }
    }

    /// Takes something away: it is entered also when the disk is full.
    public var isEnding: Bool {
        switch self {
        case .tokenRevoked, .keyRevoked, .runnerRevoked: true
        case .loggedIn, .loginRefused, .tokenIssued, .certificateIssued, .keyEnrolled,
            .keyChanged, .runnerInvited, .runnerEnrolled, .runnerRenewed:
            false
        }
    }

    /// The principal that it concerns; `nil` for a refused login, whose name nobody has proved, and for runners.
    public var principal: PrincipalName? {
        switch self {
        case .loggedIn(let person, _, _, _): person
        case .loginRefused, .runnerInvited, .runnerEnrolled, .runnerRenewed, .runnerRevoked: nil
        case .tokenIssued(let token): token.principal
        case .certificateIssued(let certificate, _): certificate.principal
        case .keyEnrolled(let key), .keyChanged(let key): key.person
        case .tokenRevoked(_, let name, _), .keyRevoked(_, let name, _): name
        }
    }

    /// What the ledger says of it. No secret is in it.
    public var body: JSONValue {
        switch self {
        case .loggedIn(let person, let user, let service, let address):
            [
                "principal": .text(person.text), "user": .text(shown(user)),
                "service": .text(service), "address": .text(address),
            ]
        case .loginRefused(let refusal): refusal.body
        case .tokenIssued(let token): token.body
        case .tokenRevoked(let id, let name, let by):
            ["token": .text(id.rawValue), "principal": .text(name.text), "by": .text(by.text)]
        case .certificateIssued(let certificate, let fingerprint):
            [
                "principal": .text(certificate.principal.text),
                "token": .text(certificate.token.rawValue), "certificate": .text(fingerprint.hex),
                "expires": .integer(certificate.expires.milliseconds),
            ]
        case .keyEnrolled(let key), .keyChanged(let key): key.body
        case .keyRevoked(let id, let name, let by):
            ["key": .text(id.rawValue), "principal": .text(name.text), "by": .text(by.text)]
        case .runnerInvited(let enrolment): enrolment.body
        case .runnerEnrolled(let certificate, let by, let address):
            [
                "runner": .text(certificate.runner.text),
                "certificate": .text(certificate.fingerprint.hex),
                "expires": .integer(certificate.expires.milliseconds), "by": .text(by.text),
                "address": .text(shown(address)),
            ]
        case .runnerRenewed(let certificate): certificate.body
        case .runnerRevoked(let name, let by):
            ["runner": .text(name.text), "by": .text(by.text)]
        }
    }
}
