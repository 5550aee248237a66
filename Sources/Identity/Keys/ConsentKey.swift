import Cryptography
import Store
import Vocabulary

/// A person's enrolled SSH public key, whose signatures are consents.
public struct ConsentKey: Hashable, Sendable {
    /// Its OpenSSH fingerprint, `SHA256:...`.
    public let id: KeyID
    public let person: PrincipalName
    public let key: SSHPublicKey
    /// The CLI's claim: behind a passphrase, in an agent, or on a FIDO2 token.
    public let isProtected: Bool
    public let enrolled: WallTime
    public let revoked: WallTime?
    public let revokedBy: PrincipalName?

    /// One line of OpenSSH's `allowed_signers`, good for consents only, and until it was revoked.
    public var allowedSignersLine: String {
        // A second begun is the key's: what it signed in that second stands.
        let end = revoked.map {
            ",valid-before=\"\(SignatureTime($0.advanced(byMilliseconds: 999)))\""
        }
        return "\(person) namespaces=\"\(SSHSignature.consentNamespace)\"\(end ?? "") "
            + "\(key.algorithm.rawValue) \(Base64.encode(key.blob))"
    }

    var body: JSONValue {
        [
            "key": .text(id.rawValue), "principal": .text(person.text),
            "algorithm": .text(key.algorithm.rawValue), "comment": .text(key.comment),
            "protected": .bool(isProtected), "enrolled": .integer(enrolled.milliseconds),
            "allowed_signers": .text(allowedSignersLine),
        ]
    }
}

extension ConsentKey {
    static let columns =
        "fingerprint, person, algorithm, blob, comment, protected, enrolled_at, revoked_at, revoked_by"

    init(row: Row) throws {
        let blob = Base64.decode(try row.text("blob")) ?? []
        guard let key = try? SSHPublicKey(blob: blob, comment: try row.text("comment")) else {
            throw StoreError.column("blob")
        }
        let fingerprint = try row.text("fingerprint")
        // The store is not believed about which key an id stands for.
        guard key.fingerprint.rawValue == fingerprint else {
            throw StoreError.column("fingerprint")
        }
        self.key = key
        id = key.fingerprint
        person = try row.principal("person")
        isProtected = try row.integer("protected") == 1
        enrolled = WallTime(milliseconds: try row.integer("enrolled_at"))
        revoked = row.optionalInteger("revoked_at").map(WallTime.init(milliseconds:))
        revokedBy = row.optionalText("revoked_by").flatMap { PrincipalName($0) }
    }

    /// In the order of `columns`.
    var values: [Value] {
        [
            .text(id.rawValue), .text(person.text), .text(key.algorithm.rawValue),
            .text(Base64.encode(key.blob)), .text(key.comment), .integer(isProtected ? 1 : 0),
            .integer(enrolled.milliseconds), .null, .null,
        ]
    }
}
