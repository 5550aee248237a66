/// A token at the only moment at which its secret is known.
public struct IssuedToken: Sendable {
    /// `spt_<id>_<secret>`: shown once, never logged, never stored.
    public let text: String
    public let token: Token
}
