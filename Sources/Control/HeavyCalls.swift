import Dispatch
import Synchronization
import Vocabulary

/// Requests that read much: a few at once for each principal and in all, on threads of their own, so that neither
/// memory nor Swift's pool is anyone's to take.
final class HeavyCalls: Sendable {
    private let running = Mutex<[PrincipalName: Int]>([:])

    /// Throws `CallRefusal` when too many are under way.
    func run<Value: Sendable>(
        for caller: PrincipalName, _ work: () async throws -> Value
    ) async throws -> Value {
        try running.withLock { running throws(CallRefusal) in
            let own = running[caller, default: 0]
            guard own < ControlLimits.heavyPerPrincipalMax else {
                throw CallRefusal.conflict(
                    "you have \(own) requests of this kind under way: wait for one of them")
            }
            guard running.values.reduce(0, +) < ControlLimits.heavyMax else {
                throw CallRefusal.conflict(
                    "too many requests of this kind are under way: try again")
            }
            running[caller] = own + 1
        }
        defer {
            running.withLock { running in
                let left = running[caller, default: 1] - 1
                running[caller] = left > 0 ? left : nil
            }
        }
        return try await work()
    }
}

/// Runs what blocks on files on a thread outside of Swift's pool.
func onDisk<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .utility).async {
            continuation.resume(with: Result { try work() })
        }
    }
}
