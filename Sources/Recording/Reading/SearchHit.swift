import Vocabulary

/// What a search found, newest first; in one session, in its order.
public struct SearchResult: Hashable, Sendable {
    public var hits: [SearchHit]
    /// Not all was looked at: there may be more.
    public var isPart: Bool
    /// Where the next part of a search in one session begins: behind this event.
    public var next: UInt64?

    public init(hits: [SearchHit], isPart: Bool, next: UInt64? = nil) {
        self.hits = hits
        self.isPart = isPart
        self.next = next
    }
}

/// A statement's text that a search found, once for each session that it is in; or a line of output.
public struct SearchHit: Hashable, Sendable {
    public var session: SessionID
    public var principal: PrincipalName
    public var target: TargetName
    /// When the session first ran or was refused it; when the line was whole.
    public var at: WallTime
    /// The same from the session's opening on.
    public var milliseconds: Int64
    /// The place among the session's events.
    public var sequence: UInt64
    public var isOutput: Bool
    /// The text, masked as it was recorded, cut to `Limits.indexedTextBytesMax`; the line, without control sequences.
    public var text: String
}
