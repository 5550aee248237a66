/// A function that did not come with the server (`pg_proc`).
public struct CatalogueFunction: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case function = "f"
        case procedure = "p"
        case aggregate = "a"
        case window = "w"
    }

    public enum Volatility: String, Hashable, Sendable {
        case immutable = "i"
        case stable = "s"
        case volatile = "v"
    }

    public let oid: UInt32
    public let schema: String
    public let name: String
    public let kind: Kind
    /// Type oids of the input arguments.
    public let argumentTypes: [UInt32]
    /// How many of the last arguments may be left out.
    public let defaults: Int
    public let isVariadic: Bool
    public let resultType: UInt32
    public let volatility: Volatility
    /// The language's name: `sql`, `plpgsql`, `c`, ...
    public let language: String
    public let isSecurityDefiner: Bool
    /// SHA-256 (64 hexadecimal digits, computed by the server) over body, library, settings and
    /// attributes: what a consent to a call was shown, and what is compared again at release.
    public let definitionHash: String

    /// Whether a call with so many arguments could mean this function.
    public func accepts(argumentCount count: Int) -> Bool {
        let least = argumentTypes.count - defaults - (isVariadic ? 1 : 0)
        return count >= least && (isVariadic || count <= argumentTypes.count)
    }
}
