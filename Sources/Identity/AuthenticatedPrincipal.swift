import Vocabulary

/// Proof of who is calling. Only this module makes one, at the end of a whole authentication.
public struct AuthenticatedPrincipal: Sendable {
    public let principal: Principal
    public let credential: Credential

    init(principal: Principal, credential: Credential) {
        self.principal = principal
        self.credential = credential
    }
}

/// By what a principal was authenticated, and who stands behind it.
public struct Credential: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, Codable {
        case pam, token
        /// Of the gateway's own CA, for the key of whoever had the token.
        case certificate
    }

    public let kind: Kind
    /// The token's id, of a certificate too; for PAM the service's name.
    public let identifier: String
    /// Everyone who had a hand in the credential (issuer, delegation chain): none of them may consent.
    public let issuers: Set<PrincipalName>
    /// When it stops being valid; `nil` for a PAM login, which ends with its session.
    public let expires: WallTime?
    /// Targets it is limited to; `nil` is all that policy allows.
    public let targets: Set<TargetName>?

    public init(
        kind: Kind, identifier: String, issuers: Set<PrincipalName>, expires: WallTime?,
        targets: Set<TargetName>?
    ) {
        self.kind = kind
        self.identifier = identifier
        self.issuers = issuers
        self.expires = expires
        self.targets = targets
    }

    /// The token that it is, or that it ends with.
    public var token: TokenID? {
        switch kind {
        case .token, .certificate: TokenID(rawValue: identifier)
        case .pam: nil
        }
    }

    /// Whether it is good for anything on `target`.
    public func reaches(_ target: TargetName) -> Bool { targets?.contains(target) ?? true }
}
