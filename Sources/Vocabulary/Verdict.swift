/// What a rule decides. The order is strictness: deny > hold > review > allow.
public enum Verdict: String, Hashable, Sendable, CaseIterable, Comparable, Codable {
    case allow
    /// Allow, and queue for a look afterwards.
    case review
    /// Pause until other people consent.
    case hold
    case deny

    public static func < (left: Verdict, right: Verdict) -> Bool {
        left.strictness < right.strictness
    }

    private var strictness: Int {
        switch self {
        case .allow: 0
        case .review: 1
        case .hold: 2
        case .deny: 3
        }
    }
}
