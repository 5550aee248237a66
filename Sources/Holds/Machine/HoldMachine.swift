/// A hold's life as a value: one state, and the steps that lead from it. The store's compare-and-set applies
/// the same table, so that of two who try only one gets through.
public struct HoldMachine: Hashable, Sendable {
    public private(set) var state: HoldState

    /// A new hold, or one as the store has it.
    public init(state: HoldState = .pending) { self.state = state }

    /// Takes one step. Throws `IllegalHoldStep`, and stays where it is, when the step does not lead from here.
    public mutating func take(_ step: HoldStep) throws(IllegalHoldStep) {
        guard let next = Self.next(after: state, step) else {
            throw IllegalHoldStep(state: state, step: step)
        }
        state = next
    }

    /// The whole table. Everything that is not in it is illegal.
    static func next(after state: HoldState, _ step: HoldStep) -> HoldState? {
        switch (state, step) {
        case (.pending, .approve): .approved
        // Between approval and release the policy may say no, and time and client may run out.
        case (.pending, .deny), (.approved, .deny): .denied
        case (.pending, .expire), (.approved, .expire): .expired
        case (.pending, .abandon), (.approved, .abandon): .abandoned
        case (.approved, .release): .running
        case (.approved, .reopen): .pending
        case (.running, .succeed): .succeeded
        case (.running, .fail): .failed
        case (.running, .lose): .unknown
        case (.pending, _), (.approved, _), (.running, _), (.denied, _), (.expired, _),
            (.abandoned, _), (.succeeded, _), (.failed, _), (.unknown, _):
            nil
        }
    }
}

/// A step that does not lead from the state that a hold is in: someone else was first, or asks out of order.
public struct IllegalHoldStep: Error, Hashable, CustomStringConvertible {
    public let state: HoldState
    public let step: HoldStep

    public var description: String {
        "the hold is \(state.rawValue): it cannot \(step.rawValue) any more"
    }
}
