/// The sizes of a snapshot. Each is far above what databases have and far below what would hurt.
public struct CatalogueLimits: Hashable, Sendable {
    /// Relations, indexes included.
    public var relationsMax = 500_000
    /// Columns over all relations.
    public var columnsMax = 10_000_000
    /// Functions that are not built in.
    public var functionsMax = 200_000
    /// Types that are not built in, row types and arrays included.
    public var typesMax = 1_500_000
    /// Operators, casts, event triggers, inheritance links: each.
    public var othersMax = 500_000
    /// Characters of one view's definition, in bytes.
    public var viewBytesMax = 1 << 20
    /// Bytes over all values of all rows.
    public var totalBytesMax = 512 << 20

    public init() {}

    public static let standard = CatalogueLimits()
}
