import Glibc

/// Runs `work` on a thread of its own, because it blocks for long and Swift's pool must not.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value? {
    await withCheckedContinuation { continuation in
        if !startThread({ continuation.resume(returning: work()) }) {
            continuation.resume(returning: nil)
        }
    }
}

/// False when the system gives no thread.
@discardableResult
func startThread(_ work: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return false }
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // Owned by the thread, which takes it back; by this function when no thread starts.
    let box = Unmanaged.passRetained(ThreadWork(work))
    var thread = pthread_t()
    let code = pthread_create(&thread, &attributes, runThread, box.toOpaque())
    if code != 0 { box.release() }
    return code == 0
}

private final class ThreadWork: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}

private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<ThreadWork>.fromOpaque(context).takeRetainedValue().work()
    return nil
}

/// Milliseconds of CLOCK_MONOTONIC, for deadlines of system calls.
package func monotonicMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
}

/// Waits until one of `events` is there; false at the deadline or on failure.
func waitForEvents(_ events: Int16, on descriptor: Int32, deadline: Int64) -> Bool {
    while true {
        let left = deadline - monotonicMilliseconds()
        guard left > 0 else { return false }
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        let count = poll(&entry, 1, Int32(min(left, Int64(Int32.max))))
        if count > 0 { return true }
        guard count == 0 || errno == EINTR else { return false }
    }
}
