/// Why the ledger did not do what was asked, and what to do about it.
public enum LedgerError: Error, Hashable, CustomStringConvertible {
    /// A file or the directory cannot be opened or read: the operating system's fault or the configuration's.
    case cannotOpen(path: String, reason: String)
    /// Another process has the ledger open.
    case inUse(directory: String)
    /// What is on disk is not what this ledger wrote. It is never repaired by guessing.
    case damaged(reason: String)
    /// The key file is missing, malformed, readable by others, or of another name.
    case key(reason: String)
    /// The disk is full: nothing of the entry was kept. Only entries that end things are still taken.
    case full
    /// A write or an fsync failed: whether the entry is on disk is unknown, and nothing more is taken.
    case failed(reason: String)
    /// More entries wait than the disk can take: the entry was not taken.
    case overloaded
    case closed
    /// The entry's kind, depth, numbers or size are outside of what a line can hold: the caller's fault.
    case unfit(reason: String)
    /// A proof was asked about sizes or indices that the ledger does not have (in that order).
    case outOfRange(reason: String)

    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "the ledger's `\(path)` cannot be opened: \(reason)"
        case .inUse(let directory):
            "the ledger in `\(directory)` is open in another process: stop that one first"
        case .damaged(let reason):
            "the ledger is damaged: \(reason); run `sallyport ledger verify` on it, then restore the files or "
                + "move the directory away as evidence"
        case .key(let reason): "the ledger's key cannot be used: \(reason)"
        case .full:
            "the ledger's disk is full, and only entries that end things are taken: free some space"
        case .failed(let reason):
            "the ledger failed and takes nothing more (\(reason)): mend the disk, then restart the gateway"
        case .overloaded: "the ledger's disk cannot keep up: try again"
        case .closed: "the ledger is closed"
        case .unfit(let reason): "the entry does not fit the ledger: \(reason)"
        case .outOfRange(let reason): "the ledger cannot prove that: \(reason)"
        }
    }
}
