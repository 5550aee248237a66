import Glibc

/// Nanoseconds of this thread's CPU that one call of `body` takes, which is called `count` times and says something
/// that depends on its work.
func nanosecondsEach(_ count: Int, _ body: (Int) throws -> Int) rethrows -> Double {
    var sum = 0
    let start = nanoseconds(of: CLOCK_THREAD_CPUTIME_ID)
    for number in 0..<count { sum &+= try body(number) }
    let elapsed = nanoseconds(of: CLOCK_THREAD_CPUTIME_ID) - start
    // Read by nobody, but not known to be.
    sink = sum
    return Double(elapsed) / Double(count)
}

nonisolated(unsafe) private var sink = 0

func monotonicNanoseconds() -> UInt64 { nanoseconds(of: CLOCK_MONOTONIC) }

func nanoseconds(of clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// One line of JSON: words are quoted, numbers are not.
func report(_ words: [(String, String)], _ numbers: [(String, Double)]) {
    let fields =
        words.map { "\"\($0.0)\": \"\($0.1)\"" } + numbers.map { "\"\($0.0)\": \($0.1)" }
    print("{\(fields.joined(separator: ", "))}")
}
