import Glibc

/// The kernel's file system. Files are 0600, directories 0700.
struct SystemDisk: RecordingDisk {
    func makeDirectory(_ path: String) throws(DiskError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("mkdir") }
    }

    func names(in directory: String) throws(DiskError) -> [String] {
        guard let stream = opendir(directory) else { throw failure("opendir") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> Int32 {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .readWrite: O_RDWR | O_CREAT
            case .newAppend: O_RDWR | O_CREAT | O_EXCL | O_APPEND
            }
        let descriptor = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("open") }
        return descriptor
    }

    func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    func lock(_ descriptor: Int32) throws(DiskError) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw failure("flock")
    }

    func length(_ descriptor: Int32) throws(DiskError) -> Int64 {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { throw failure("lseek") }
        return Int64(end)
    }

    func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(DiskError) -> Int {
        while true {
            let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw failure("write") }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int64)
        throws(DiskError) -> Int
    {
        while true {
            let count = pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else { throw failure("write") }
        }
    }

    func read(_ descriptor: Int32, at offset: Int64, into bytes: UnsafeMutableRawBufferPointer)
        throws(DiskError) -> Int
    {
        while true {
            let count = pread(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else { throw failure("read") }
        }
    }

    func truncate(_ descriptor: Int32, to length: Int64) throws(DiskError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw failure("truncate") }
    }

    func synchronize(_ descriptor: Int32) throws(DiskError) {
        guard fsync(descriptor) == 0 else { throw failure("sync") }
    }

    func allocate(_ descriptor: Int32, _ bytes: Int64) throws(DiskError) {
        let code = posix_fallocate(descriptor, 0, off_t(bytes))
        guard code == 0 else { throw DiskError(operation: "allocate", code: code) }
    }

    func remove(_ path: String) throws(DiskError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("unlink") }
    }

    private func failure(_ operation: String) -> DiskError {
        DiskError(operation: operation, code: errno)
    }
}
