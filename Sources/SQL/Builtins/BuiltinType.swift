/// One of PostgreSQL 15's own types.
public struct BuiltinType: Hashable, Sendable {
    public let name: String
    public let oid: UInt32
    /// The type of the elements, for arrays.
    public let elementType: UInt32?
    /// False for pseudo-types and for what has no business in a client's statement.
    public let isHarmless: Bool
    /// `any`, `anyelement`, `record`, ...: stands for types that the call decides.
    public let isPolymorphic: Bool
    /// A row of a system relation (`pg_class`).
    public let isRow: Bool
}
