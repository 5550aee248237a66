extension Spool {
    /// Makes the file with its header; `previous` is the spool before of the same loop, and how much of it counts.
    /// When it throws there is no file.
    static func begin(
        _ ordinal: UInt64, path: String, behind previous: (ordinal: UInt64, length: Int64),
        disk: any RecordingDisk
    ) throws(DiskError) -> Spool {
        let descriptor = try disk.open(path, .newAppend)
        let spool = Spool(
            ordinal: ordinal, path: path, descriptor: descriptor,
            committed: Int64(SpoolLayout.headerBytes), isSealed: false, disk: disk)
        do throws(DiskError) {
            let header = EventBuffer(capacity: SpoolLayout.headerBytes)
            header.append(SpoolLayout.magic)
            header.append(previous.ordinal)
            header.append(UInt64(previous.length))
            let count = try disk.append(header.bytes, to: descriptor)
            guard count == header.count else { throw DiskError.short }
        } catch {
            try? disk.remove(path)
            throw error
        }
        return spool
    }
}
