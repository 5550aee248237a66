import Vocabulary

/// A login that was refused. What the client is told is the same for every wrong name, password and account;
/// the true reason is for the ledger alone.
public struct LoginRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Hashable, Sendable {
        /// Wrong, unknown, expired: not told which.
        case refused
        /// Too many failures of this principal or address lately.
        case tooMany = "too-many"
        /// Too many logins at once, or the machinery failed: not the client's fault.
        case unavailable
        /// This login cannot be a single password.
        case needsConversation = "needs-conversation"
        /// No such conversation: finished, expired, never started.
        case noConversation = "no-conversation"
    }

    public let kind: Kind
    /// The name that was claimed, made harmless and capped.
    public let claimed: String
    public let address: String
    /// For the ledger and the log, never for the client.
    public let reason: String

    init(_ kind: Kind, claimed: String, address: String, reason: String) {
        self.kind = kind
        // A token in the place of the name is a secret.
        let token = claimed.firstRange(of: TokenText.prefix)
        self.claimed = shown(token.map { claimed[..<$0.upperBound] + "***" } ?? claimed)
        self.address = shown(address)
        self.reason = reason
    }

    /// For the ledger.
    public var event: IdentityEvent { .loginRefused(self) }

    /// What the client may read.
    public var description: String {
        switch kind {
        case .refused: "authentication failed"
        case .tooMany: "too many failed logins: wait a few minutes"
        case .unavailable: "the login service is not available: try again, or ask the administrator"
        case .needsConversation: "this login asks for more than a password: use `sallyport login`"
        case .noConversation: "no such login: it has ended, start anew"
        }
    }

    /// What a client that can give a single password may try instead.
    public var hint: String? {
        switch kind {
        case .refused, .needsConversation:
            "give a token, or a password where that is all the login asks for; else use `sallyport login`"
        case .tooMany, .unavailable, .noConversation: nil
        }
    }

    /// What a client that has shown a certificate may try instead.
    public var certificateHint: String? {
        kind == .refused
            ? "a certificate counts as long as its token, for its own name: run `sallyport env` again"
            : nil
    }

    var body: JSONValue {
        [
            "claimed": .text(claimed), "address": .text(address), "kind": .text(kind.rawValue),
            "reason": .text(reason),
        ]
    }
}
