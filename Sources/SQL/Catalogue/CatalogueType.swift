/// A type of one database (`pg_type`) that `Builtins` does not list.
public struct CatalogueType: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case base = "b"
        case composite = "c"
        case domain = "d"
        case enumeration = "e"
        case pseudo = "p"
        case range = "r"
        case multirange = "m"
    }

    public let oid: UInt32
    public let schema: String
    public let name: String
    public let kind: Kind
    /// For a domain what it is based on; for a range or multirange the subtype.
    public let baseType: UInt32?
    /// For a true array (`isArray`) the type of its elements.
    public let elementType: UInt32?
    /// For a composite its relation.
    public let relation: UInt32?
    /// A domain with NOT NULL or CHECK constraints of its own.
    public let hasConstraints: Bool
    /// Its input function came with the server.
    public let hasBuiltinInput: Bool
    public var isArray: Bool { elementType != nil }
}
