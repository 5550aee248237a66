import Vocabulary

/// Proof that an entry is on disk (fsynced). Only `Ledger.append` makes one, and it is spent by use.
public struct LedgerReceipt: ~Copyable, Sendable {
    /// The entry's place in the ledger, from 0.
    public let index: UInt64
    /// The digest of the action that the entry is about, where it is about one.
    public let action: Digest?

    init(index: UInt64, action: Digest?) {
        self.index = index
        self.action = action
    }
}

/// Proof that an entry is on disk, or is counted with others of its sort and entered with them (`RepeatedEntries`). Only
/// `RepeatedEntries.count` makes one, and it is spent by use.
public struct CountedReceipt: ~Copyable, Sendable {
    /// The digest of the action that the entry is about, where it is about one.
    public let action: Digest?

    init(action: Digest?) { self.action = action }
}
