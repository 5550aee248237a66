import Store
import Ledger
import Vocabulary

/// What the desk did not do, and why.
public enum HoldError: Error, Hashable, CustomStringConvertible {
    /// Nothing by that name that the asker may see.
    case notFound(HoldID)
    /// More than one hold begins like this.
    case ambiguous(String)
    /// A limit of `Limits` or of `HoldOptions`: the requester's or the target's.
    case limit(String)
    /// The request is not one that can be held: the caller's fault.
    case invalid(String)
    /// A person's decision that does not count. It stands in the ledger.
    case refused(ConsentRefusal)
    /// Only requester and owner may withdraw.
    case notYours
    /// Someone else was first, or it is out of order.
    case illegal(IllegalHoldStep)

    public var description: String {
        switch self {
        case .notFound(let id): "no hold `\(id.rawValue.prefix(40))`"
        case .ambiguous(let prefix):
            "several holds begin with `\(prefix.prefix(40))`: write more of it"
        case .limit(let reason), .invalid(let reason): reason
        case .refused(let refusal): refusal.description
        case .notYours: "only its requester and the requester's owner may withdraw a hold"
        case .illegal(let step): step.description
        }
    }
}

/// Whether a later try can go better: the store is locked, or the disk is full.
public func mayPass(_ error: any Error) -> Bool {
    switch error {
    case StoreError.busy, StoreError.disk, LedgerError.full, LedgerError.overloaded: true
    default: false
    }
}
