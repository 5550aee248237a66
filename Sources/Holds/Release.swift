import Ledger
import Policy
import Recording
import Vocabulary

/// Permission for the bytes of one action to leave, once. No byte of a command leaves without one.
public struct Release: ~Copyable {
    /// The action's digest: the driver compares it with the bytes that it is about to send.
    public let digest: Digest

    /// For a plain allow, against the proof that the action's event was written. `nil` when the decision is
    /// not a plain allow.
    public init?(_ decision: Decision, recorded receipt: consuming RecordReceipt) {
        guard decision.verdict == .allow else { return nil }
        digest = receipt.action
    }

    /// For a review, against the proof that its ledger entry is on disk. `nil` when the decision says more
    /// than review, or the entry is not about an action.
    public init?(_ decision: Decision, entered receipt: consuming LedgerReceipt) {
        guard decision.verdict <= .review, let action = receipt.action else { return nil }
        digest = action
    }

    /// For a review of which its session has had so many that the ledger only counts them, against the proof that it is
    /// counted. `nil` as above.
    public init?(_ decision: Decision, counted receipt: consuming CountedReceipt) {
        guard decision.verdict <= .review, let action = receipt.action else { return nil }
        digest = action
    }

    /// For a hold that the store's transition has cleared, against the proof that its `hold-released` entry is
    /// on disk. `nil` when the entry is about another action.
    init?(_ clearance: consuming HoldClearance, entered receipt: consuming LedgerReceipt) {
        guard receipt.action == clearance.action else { return nil }
        digest = clearance.action
    }
}
