import Dispatch
import Testing

/// A test that starts real servers and clients, or that goes by deadlines. Only a few run at once: each is a dozen processes,
/// and the holds, deadlines and passwords of the others go on while they wait for a processor. They wait for processes on
/// threads of their own: Swift's are as few as there are processors, and everybody else's.
public struct RealParts: SuiteTrait, TestTrait, TestScoping {
    private static let gate = Gate(3)

    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        await Self.gate.enter()
        do {
            try await withTaskExecutorPreference(WaitingThreads.shared) { try await function() }
        } catch {
            await Self.gate.leave()
            throw error
        }
        await Self.gate.leave()
    }
}

/// Threads that may wait: there are more of them when they do.
private final class WaitingThreads: TaskExecutor {
    static let shared = WaitingThreads()

    private let queue = DispatchQueue(label: "tests that wait", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

extension Trait where Self == RealParts {
    public static var realParts: RealParts { RealParts() }
}

/// Lets so many in at once, the others in the order in which they came.
private actor Gate {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ free: Int) { self.free = free }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
