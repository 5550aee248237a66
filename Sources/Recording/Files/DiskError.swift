import Glibc

/// A system call that failed.
struct DiskError: Error, Hashable {
    /// As in `write`, `sync`.
    let operation: String
    /// The `errno`.
    let code: Int32

    /// ENOSPC and EDQUOT: there may be room again later.
    var isFull: Bool { code == ENOSPC || code == EDQUOT }

    var reason: String { String(cString: strerror(code)) }

    /// A write that took less than it was given: on a file, that is a disk that became full.
    static let short = DiskError(operation: "write", code: ENOSPC)

    func at(_ path: String) -> RecordingError {
        isFull ? .diskFull : .disk(operation: operation, path: path, reason: reason)
    }
}
