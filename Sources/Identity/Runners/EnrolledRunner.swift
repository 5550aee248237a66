import Cryptography
import Store
import Vocabulary

/// A runner on another host, as it was enrolled.
public struct EnrolledRunner: Hashable, Sendable {
    public let name: RunnerName
    public let enrolled: WallTime
    /// Who let it in.
    public let enrolledBy: PrincipalName
    /// When a connection of its was last begun or ended; `nil` before the first.
    public let seen: WallTime?
    public let revoked: WallTime?
    public let revokedBy: PrincipalName?
}

/// What an enrolment token lets a host ask for, once.
public struct RunnerEnrolment: Hashable, Sendable {
    public let id: TokenID
    public let runner: RunnerName
    public let issuer: PrincipalName
    public let issued: WallTime
    public let expires: WallTime

    var body: JSONValue {
        [
            "enrolment": .text(id.rawValue), "runner": .text(runner.text),
            "by": .text(issuer.text), "expires": .integer(expires.milliseconds),
        ]
    }
}

/// An enrolment token at the only moment at which its secret is known.
public struct IssuedEnrolment: Sendable {
    /// `spe_<id>_<secret>`: shown once, never logged, never stored.
    public let text: String
    public let enrolment: RunnerEnrolment
}

/// A certificate that a runner was given.
public struct RunnerCertificate: Hashable, Sendable {
    public let runner: RunnerName
    /// SHA-256 over the whole certificate (DER).
    public let fingerprint: Digest
    public let expires: WallTime

    public init(runner: RunnerName, fingerprint: Digest, expires: WallTime) {
        self.runner = runner
        self.fingerprint = fingerprint
        self.expires = expires
    }

    var body: JSONValue {
        [
            "runner": .text(runner.text), "certificate": .text(fingerprint.hex),
            "expires": .integer(expires.milliseconds),
        ]
    }
}

extension EnrolledRunner {
    static let columns = "name, enrolled_at, enrolled_by, seen_at, revoked_at, revoked_by"

    init(row: Row) throws {
        guard let name = RunnerName(try row.text("name")) else { throw StoreError.column("name") }
        self.name = name
        enrolled = WallTime(milliseconds: try row.integer("enrolled_at"))
        enrolledBy = try row.principal("enrolled_by")
        seen = row.optionalInteger("seen_at").map(WallTime.init(milliseconds:))
        revoked = row.optionalInteger("revoked_at").map(WallTime.init(milliseconds:))
        revokedBy = row.optionalText("revoked_by").flatMap { PrincipalName($0) }
    }
}
