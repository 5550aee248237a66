import Synchronization

/// A file that only takes space. On a full disk it is given up, so that endings can still be recorded.
final class Reserve: Sendable {
    private let path: String
    private let bytes: Int64
    private let disk: any RecordingDisk
    /// Whether the file stands there with all its space.
    private let isHeld = Mutex(false)

    init(path: String, bytes: Int64, disk: any RecordingDisk) {
        self.path = path
        self.bytes = bytes
        self.disk = disk
    }

    /// Gives the space back to whoever writes next.
    func release() {
        isHeld.withLock { held in
            try? disk.remove(path)
            held = false
        }
    }

    /// True when the space is held, again or still.
    func hold() -> Bool {
        isHeld.withLock { held in
            if !held { held = take() }
            return held
        }
    }

    private func take() -> Bool {
        guard bytes > 0 else { return true }
        guard let descriptor = try? disk.open(path, .readWrite) else { return false }
        defer { disk.close(descriptor) }
        do {
            try disk.allocate(descriptor, bytes)
            return true
        } catch {
            // A file of half the size would only take the space that endings need.
            try? disk.remove(path)
            return false
        }
    }
}
