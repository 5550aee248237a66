/// One message of a PAM conversation, as a module wrote it: whoever shows it makes control characters
/// visible first.
public struct PAMMessage: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A question whose answer must not be seen (`PAM_PROMPT_ECHO_OFF`).
        case hidden
        /// A question whose answer may be seen (`PAM_PROMPT_ECHO_ON`).
        case shown
        case info, error

        public var wantsAnswer: Bool { self == .hidden || self == .shown }
    }

    public let kind: Kind
    /// At most `Limits.messageBytesMax` bytes.
    public let text: String

    public init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }
}
