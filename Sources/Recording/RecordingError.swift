/// What the recorder could not do, whose fault it is, and what to do. A caller that gets one refuses the command.
public enum RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file or directory cannot be opened or made.
    case cannotOpen(path: String, reason: String)
    /// Another process records into the same directory.
    case inUse(directory: String)
    /// A write, sync or read failed, or wrote less than it was given.
    case disk(operation: String, path: String, reason: String)
    /// No space is left: only endings are recorded, out of the reserve, until there is space again.
    case diskFull
    /// The principal has used up the bytes that its recordings may take.
    case quota(principal: String, bytes: Int64)
    /// An event, or what one turn recorded, is larger than the limit in bytes.
    case tooLarge(bytes: Int, limit: Int)
    /// The session files or the store cannot be written, and too much waits for them in the spools.
    case behind(bytes: Int64)
    /// The session has ended, or its opening could not be recorded.
    case sessionEnded
    /// The identity is already recorded, or is no identity.
    case badSession(String)
    /// There is no recording by that name.
    case unknownSession(String)
    /// A recording or spool is not what was written.
    case damaged(path: String, offset: Int64, reason: String)
    /// The store refused.
    case store(reason: String)
    /// The ledger refused.
    case ledger(reason: String)
    /// The recorder has been closed.
    case closed

    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "`\(path)` cannot be opened: \(reason)"
        case .inUse(let directory):
            "the recordings in `\(directory)` are in use by another process: stop it first"
        case .disk(let operation, let path, let reason):
            "\(operation) of `\(path)` failed: \(reason)"
        case .diskFull:
            "the disk of the recordings is full: make room, then commands go on by themselves"
        case .quota(let principal, let bytes):
            "the recordings of `\(principal)` have used up their \(bytes) bytes: remove old ones or raise the quota"
        case .tooLarge(let bytes, let limit):
            "an event of \(bytes) bytes is over the limit of \(limit)"
        case .behind(let bytes):
            "\(bytes) bytes wait to be filed and the recorder cannot file them: look at its disk and its store"
        case .sessionEnded: "the session's recording has ended"
        case .badSession(let session):
            "`\(session)` cannot be recorded: not a new session's identity"
        case .unknownSession(let session): "there is no recording of `\(session)`"
        case .damaged(let path, let offset, let reason):
            "`\(path)` is damaged at byte \(offset): \(reason); move it away and keep it for whoever looks into this"
        case .store(let reason): "the store failed the recorder: \(reason)"
        case .ledger(let reason): "the ledger failed the recorder: \(reason)"
        case .closed: "the recorder is closed"
        }
    }
}
