/// Why TLS could not be set up, or could not go on, on one line: who is to blame, what broke, what to do.
public struct TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Whose mistake it is.
    public enum Blame: Sendable {
        /// The peer's: its bytes, its certificate, its silence.
        case theirs
        /// Ours: configuration, or a call at the wrong time.
        case ours
    }

    public enum Kind: Sendable {
        /// A certificate, key or CA file cannot be used.
        case configuration
        /// The handshake failed for another reason than the ones below.
        case handshake
        /// The peer's certificate was not accepted by us.
        case certificate
        /// The peer ended the session with an alert.
        case alert
        /// The handshake took too long.
        case deadline
        /// The transport ended without close_notify: bytes may have been cut off (RFC 8446 section 6.1).
        case truncated
        /// A record could not be read after the handshake.
        case record
        /// A call that this connection's state does not allow.
        case state
    }

    public let blame: Blame
    public let kind: Kind
    /// Lower case, one line, no full stop; says what to do where something can be done.
    public let reason: String

    public init(_ blame: Blame, _ kind: Kind, _ reason: String) {
        self.blame = blame
        self.kind = kind
        self.reason = reason
    }

    public var description: String { reason }
}
