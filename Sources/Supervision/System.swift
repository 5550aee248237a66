import Glibc

/// The kernel's text for an `errno`.
func errorText(_ code: Int32) -> String {
    String(cString: strerror(code))
}

/// Bytes with a zero behind them, as C wants a path. What stands behind a zero in them is lost.
func withPath<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
        for (index, byte) in bytes.enumerated() { buffer[index] = CChar(bitPattern: byte) }
        buffer[bytes.count] = 0
        guard let start = buffer.baseAddress else { return body("") }
        return body(start)
    }
}

/// A file's facts by path; `nil` when it has none. Follows a last symbolic link if `follows`.
func facts(of path: [UInt8], follows: Bool = true) -> stat? {
    var facts = stat()
    let result = withPath(path) { follows ? stat($0, &facts) : lstat($0, &facts) }
    return result == 0 ? facts : nil
}

/// Where a symbolic link, also one of /proc, points to; `nil` for what is none.
func linkTarget(_ path: [UInt8]) -> [UInt8]? {
    let room = Int(PATH_MAX)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer in
        guard let start = buffer.baseAddress else { return nil }
        let count = withPath(path) { readlink($0, start, room) }
        // As long as the room: cut, perhaps.
        guard count > 0, count < room else { return nil }
        return Array(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
    }
}

/// Opens with `O_CLOEXEC`; -1 for what cannot be opened.
func openFile(_ path: [UInt8], _ flags: Int32) -> Int32 {
    withPath(path) { open($0, flags | O_CLOEXEC) }
}

/// Up to `count` bytes from the start of a descriptor's file.
func readStart(_ descriptor: Int32, _ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
        used = max(pread(descriptor, buffer.baseAddress, count, 0), 0)
    }
}

/// Since the machine started.
func monotonicMilliseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
}

/// Whole seconds since the machine started.
func monotonicSeconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now)
    return Int64(now.tv_sec)
}

extension [UInt8] {
    init(_ text: String) { self = Array(text.utf8) }
}
