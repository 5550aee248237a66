import Cryptography
import Vocabulary

/// What a consent is about, sealed: every field behind a commitment with a salt of its own, and one digest
/// over all of them (`docs/consent-statement.md`). With the salts it is the original, and belongs in the
/// session's recording.
public struct ConsentStatement: Hashable, Sendable {
    static let fieldDomain = "sallyport/consent/v1/field"
    static let statementDomain = "sallyport/consent/v1/statement"

    public let fields: [StatementField]

    /// - Parameter entropy: gives so many unpredictable bytes; the salts come from it, in the fields' order.
    public init(_ contents: StatementContents, entropy: (Int) -> [UInt8]) {
        fields = contents.encoded.map { name, bytes in
            StatementField(name: name.text, salt: entropy(Limits.saltBytes), bytes: bytes)
        }
    }

    /// What is signed stands for this.
    public var digest: Digest {
        statementDigest(fields.map { (name: $0.name, commitment: $0.commitment) })
    }

    /// What may be shown: every field but those named in `withheld`, of which only the commitment is.
    public func shown(withholding withheld: Set<String> = []) -> ShownStatement {
        ShownStatement(
            fields: fields.map { field in
                withheld.contains(field.name)
                    ? .withheld(name: field.name, commitment: field.commitment) : .shown(field)
            })
    }

    /// The salts, for the sealed original in the recording: pieces of name and salt, each behind its length.
    public var salts: [UInt8] {
        var encoding = LengthPrefixed()
        for field in fields {
            encoding.append(field.name)
            encoding.append(field.salt)
        }
        return encoding.bytes
    }
}

/// SHA-256 over the domain, the number of fields, and each field's name and commitment in order.
func statementDigest(_ fields: [(name: String, commitment: Digest)]) -> Digest {
    var encoding = LengthPrefixed()
    encoding.append(ConsentStatement.statementDomain)
    encoding.append(number: UInt32(clamping: fields.count))
    for field in fields {
        encoding.append(field.name)
        encoding.append(field.commitment.bytes)
    }
    return SHA256.hash(encoding.bytes)
}
