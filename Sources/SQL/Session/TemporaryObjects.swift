/// What a session made in its temporary schema, by name. Temporary objects come before all others.
public struct TemporaryObjects: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// A table or sequence that holds nothing but what the session put there.
        case table
        /// A view: reading it reads what its definition reads. The text of its SELECT.
        case view(definition: [UInt8])
        /// A type, a function, or a table with rules or triggers: not surely the session's own data.
        case other
    }

    /// Tables, views, sequences and types share one namespace (a table has a row type).
    public var objects: [String: Kind] = [:]

    public init() {}
    public subscript(name: String) -> Kind? { objects[name] }
}
