/// What a relation is. The raw value is `pg_class.relkind`.
public enum RelationKind: String, Hashable, Sendable {
    case table = "r"
    case partitionedTable = "p"
    case view = "v"
    case materialisedView = "m"
    case foreignTable = "f"
    case sequence = "S"
    case index = "i"
    case partitionedIndex = "I"
    case composite = "c"
    case toast = "t"
}
