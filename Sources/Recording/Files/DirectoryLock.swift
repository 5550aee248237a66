import Synchronization

/// Two processes never record into one directory.
final class DirectoryLock: Sendable {
    private let disk: any RecordingDisk
    private let descriptor: Mutex<Int32?>

    init(_ directory: String, _ disk: any RecordingDisk) throws(RecordingError) {
        self.disk = disk
        let path = directory + "/lock"
        let opened: Int32
        let isMine: Bool
        do throws(DiskError) {
            opened = try disk.open(path, .readWrite)
            isMine = try disk.lock(opened)
        } catch {
            throw error.at(path)
        }
        descriptor = Mutex(opened)
        guard isMine else { throw .inUse(directory: directory) }
    }

    deinit { release() }

    func release() {
        let descriptor = descriptor.withLock { held in
            defer { held = nil }
            return held
        }
        if let descriptor { disk.close(descriptor) }
    }
}
