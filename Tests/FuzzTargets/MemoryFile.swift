import Glibc

/// Bytes as a file that has a path and takes no disk.
final class MemoryFile {
    private let descriptor: Int32

    init(_ bytes: [UInt8]) throws {
        let name = "/sallyport-fuzz-\(UInt64.random(in: 0 ... .max))"
        descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        try require(descriptor >= 0, "a file in memory cannot be made")
        shm_unlink(name)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { break }
            written += count
        }
    }

    deinit { close(descriptor) }

    var path: String { "/proc/self/fd/\(descriptor)" }
}
