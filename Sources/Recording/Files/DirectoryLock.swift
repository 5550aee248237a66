import Glibc
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
        guard let descriptor else { return }
        // Not by closing alone: a child that is being made at this moment has the descriptor too.
        _ = flock(descriptor, LOCK_UN)
        disk.close(descriptor)
    }
}
