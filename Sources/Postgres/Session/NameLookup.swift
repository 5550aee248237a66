/// What a statement's or portal's name means in this session now.
public enum NameLookup {
    case known(PreparedText)
    /// No reply of the server made this name: judge it as unknown.
    case unknown
    /// An unanswered message may change it: `settle()`, and judge again.
    case uncertain
}
