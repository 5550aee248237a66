/// Where a hold stands. The raw value is the word in tables, lists and the ledger.
public enum HoldState: String, Hashable, Sendable, CaseIterable, Codable {
    /// People are asked.
    case pending
    /// Enough people said yes; the session may try to release it.
    case approved
    /// A person said no, or the policy did when the action was decided again.
    case denied
    /// Nobody answered in time.
    case expired
    /// The client went away, cancelled or withdrew, or the gateway stopped.
    case abandoned
    /// Its bytes may have left.
    case running
    case succeeded
    case failed
    /// It ran, and nobody knows how it ended.
    case unknown

    /// True when nothing can follow.
    public var isEnd: Bool {
        switch self {
        case .pending, .approved, .running: false
        case .denied, .expired, .abandoned, .succeeded, .failed, .unknown: true
        }
    }
}
