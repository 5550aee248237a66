/// A database, engine or shell behind the gateway, as policies see it.
public struct Target: Hashable, Sendable {
    public let name: TargetName
    /// `postgres`, later `docker`, `shell`.
    public let kind: String
    public let labels: [String: String]

    public init(name: TargetName, kind: String, labels: [String: String]) {
        self.name = name
        self.kind = kind
        self.labels = labels
    }
}
