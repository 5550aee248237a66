import Dispatch
import Glibc
import Synchronization
import Vocabulary

/// The thread that files. It owns the `Filer`; others ask it by continuations.
final class RecorderThread: Sendable {
    private let shared: RecorderShared
    private let requests = Mutex(Requests())

    private struct Requests {
        var settling: [CheckedContinuation<RecordingError?, Never>] = []
        var closing: [CheckedContinuation<Void, Never>] = []
        var hasEnded = false
    }

    init(shared: RecorderShared) { self.shared = shared }

    /// Starts the thread; returns when what a killed process left is filed.
    func start(_ index: RecordingIndex) async throws(RecordingError) {
        let result: Result<Void, RecordingError> = await withCheckedContinuation { started in
            let isStarted = startThread { [self] in
                let filer = Filer(shared: shared, index: index)
                do throws(RecordingError) {
                    try filer.start()
                    started.resume(returning: .success(()))
                } catch {
                    end()
                    return started.resume(returning: .failure(error))
                }
                run(filer)
            }
            if !isStarted {
                let error = RecordingError.cannotOpen(
                    path: shared.directory, reason: "the system gives no thread")
                started.resume(returning: .failure(error))
            }
        }
        try result.get()
    }

    /// Returns what went wrong in a pass that began after the call; `nil` when all is filed.
    func settle() async -> RecordingError? {
        await withCheckedContinuation { continuation in
            let isQueued = requests.withLock { requests in
                if !requests.hasEnded { requests.settling.append(continuation) }
                return !requests.hasEnded
            }
            if !isQueued { continuation.resume(returning: nil) }
            shared.wake.signal()
        }
    }

    func close() async {
        shared.close()
        await withCheckedContinuation { continuation in
            let isQueued = requests.withLock { requests in
                if !requests.hasEnded { requests.closing.append(continuation) }
                return !requests.hasEnded
            }
            if !isQueued { continuation.resume() }
            shared.wake.signal()
        }
    }

    private func run(_ filer: Filer) {
        while true {
            _ = shared.wake.wait(timeout: .now() + .milliseconds(interval))
            let settling = requests.withLock { requests in
                defer { requests.settling = [] }
                return requests.settling
            }
            let isClosed = shared.isClosed
            if isClosed { filer.finish() } else { filer.pass() }
            for continuation in settling { continuation.resume(returning: filer.trouble) }
            if isClosed { return end() }
        }
    }

    private var interval: Int { Int(clamping: max(1, shared.options.syncMilliseconds)) }

    private func end() {
        let left = requests.withLock { requests in
            defer { (requests.settling, requests.closing) = ([], []) }
            requests.hasEnded = true
            return (requests.settling, requests.closing)
        }
        for continuation in left.0 { continuation.resume(returning: nil) }
        for continuation in left.1 { continuation.resume() }
    }
}

/// False when the system gives no thread.
private func startThread(_ work: @escaping @Sendable () -> Void) -> Bool {
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
