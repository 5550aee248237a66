import Vocabulary

/// A hold as the session that waits for it knows it.
public struct Hold: Hashable, Sendable {
    public let id: HoldID
    /// From 1; each time it goes back to pending one more.
    public let round: Int
    /// The sealed original with its salts, for the session's recording (`ConsentStatement.salts`).
    public let statement: ConsentStatement
    /// For people: wall time.
    public let expires: WallTime
    /// What it expires by.
    public let deadline: MonotonicTime
    /// Whom it waits for.
    public let needs: [NeededConsents]
}
