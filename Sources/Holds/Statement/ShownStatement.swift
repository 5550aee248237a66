import Cryptography
import Vocabulary

/// A statement as it is shown: fields with their salts, and commitments where something is withheld. Whoever
/// displays it computes the digest from exactly these fields, and signs only that.
public struct ShownStatement: Hashable, Sendable {
    public enum Field: Hashable, Sendable {
        case shown(StatementField)
        case withheld(name: String, commitment: Digest)

        public var name: String {
            switch self {
            case .shown(let field): field.name
            case .withheld(let name, _): name
            }
        }

        public var commitment: Digest {
            switch self {
            case .shown(let field): field.commitment
            case .withheld(_, let commitment): commitment
            }
        }
    }

    public let fields: [Field]

    public init(fields: [Field]) { self.fields = fields }

    /// Computed anew from what is shown; never taken from whom it came from.
    public var digest: Digest {
        statementDigest(fields.map { (name: $0.name, commitment: $0.commitment) })
    }

    /// Names of the fields whose bytes are not here.
    public var withheld: [String] {
        fields.compactMap { if case .withheld(let name, _) = $0 { name } else { nil } }
    }

    /// Name and commitment of each field: all that the ledger holds of it.
    public var commitments: JSONValue {
        .array(
            fields.map { ["name": .text($0.name), "commitment": .text($0.commitment.hex)] })
    }

    /// A field's bytes; `nil` when it is withheld or not there.
    public func bytes(_ name: StatementFieldName) -> [UInt8]? {
        for case .shown(let field) in fields where field.name == name.text { return field.bytes }
        return nil
    }

    public func text(_ name: StatementFieldName) -> String? {
        bytes(name).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The bound values in order; `nil` for one that is withheld or malformed.
    public var values: [BoundValue?] {
        fields.filter { $0.name.hasPrefix("value.") }.map { field in
            if case .shown(let shown) = field { BoundValue(encoded: shown.bytes) } else { nil }
        }
    }

    public var leavesOpen: [String]? { bytes(.leavesOpen).flatMap(LengthPrefixedReader.list) }
    public var issuers: [String]? { bytes(.issuers).flatMap(LengthPrefixedReader.list) }
    public var effects: JSONValue? { bytes(.effects).flatMap { try? JSONValue(parsing: $0) } }
}

extension ShownStatement.Field: Codable {
    private enum Key: String, CodingKey { case name, salt, bytes, commitment }

    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: Key.self)
        let name = try box.decode(String.self, forKey: .name)
        if let hex = try box.decodeIfPresent(String.self, forKey: .commitment) {
            guard let digest = hexBytes(hex).flatMap({ Digest($0) }), !box.contains(.bytes),
                !box.contains(.salt)
            else { throw malformed(decoder) }
            self = .withheld(name: name, commitment: digest)
            return
        }
        guard let salt = hexBytes(try box.decode(String.self, forKey: .salt)),
            salt.count == Limits.saltBytes,
            let bytes = Base64.decode(try box.decode(String.self, forKey: .bytes))
        else { throw malformed(decoder) }
        self = .shown(StatementField(name: name, salt: salt, bytes: bytes))
    }

    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: Key.self)
        try box.encode(name, forKey: .name)
        switch self {
        case .shown(let field):
            try box.encode(hexText(field.salt), forKey: .salt)
            try box.encode(Base64.encode(field.bytes), forKey: .bytes)
        case .withheld(_, let commitment):
            try box.encode(commitment.hex, forKey: .commitment)
        }
    }
}

private func malformed(_ decoder: any Decoder) -> DecodingError {
    .dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a field of a statement"))
}

extension ShownStatement: Codable {
    public init(from decoder: any Decoder) throws {
        fields = try decoder.singleValueContainer().decode([Field].self)
    }

    public func encode(to encoder: any Encoder) throws {
        var box = encoder.singleValueContainer()
        try box.encode(fields)
    }
}
