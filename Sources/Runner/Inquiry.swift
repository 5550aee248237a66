import Glibc
import Synchronization

/// Something that is asked on a thread of its own: the runner's only thread never waits for anyone.
final class Inquiry<Answer: Sendable> {
    /// Readable when `answer` is there.
    let descriptor: Int32
    private let outcome = Outcome()

    /// - Parameter ask: may wait for as long as it likes; nobody waits for it at the end of the process.
    init(_ ask: @escaping @Sendable () -> Answer) throws(RunnerError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("pipe", errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let told = ends[1]
        descriptor = ends[0]
        let job = Job { [outcome] in
            let answer = ask()
            outcome.answer.withLock { $0 = answer }
            close(told)
        }
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(job).toOpaque()
        let code = pthread_create(&thread, nil, run, argument)
        guard code == 0 else {
            Unmanaged<Job>.fromOpaque(argument).release()
            close(told)
            throw .system("pthread_create", code)
        }
        pthread_detach(thread)
    }

    deinit { close(descriptor) }

    /// `nil` until it is there.
    var answer: Answer? { outcome.answer.withLock { $0 } }

    private final class Outcome: Sendable {
        let answer = Mutex<Answer?>(nil)
    }
}

/// What the thread does; it lets go of it at its end.
private final class Job: Sendable {
    let work: @Sendable () -> Void

    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}

/// The thread. Signals are blocked in it, as in the one that made it.
private func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().work()
    return nil
}
