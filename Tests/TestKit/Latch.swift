import Dispatch

/// A gate that one thread opens and another waits at. For tests that must block a thread of their own.
public final class Latch: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    public init() {}

    public func open() { semaphore.signal() }

    /// False when the gate stayed shut for a minute, which is a failure and no timing.
    @discardableResult
    public func wait() -> Bool { semaphore.wait(timeout: .now() + 60) == .success }
}
