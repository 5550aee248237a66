/// A request about tokens or keys that was refused: who asked is authenticated, so the reason is said.
public enum IdentityError: Error, Hashable, CustomStringConvertible {
    /// The asker may not do this.
    case notAllowed(String)
    /// The request itself is wrong.
    case invalid(String)
    /// No token or key by that name that the asker may see.
    case notFound(String)
    /// A limit of `Limits` is reached.
    case limit(String)
    /// Something that is needed does not work at the moment.
    case unavailable(String)

    public var description: String {
        switch self {
        case .notAllowed(let reason), .invalid(let reason), .notFound(let reason),
            .limit(let reason), .unavailable(let reason):
            reason
        }
    }
}
