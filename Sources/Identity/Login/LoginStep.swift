/// A login under way, unguessable: `cnv_` and 26 characters.
public struct ConversationID: Hashable, Sendable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// What comes next in a login.
public enum LoginStep: ~Copyable, Sendable {
    /// Show these, and answer the questions among them (none: answer with an empty list to go on).
    case asks(ConversationID, [PAMMessage])
    /// The person is authenticated.
    case finished(WholeConversation)
}
