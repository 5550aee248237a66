/// An operator that did not come with the server (`pg_operator`).
public struct CatalogueOperator: Hashable, Sendable {
    public let oid: UInt32
    public let schema: String
    public let name: String
    /// `nil` for a prefix operator.
    public let leftType: UInt32?
    public let rightType: UInt32
    /// The function that it calls.
    public let function: UInt32
}
