import Policy

/// A requirement as it is stored and shown.
public struct NeededConsents: Hashable, Sendable, Codable, CustomStringConvertible {
    /// A group's name without the `group:` prefix.
    public let group: String
    public let count: Int

    init(_ requirement: ConsentRequirement) {
        group = requirement.group
        count = requirement.count
    }

    var requirement: ConsentRequirement { ConsentRequirement(group: group, count: count) }

    public var description: String { "needs \(count) of group \(group)" }
}
