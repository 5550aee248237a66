import Foundation

/// The system calls by which the ledger changes files, each in one place, so that a test can make any of them
/// fail or look at the files after it.
struct Disk: Sendable {
    /// Asked before each call; a fault is done instead of the call.
    var before: @Sendable (DiskCall) -> DiskFault? = { _ in nil }
    /// Told after each call that succeeded.
    var after: @Sendable (DiskCall) -> Void = { _ in }
    /// Reads only: what would be written is left out, and a file that would be made is empty.
    var isDry = false
}

enum DiskCall: Hashable, Sendable {
    case open(String), write(String), synchronize(String), truncate(String), rename(String)
    case remove(String), allocate(String)
}

enum DiskFault: Hashable, Sendable {
    /// The call fails with this `errno`.
    case error(Int32)
    /// A write takes only so many bytes.
    case short(Int)
}

struct DiskError: Error, CustomStringConvertible {
    let call: DiskCall
    let code: Int32

    /// There is no room now, on the disk or for another open file; later there may be.
    var isFull: Bool { [ENOSPC, EDQUOT, EMFILE, ENFILE].contains(code) }
    var reason: String { String(cString: strerror(code)) }
    var description: String { "\(call): \(reason)" }
}

/// An open file, closed with its last owner.
final class DiskFile: Sendable {
    let path: String
    let descriptor: Int32

    init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { _ = close(descriptor) }

    var byteCount: UInt64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? UInt64(status.st_size) : 0
    }

    /// Reads up to `buffer.count` bytes at `offset`; fewer only at the file's end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskError)
        -> Int
    {
        var filled = 0
        while filled < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled,
                off_t(offset) + off_t(filled))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw DiskError(call: .open(path), code: errno) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    func read(_ count: Int, at offset: UInt64) throws(DiskError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: DiskError?
        var filled = 0
        bytes.withUnsafeMutableBytes { buffer in
            do throws(DiskError) { filled = try read(into: buffer, at: offset) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        bytes.removeLast(count - filled)
        return bytes
    }
}

extension Disk {
    func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(DiskError) -> DiskFile {
        if isDry { return try openDry(path, flags) }
        let descriptor = try perform(.open(path)) { Foundation.open(path, flags | O_CLOEXEC, mode) }
        return DiskFile(path: path, descriptor: descriptor)
    }

    /// As `open`, of what may be opened so, for reading alone.
    private func openDry(_ path: String, _ flags: Int32) throws(DiskError) -> DiskFile {
        let isMade = flags & O_CREAT != 0 && !fileExists(path)
        if !isMade, flags & O_ACCMODE != O_RDONLY {
            try look(.open(path)) { access(path, R_OK | W_OK) }
        }
        let descriptor = try look(.open(path)) {
            Foundation.open(isMade ? "/dev/null" : path, O_RDONLY | O_CLOEXEC)
        }
        return DiskFile(path: path, descriptor: descriptor)
    }

    /// Writes all of `bytes` at the end of a file that was opened with `O_APPEND`. A short write goes on where
    /// it stopped; after an error some of the bytes may be in the file.
    func append(_ bytes: UnsafeRawBufferPointer, to file: DiskFile) throws(DiskError) {
        var rest = isDry ? UnsafeRawBufferPointer(start: nil, count: 0) : bytes
        while !rest.isEmpty {
            let count = try write(rest, to: file)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    func append(_ bytes: [UInt8], to file: DiskFile) throws(DiskError) {
        var failure: DiskError?
        bytes.withUnsafeBytes { buffer in
            do throws(DiskError) { try append(buffer, to: file) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, to file: DiskFile) throws(DiskError) -> Int
    {
        let call = DiskCall.write(file.path)
        var room = bytes.count
        switch before(call) {
        case .error(let code): throw DiskError(call: call, code: code)
        case .short(let count): room = min(room, max(count, 1))
        case nil: break
        }
        while true {
            let count = Foundation.write(file.descriptor, bytes.baseAddress, room)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw DiskError(call: call, code: count < 0 ? errno : EIO) }
            after(call)
            return count
        }
    }

    func synchronize(_ file: DiskFile) throws(DiskError) {
        try perform(.synchronize(file.path)) { fdatasync(file.descriptor) }
    }

    /// Makes the directory's entries (new files, renames) durable.
    func synchronizeDirectory(_ path: String) throws(DiskError) {
        let directory = try open(path, O_RDONLY | O_DIRECTORY)
        try perform(.synchronize(path)) { fsync(directory.descriptor) }
    }

    func truncate(_ file: DiskFile, to bytes: UInt64) throws(DiskError) {
        try perform(.truncate(file.path)) { ftruncate(file.descriptor, off_t(bytes)) }
    }

    func rename(_ from: String, to path: String) throws(DiskError) {
        try perform(.rename(path)) { Foundation.rename(from, path) }
    }

    func remove(_ path: String) throws(DiskError) {
        try perform(.remove(path)) { unlink(path) }
    }

    func allocate(_ file: DiskFile, bytes: Int) throws(DiskError) {
        if isDry { return }
        let call = DiskCall.allocate(file.path)
        if case .error(let code) = before(call) { throw DiskError(call: call, code: code) }
        let code = posix_fallocate(file.descriptor, 0, off_t(bytes))
        guard code == 0 else { throw DiskError(call: call, code: code) }
        after(call)
    }

    @discardableResult
    private func perform(_ call: DiskCall, _ body: () -> Int32) throws(DiskError) -> Int32 {
        isDry ? 0 : try look(call, body)
    }

    @discardableResult
    private func look(_ call: DiskCall, _ body: () -> Int32) throws(DiskError) -> Int32 {
        if case .error(let code) = before(call) { throw DiskError(call: call, code: code) }
        while true {
            let result = body()
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw DiskError(call: call, code: errno) }
            after(call)
            return result
        }
    }
}

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

extension Disk {
    /// Makes a directory for this user only, unless it is there.
    func makeDirectory(_ path: String) throws(DiskError) {
        guard !isDry else { return }
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw DiskError(call: .open(path), code: errno)
    }
}
