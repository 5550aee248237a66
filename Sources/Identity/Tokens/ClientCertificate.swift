import Vocabulary

/// What a client's certificate says: whose it is, and the token that it is bound to. TLS proves that the gateway's own
/// CA has said so; what it counts for, the token says at each login.
public struct ClientCertificate: Hashable, Sendable {
    public let principal: PrincipalName
    public let token: TokenID
    public let expires: WallTime

    private static let principalPrefix = "sallyport://principal/"
    private static let tokenPrefix = "sallyport://token/"

    /// The certificate that whoever has proved to have a token may be given now: it ends with the token, or before.
    /// `nil` for every other credential.
    public init?(for caller: AuthenticatedPrincipal, now: WallTime) {
        guard caller.credential.kind == .token, let token = caller.credential.token,
            let end = caller.credential.expires
        else { return nil }
        principal = caller.principal.name
        self.token = token
        // Whole seconds, as certificates have them.
        let most = now.milliseconds + Limits.clientCertificateMillisecondsMax
        expires = WallTime(milliseconds: min(most, end.milliseconds) / 1_000 * 1_000)
    }

    /// Reads its URIs: exactly the two that `uris` makes.
    public init?(uris: [String], expires: WallTime) {
        guard uris.count == 2, uris[0].hasPrefix(Self.principalPrefix),
            uris[1].hasPrefix(Self.tokenPrefix),
            let principal = PrincipalName(String(uris[0].dropFirst(Self.principalPrefix.count))),
            let token = TokenID(text: uris[1].dropFirst(Self.tokenPrefix.count))
        else { return nil }
        self.principal = principal
        self.token = token
        self.expires = expires
        guard self.uris == uris else { return nil }
    }

    /// Its subject alternative names.
    public var uris: [String] {
        [Self.principalPrefix + principal.text, Self.tokenPrefix + token.rawValue]
    }
}
