/// A cast that did not come with the server (`pg_cast`).
public struct CatalogueCast: Hashable, Sendable {
    public enum Context: String, Hashable, Sendable {
        case explicit = "e"
        case assignment = "a"
        case implicit = "i"
    }

    public let source: UInt32
    public let target: UInt32
    /// The function that it calls; `nil` when it calls none.
    public let function: UInt32?
    public let context: Context
}
