/// Who has to be there for a hold to come to something. The raw value is the word in lists and views.
public enum HoldKind: String, Hashable, Sendable, CaseIterable, Codable {
    /// The session that asked waits; the hold ends with it.
    case session
    /// Nobody has to wait: after approval the next same request of the same credential goes through, once. The hold
    /// outlives its session and the gateway's process.
    case retry
}
