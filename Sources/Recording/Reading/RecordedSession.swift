import Vocabulary

/// One line of the list of recordings.
public struct RecordedSession: Hashable, Sendable {
    public var session: SessionID
    public var principal: PrincipalName
    public var owner: PrincipalName?
    public var target: TargetName
    public var credential: String
    public var address: String
    public var application: String
    public var opened: WallTime
    /// `nil` while the session goes on.
    public var closed: WallTime?
    /// Why it ended; `interrupted` when the gateway was killed.
    public var reason: String?
    public var actions: Int64
    /// Distinct holds.
    public var holds: Int64
    /// Commands that did not leave; `nil` of a session that ended before they were counted.
    public var refused: Int64?
    /// Bytes that its programs wrote; 0 for sessions of statements.
    public var output: Int64
    /// Its file's length, and the root of the hash chain there.
    public var bytes: Int64
    public var root: Digest
}
