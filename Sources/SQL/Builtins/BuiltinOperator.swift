/// One signature of PostgreSQL 15's own operators.
public struct BuiltinOperator: Hashable, Sendable {
    public let name: String
    /// `nil` for a prefix operator.
    public let leftType: UInt32?
    public let rightType: UInt32
    public let resultType: UInt32
    /// Empty, or `runsTypeOf` with 0 for the left operand (the only one of a prefix operator) and
    /// 1 for the right one.
    public let deeds: [FunctionDeed]
}
