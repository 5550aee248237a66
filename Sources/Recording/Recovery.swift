import Vocabulary

/// What a start found of the process before, for the ledger.
public struct Recovery: Hashable, Sendable {
    /// Sessions that nobody had closed: they are now, as `interrupted`.
    public var interrupted: [SessionID] = []
    /// Sessions whose file is gone though some of it was on the disk.
    public var missing: [SessionID] = []
    /// Bytes at the ends of spools that are no whole batch: a write that was under way, and never returned.
    public var tornBytes: Int64 = 0

    public init() {}
}
