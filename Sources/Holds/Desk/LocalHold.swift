import Vocabulary

/// What only this process has of a hold that is open: who waits for it, the deadline, and of a session's hold the true
/// action with the credential's proof.
struct LocalHold: Sendable {
    /// `nil` of a retry hold: whoever comes again brings it along.
    var request: HoldRequest?
    /// In the order in which they came. Of a session's hold always one.
    var waiters: [Waiter] = []
    var deadline: MonotonicTime
    var timer: Task<Void, Never>?

    struct Waiter: Sendable {
        let number: UInt64
        let notify: @Sendable (HoldSignal) -> Void
    }
}
