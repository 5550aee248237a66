import Policy

/// That people have to watch a session, and who of them is missing.
public struct Moderation: Sendable, Hashable {
    public let needs: [ConsentRequirement]
    /// Empty while everyone who is needed is there.
    public let missing: [ConsentRequirement]

    /// What the session waits for, as people read it; `nil` while it goes on.
    public var waiting: String? {
        if missing.isEmpty { return nil }
        let people = missing.map { "\($0.count) of group `\($0.group)`" }
        return "moderators: " + people.joined(separator: ", ")
    }
}
