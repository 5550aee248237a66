/// Something that happened to a hold, for inboxes that update without asking.
public struct HoldEvent: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, Codable {
        case opened, consented, approved
        case pendingAgain = "pending-again"
        case released, ended
    }

    public let kind: Kind
    public let hold: HoldItem
    /// Who may be told.
    public let audience: HoldAudience
}
