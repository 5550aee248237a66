import Dispatch
import Synchronization

/// Blocks this thread until the work is done: for the recorder's own thread only, never for one of the pool's.
func waitFor<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value,
    _ failure: @escaping @Sendable (any Error) -> RecordingError
) throws(RecordingError) -> Value {
    let answer = Answer<Value>()
    Task {
        do {
            answer.give(.success(try await work()))
        } catch {
            answer.give(.failure(failure(error)))
        }
    }
    return try answer.wait().get()
}

/// Carries one answer from a task to a thread that waits for it.
private final class Answer<Value: Sendable>: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let value = Mutex<Result<Value, RecordingError>?>(nil)

    func give(_ result: Result<Value, RecordingError>) {
        value.withLock { $0 = result }
        semaphore.signal()
    }

    func wait() -> Result<Value, RecordingError> {
        semaphore.wait()
        return value.withLock { $0 } ?? .failure(.store(reason: "it gave no answer"))
    }
}
