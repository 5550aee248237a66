import Glibc
import Testing

@testable import Supervision

@Suite("Threat 31: what tracees have stopped for, read before it is looked at")
struct StopQueueTests {
    static let readings: [(String, [Stop], taken: [Stop])] = [
        (
            "each of several tasks", [Stop(1, .signal(10)), Stop(2, .event(.fork))],
            taken: [Stop(1, .signal(10)), Stop(2, .event(.fork))]
        ),
        (
            "a first thread's stop, and the program of the thread that took its ID",
            [Stop(1, .signal(10)), Stop(2, .stopped(SIGTRAP)), Stop(1, .event(.exec))],
            taken: [Stop(2, .stopped(SIGTRAP)), Stop(1, .event(.exec))]
        ),
        (
            "a stop, and its end", [Stop(1, .event(.exec)), Stop(1, .signalled(SIGKILL))],
            taken: [Stop(1, .signalled(SIGKILL))]
        ),
        (
            "an end, and what has the number next",
            [Stop(1, .exited(0)), Stop(1, .stopped(SIGTRAP)), Stop(1, .exited(1))],
            taken: [Stop(1, .exited(0)), Stop(1, .exited(1))]
        ),
    ]

    @Test("are taken in order, without what is over", arguments: readings)
    func taken(_ name: String, _ read: [Stop], _ expected: [Stop]) {
        var queue = StopQueue()
        // Again, in the same memory.
        for _ in 0..<2 {
            for stop in read { queue.add(stop) }
            var taken: [Stop] = []
            while let stop = queue.take() { taken.append(stop) }
            #expect(taken == expected, "\(name)")
        }
    }

    @Test("say of a number whose end was read that it may be another's, until it is taken")
    func ends() {
        var queue = StopQueue()
        queue.add(Stop(1, .signal(10)))
        #expect(!queue.hasEnd(of: 1))
        queue.add(Stop(1, .exited(0)))
        queue.add(Stop(1, .stopped(SIGTRAP)))
        #expect(queue.hasEnd(of: 1) && !queue.hasEnd(of: 2))
        #expect(queue.take() == Stop(1, .exited(0)) && !queue.hasEnd(of: 1))
    }
}

extension Stop {
    fileprivate init(_ task: pid_t, _ status: WaitStatus) {
        self.init(task: task, status: status)
    }
}
