import Glibc

/// Gives `body` the path of a regular file with these bytes, which is kept in memory and removed afterwards.
func withMemoryFile<Value>(_ bytes: [UInt8], _ body: (String) throws -> Value) throws -> Value {
    let name = "/sallyport-fuzz-\(UInt64.random(in: 0 ... .max))"
    let descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    try require(descriptor >= 0, "a file in memory cannot be made")
    defer {
        close(descriptor)
        shm_unlink(name)
    }
    var written = 0
    while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes {
            write(descriptor, $0.baseAddress, $0.count)
        }
        try require(count > 0, "a file in memory cannot be written")
        written += count
    }
    return try body("/dev/shm" + name)
}
