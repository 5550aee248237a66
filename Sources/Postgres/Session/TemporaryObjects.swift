import Vocabulary

/// The temporary objects that this session's own statements made, as far as the server's replies show.
public struct TemporaryObjects: Equatable, Sendable {
    /// These exist.
    public internal(set) var sure: Set<ObjectName> = []
    /// These may exist: made or dropped in a transaction of which part was undone, or not yet answered.
    public internal(set) var possible: Set<ObjectName> = []
    /// Others may exist that no statement named.
    public internal(set) var areUnsure = false

    public init() {}
}
