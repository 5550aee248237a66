import Synchronization

/// How many bytes the recordings of one principal take, on all loops together.
final class PrincipalUsage: Sendable {
    private let total: Atomic<Int64>

    init(bytes: Int64) { total = Atomic(bytes) }

    var bytes: Int64 { total.load(ordering: .relaxed) }

    func add(_ bytes: Int64) { total.add(bytes, ordering: .relaxed) }
}
