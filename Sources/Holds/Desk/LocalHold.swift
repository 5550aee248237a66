import Vocabulary

/// What only the process has whose session waits: the true action, the credential's proof, the deadline.
struct LocalHold: Sendable {
    var request: HoldRequest
    let notify: @Sendable (HoldSignal) -> Void
    var deadline: MonotonicTime
    var timer: Task<Void, Never>?
}
