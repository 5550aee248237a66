import Vocabulary

/// What a search found, newest first.
public struct SearchResult: Hashable, Sendable {
    public var hits: [SearchHit]
    /// Older statements were not looked at: there may be more.
    public var isPart: Bool

    public init(hits: [SearchHit], isPart: Bool) {
        self.hits = hits
        self.isPart = isPart
    }
}

/// A statement's text that a search found, once for each session that it is in.
public struct SearchHit: Hashable, Sendable {
    public var session: SessionID
    public var principal: PrincipalName
    public var target: TargetName
    /// When the session first ran or was refused it.
    public var at: WallTime
    /// The text's place among the session's events.
    public var sequence: UInt64
    /// The text, masked as it was recorded, cut to `Limits.indexedTextBytesMax`.
    public var text: String
}
