/// One signature of PostgreSQL 15's own functions, aggregates and window functions, as reviewed.
public struct BuiltinFunction: Hashable, Sendable {
    /// `pg_catalog` or `information_schema`.
    public let schema: String
    public let name: String
    /// `pg_proc.oid`; 0 where it differs from installation to installation (`information_schema`).
    public let oid: UInt32
    /// Type oids of the input arguments; the last one is the array's when the function is variadic
    /// (`"any"` for `VARIADIC "any"`).
    public let argumentTypes: [UInt32]
    /// Names of the input arguments, empty where they have none. Kept only for functions with
    /// deeds.
    public let argumentNames: [String]
    /// How many of the last arguments may be left out.
    public let defaults: Int
    public let isVariadic: Bool
    public let resultType: UInt32
    public let category: FunctionCategory
    /// Empty: harmless.
    public let deeds: [FunctionDeed]
}
