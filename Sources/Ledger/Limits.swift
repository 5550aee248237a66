/// What the ledger bounds, each with its unit and its reason.
enum Limits {
    /// One line without its newline. A held statement is at most 1 MiB, and escapes at worst sixfold.
    static let lineBytesMax = 8 << 20
    /// A kind is a word such as `hold.approved`.
    static let kindBytesMax = 64
    /// What one write and one fsync carry at most, so that no waiter waits for ever-growing batches.
    static let batchEntriesMax = 4_096
    static let batchBytesMax = 16 << 20
    /// What may wait for the thread: beyond it the disk is slower than the callers, who must be refused.
    static let queueEntriesMax = 65_536
    static let queueBytesMax = 64 << 20
    /// How long a batch waits for the writers of the batch before it, nanoseconds, when there are many of them.
    static let gatherNanoseconds: UInt64 = 2_000_000
    /// So many are many: fewer are waited for their share of that time, since two save no more than one fsync by it.
    static let gatherWriters = 40
    /// A segment is closed when it has grown beyond this.
    static let segmentBytes: UInt64 = 64 << 20
    /// Leaves under one remembered subtree: a proof hashes at most this many leaves anew.
    static let subtreeLeaves: UInt64 = 256
    /// Bytes read at once from a file.
    static let readBytes = 1 << 18
    /// A start reads every entry of a ledger of so many bytes before it goes on; of a larger one only what stands behind
    /// the newest checkpoint, and the rest afterwards. 8 MiB are read and hashed in some 30 ms.
    static let replayBytesMax: UInt64 = 8 << 20
    /// One note: a checkpoint and the cosignatures of some dozens of witnesses.
    static let noteBytesMax = 64 << 10
    /// The disk space set aside for the entries that end things.
    static let reserveBytes = 4 << 20
    /// Findings that a verification lists before it only counts.
    static let findingsMax = 100
    /// Sorts of repeated entries that are told apart at a time: what a flood may enter in that time.
    static let repeatedSortsMax = 1_024
}
