import Vocabulary

/// Which recordings a list or a search shows. What is `nil` restricts nothing.
public struct SessionFilter: Hashable, Sendable {
    public var principal: PrincipalName?
    public var owner: PrincipalName?
    public var target: TargetName?
    /// On one of these; `nil` is any.
    public var targets: Set<TargetName>?
    /// Opened at or after.
    public var from: WallTime?
    /// Opened before.
    public var before: WallTime?
    /// True: only sessions that go on; false: only ended ones.
    public var isOpen: Bool?
    /// Only those with a hold.
    public var isHeld = false
    /// Only those of which it is known that something was refused.
    public var isRefused = false
    /// At most so many, newest first; cut to `Limits.listedMax`.
    public var limit: Int

    public init(
        principal: PrincipalName? = nil, owner: PrincipalName? = nil, target: TargetName? = nil,
        targets: Set<TargetName>? = nil,
        from: WallTime? = nil, before: WallTime? = nil, isOpen: Bool? = nil, limit: Int = 100
    ) {
        self.principal = principal
        self.owner = owner
        self.target = target
        self.targets = targets
        self.from = from
        self.before = before
        self.isOpen = isOpen
        self.limit = limit
    }
}
