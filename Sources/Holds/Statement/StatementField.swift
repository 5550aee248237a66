import Cryptography
import Vocabulary

/// The names of a consent statement's fields, in their order.
public enum StatementFieldName: Hashable, Sendable {
    case target, session, requester, owner, issuers, kind, statement
    /// A bound value, counted from 1.
    case value(Int)
    case effects
    case inTransaction
    case leavesOpen
    case action
    case policy
    case expires
    case nonce

    /// As it is hashed and shown.
    public var text: String {
        switch self {
        case .target: "target"
        case .session: "session"
        case .requester: "requester"
        case .owner: "owner"
        case .issuers: "issuers"
        case .kind: "kind"
        case .statement: "statement"
        case .value(let place): "value.\(place)"
        case .effects: "effects"
        case .inTransaction: "in_transaction"
        case .leavesOpen: "leaves_open"
        case .action: "action"
        case .policy: "policy"
        case .expires: "expires"
        case .nonce: "nonce"
        }
    }
}

/// One field with the salt that keeps its commitment from being guessed.
public struct StatementField: Hashable, Sendable {
    public let name: String
    /// 32 random bytes of its own.
    public let salt: [UInt8]
    public let bytes: [UInt8]

    /// SHA-256 over domain, name, salt and bytes, each behind its length.
    public var commitment: Digest {
        var encoding = LengthPrefixed()
        encoding.append(ConsentStatement.fieldDomain)
        encoding.append(name)
        encoding.append(salt)
        encoding.append(bytes)
        return SHA256.hash(encoding.bytes)
    }
}
