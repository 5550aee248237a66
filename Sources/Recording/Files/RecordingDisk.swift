/// The few things that the recorder asks of a file system: the seam at which tests let a disk fail.
protocol RecordingDisk: Sendable {
    func makeDirectory(_ path: String) throws(DiskError)
    /// The names in a directory, sorted.
    func names(in directory: String) throws(DiskError) -> [String]
    func exists(_ path: String) -> Bool
    func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> Int32
    func close(_ descriptor: Int32)
    /// False when another process has the lock.
    func lock(_ descriptor: Int32) throws(DiskError) -> Bool
    func length(_ descriptor: Int32) throws(DiskError) -> Int64
    /// One write(2) at the end; says how much it took.
    func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(DiskError) -> Int
    /// One pwrite(2); says how much it took.
    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int64)
        throws(DiskError) -> Int
    /// One pread(2); 0 at the end.
    func read(_ descriptor: Int32, at offset: Int64, into bytes: UnsafeMutableRawBufferPointer)
        throws(DiskError) -> Int
    func truncate(_ descriptor: Int32, to length: Int64) throws(DiskError)
    /// Contents and length are on the disk when it returns.
    func synchronize(_ descriptor: Int32) throws(DiskError)
    /// Takes space for a file, so that no one else can.
    func allocate(_ descriptor: Int32, _ bytes: Int64) throws(DiskError)
    func remove(_ path: String) throws(DiskError)
}

enum OpenMode: Sendable {
    case read
    /// Made when it is not there.
    case readWrite
    /// Must not be there yet; every write goes to its end.
    case newAppend
}
