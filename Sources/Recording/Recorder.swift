import Store
import Vocabulary

/// The recordings of one gateway: a directory, a thread that files what the loops wrote, an index in the store.
public final class Recorder: Sendable {
    let shared: RecorderShared
    let database: any Database
    private let thread: RecorderThread
    /// Held as long as the recorder lives: the directory's lock.
    private let lock: DirectoryLock

    private init(
        shared: RecorderShared, database: any Database, thread: RecorderThread, lock: DirectoryLock
    ) {
        self.shared = shared
        self.database = database
        self.thread = thread
        self.lock = lock
    }

    deinit {
        shared.close()
        shared.wake.signal()
    }

    /// Opens or makes the directory, files what a killed process left in its spools, and closes those sessions as
    /// `interrupted`.
    public static func open(
        directory: String, database: any Database, options: RecorderOptions = RecorderOptions()
    ) async throws(RecordingError) -> Recorder {
        try await open(
            directory: directory, database: database, options: options, disk: SystemDisk())
    }

    static func open(
        directory: String, database: any Database, options: RecorderOptions,
        disk: any RecordingDisk
    ) async throws(RecordingError) -> Recorder {
        for path in [directory, directory + "/spools", directory + "/sessions"] {
            do throws(DiskError) { try disk.makeDirectory(path) } catch { throw error.at(path) }
        }
        let lock = try DirectoryLock(directory, disk)
        do {
            try await database.migrate(RecordingMigrations.all)
        } catch {
            throw .store(reason: "\(error)")
        }
        let last = try leftOrdinals(in: directory, disk).last ?? 0
        let shared = RecorderShared(
            directory: directory, options: options, disk: disk, nextOrdinal: last + 1)
        let thread = RecorderThread(shared: shared)
        try await thread.start(RecordingIndex(database: database))
        return Recorder(shared: shared, database: database, thread: thread, lock: lock)
    }

    /// A recorder for one event loop; each loop makes its own.
    public func makeLoopRecorder() throws(RecordingError) -> LoopRecorder {
        if shared.isClosed { throw .closed }
        return LoopRecorder(shared: shared)
    }

    /// Waits until everything that was committed before is filed, synced and indexed; throws why it could not be.
    public func settle() async throws(RecordingError) {
        if let trouble = await thread.settle() { throw trouble }
    }

    /// Files everything, closes what is still open as `interrupted`, and ends the thread. Loops record no more. What
    /// could not be filed is left in the spools for the next start.
    public func close() async {
        await thread.close()
        lock.release()
    }
}
