import Synchronization

/// A file that only takes space. On a full disk it is given up, so that endings can still be recorded.
final class Reserve: Sendable {
    private let path: String
    private let bytes: Int64
    private let disk: any RecordingDisk
    private let state = Mutex(State())

    private struct State {
        /// The file stands there with all its space.
        var isHeld = false
        /// It was given up before, so it is taken again only when there is as much room besides: else the next command
        /// would only fill the disk anew.
        var wasReleased = false
    }

    init(path: String, bytes: Int64, disk: any RecordingDisk) {
        self.path = path
        self.bytes = bytes
        self.disk = disk
    }

    /// Gives the space back to whoever writes next.
    func release() {
        state.withLock { state in
            try? disk.remove(path)
            state = State(isHeld: false, wasReleased: true)
        }
    }

    /// True when the space is held, again or still.
    func hold() -> Bool {
        state.withLock { state in
            if !state.isHeld { state.isHeld = take(withRoom: state.wasReleased) }
            return state.isHeld
        }
    }

    private func take(withRoom: Bool) -> Bool {
        guard bytes > 0 else { return true }
        do throws(DiskError) {
            let descriptor = try disk.open(path, .readWrite)
            defer { disk.close(descriptor) }
            try disk.allocate(descriptor, withRoom ? bytes * 2 : bytes)
            if withRoom { try disk.truncate(descriptor, to: bytes) }
            return true
        } catch {
            // A file of half the size would only take the space that endings need.
            try? disk.remove(path)
            return false
        }
    }
}
