/// One row of `GET /v1/targets`.
public struct TargetItem: Codable, Sendable, Hashable {
    public var name: String
    public var kind: String
    public var labels: [String: String]
    /// Live sessions on it, all principals together.
    public var sessions: Int

    public init(name: String, kind: String, labels: [String: String], sessions: Int) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.sessions = sessions
    }
}

/// One row of `GET /v1/tokens`. The secret is never in it.
public struct TokenItem: Codable, Sendable, Hashable {
    public var id: String
    public var principal: String
    public var owner: String
    public var issuer: String
    /// `nil` is all targets that the principal may open.
    public var targets: [String]?
    /// Milliseconds since 1970, like every time in this API.
    public var issued: Int64
    public var expires: Int64
    public var revoked: Int64?
    public var revokedBy: String?

    public init(
        id: String, principal: String, owner: String, issuer: String, targets: [String]?,
        issued: Int64, expires: Int64, revoked: Int64?, revokedBy: String?
    ) {
        self.id = id
        self.principal = principal
        self.owner = owner
        self.issuer = issuer
        self.targets = targets
        self.issued = issued
        self.expires = expires
        self.revoked = revoked
        self.revokedBy = revokedBy
    }
}

/// `POST /v1/tokens`.
public struct TokenRequest: Codable, Sendable {
    public var agent: String
    public var targets: [String]?
    public var ttlMilliseconds: Int64

    public init(agent: String, targets: [String]?, ttlMilliseconds: Int64) {
        self.agent = agent
        self.targets = targets
        self.ttlMilliseconds = ttlMilliseconds
    }
}

/// The answer to it: the only time that the token is shown.
public struct TokenIssued: Codable, Sendable {
    public var id: String
    public var key: String
    public var expires: Int64

    public init(id: String, key: String, expires: Int64) {
        self.id = id
        self.key = key
        self.expires = expires
    }
}

/// One row of `GET /v1/keys`.
public struct KeyItem: Codable, Sendable, Hashable {
    /// The OpenSSH fingerprint.
    public var id: String
    public var person: String
    public var algorithm: String
    public var comment: String
    public var protected: Bool
    public var enrolled: Int64
    public var revoked: Int64?
    /// The line to pin for `sallyport ledger verify --keys`.
    public var allowedSigner: String

    public init(
        id: String, person: String, algorithm: String, comment: String, protected: Bool,
        enrolled: Int64, revoked: Int64?, allowedSigner: String
    ) {
        self.id = id
        self.person = person
        self.algorithm = algorithm
        self.comment = comment
        self.protected = protected
        self.enrolled = enrolled
        self.revoked = revoked
        self.allowedSigner = allowedSigner
    }
}

/// `GET /v1/ledger/checkpoint`.
public struct CheckpointAnswer: Codable, Sendable {
    /// A C2SP signed note.
    public var checkpoint: String
    /// The verifier key in the signed-note form.
    public var key: String
    /// With `?from=SIZE`: the consistency proof between that size and this checkpoint, hexadecimal.
    public var consistency: [String]?

    public init(checkpoint: String, key: String, consistency: [String]?) {
        self.checkpoint = checkpoint
        self.key = key
        self.consistency = consistency
    }
}
