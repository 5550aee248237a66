import Synchronization

/// Runs its tasks one job at a time, in an order that the seed chooses: whatever may happen in between two
/// suspensions of one task happens in some world, and in the same world each time.
final class SeededExecutor: TaskExecutor {
    private let ready = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        ready.withLock { $0.append(job) }
    }

    /// How many jobs could run now.
    var count: Int { ready.withLock { $0.count } }

    /// Runs one of those jobs, to its next suspension.
    func run(_ place: Int) {
        let job = ready.withLock { $0.remove(at: place) }
        job.runSynchronously(on: asUnownedTaskExecutor())
    }
}
