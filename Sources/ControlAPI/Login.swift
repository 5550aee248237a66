/// `POST /v1/login`: begins a PAM conversation.
public struct LoginRequest: Codable, Sendable {
    public var user: String
    /// A login token of the same person's: others' failed logins do not count then.
    public var token: String?

    public init(user: String, token: String? = nil) {
        self.user = user
        self.token = token
    }
}

/// What the PAM stack says or asks, in its order.
public struct LoginMessage: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable {
        /// A question whose answer is not shown.
        case hidden
        case shown, info, error
    }

    public var kind: Kind
    public var text: String

    public init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }
}

/// The answer to `POST /v1/login` and `POST /v1/login/{conversation}`: more messages, or the end.
public struct LoginStep: Codable, Sendable {
    public var conversation: String?
    public var messages: [LoginMessage]
    public var result: LoginResult?

    public init(conversation: String?, messages: [LoginMessage], result: LoginResult?) {
        self.conversation = conversation
        self.messages = messages
        self.result = result
    }
}

/// `POST /v1/login/{conversation}`: one answer for each question, and the key to enrol when the conversation is whole.
public struct LoginAnswers: Codable, Sendable {
    public var answers: [String]
    public var key: KeyOffer?

    public init(answers: [String], key: KeyOffer? = nil) {
        self.answers = answers
        self.key = key
    }
}

/// An SSH public key for consents, and how its private half is kept.
public struct KeyOffer: Codable, Sendable, Hashable {
    public enum Protection: String, Codable, Sendable {
        case passphrase, agent, hardware, none
    }

    /// One line of an OpenSSH `.pub` file.
    public var publicKey: String
    public var protection: Protection

    public init(publicKey: String, protection: Protection) {
        self.publicKey = publicKey
        self.protection = protection
    }
}

/// A person's login: a short-lived token, shown once.
public struct LoginResult: Codable, Sendable {
    public var principal: String
    public var groups: [String]
    public var token: String
    public var tokenID: String
    /// Milliseconds since 1970.
    public var expires: Int64
    /// The fingerprints of the person's consent keys.
    public var keys: [String]
    /// The vkey of the ledger, to pin.
    public var ledgerKey: String

    public init(
        principal: String, groups: [String], token: String, tokenID: String, expires: Int64,
        keys: [String], ledgerKey: String
    ) {
        self.principal = principal
        self.groups = groups
        self.token = token
        self.tokenID = tokenID
        self.expires = expires
        self.keys = keys
        self.ledgerKey = ledgerKey
    }
}
