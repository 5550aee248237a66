/// One row of `GET /v1/runners`.
public struct RunnerItem: Codable, Sendable, Hashable {
    public var name: String
    /// `connected`, `away` or `revoked`.
    public var state: String
    /// Milliseconds since 1970, like every time in this API.
    public var enrolled: Int64
    public var enrolledBy: String
    /// When it last connected; `nil` before the first time.
    public var seen: Int64?
    public var revoked: Int64?
    public var revokedBy: String?

    public init(
        name: String, state: String, enrolled: Int64, enrolledBy: String, seen: Int64?,
        revoked: Int64?, revokedBy: String?
    ) {
        self.name = name
        self.state = state
        self.enrolled = enrolled
        self.enrolledBy = enrolledBy
        self.seen = seen
        self.revoked = revoked
        self.revokedBy = revokedBy
    }
}

/// `POST /v1/runners`.
public struct RunnerRequest: Codable, Sendable {
    public var name: String
    public var ttlMilliseconds: Int64

    public init(name: String, ttlMilliseconds: Int64) {
        self.name = name
        self.ttlMilliseconds = ttlMilliseconds
    }
}

/// The answer to it: the only time that the enrolment token is shown.
public struct RunnerInvited: Codable, Sendable {
    public var name: String
    public var key: String
    public var expires: Int64

    public init(name: String, key: String, expires: Int64) {
        self.name = name
        self.key = key
        self.expires = expires
    }
}

/// `POST /v1/runners/enrolment`: what a host shows to become a runner.
public struct EnrolmentRequest: Codable, Sendable {
    public var token: String
    public var name: String
    /// For a certificate, PEM (PKCS #10), signed by its key, which is on P-256.
    public var request: String

    public init(token: String, name: String, request: String) {
        self.token = token
        self.name = name
        self.request = request
    }
}

/// The answer to it.
public struct EnrolmentAnswer: Codable, Sendable {
    /// PEM.
    public var certificate: String
    public var expires: Int64

    public init(certificate: String, expires: Int64) {
        self.certificate = certificate
        self.expires = expires
    }
}
