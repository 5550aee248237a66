import Vocabulary

/// The fields of a consent statement before they are sealed: this action, once, in this session, for this
/// requester, on this target, until this time.
public struct StatementContents: Hashable, Sendable {
    public var target: TargetName
    public var session: SessionID
    /// For a retry hold, kind and id of the credential whose next same request it is about: then it is about no
    /// session.
    public var retryCredential: String?
    public var requester: PrincipalName
    /// The accountable person: an agent's owner, or the requester itself.
    public var owner: PrincipalName
    public var issuers: Set<PrincipalName>
    public var action: Action
    public var policyVersion: String
    public var expires: WallTime
    /// 32 unpredictable bytes, so that no two holds have the same digest.
    public var nonce: [UInt8]

    public init(
        target: TargetName, session: SessionID, requester: PrincipalName, owner: PrincipalName,
        issuers: Set<PrincipalName>, action: Action, policyVersion: String, expires: WallTime,
        nonce: [UInt8], retryCredential: String? = nil
    ) {
        self.target = target
        self.session = session
        self.requester = requester
        self.owner = owner
        self.issuers = issuers
        self.action = action
        self.policyVersion = policyVersion
        self.expires = expires
        self.nonce = nonce
        self.retryCredential = retryCredential
    }

    /// Names and bytes, in the order in which they are hashed.
    var encoded: [(StatementFieldName, [UInt8])] {
        let before: [(StatementFieldName, [UInt8])] = [
            (.target, Array(target.text.utf8)),
            (.session, Array((retryCredential.map { "retry \($0)" } ?? session.rawValue).utf8)),
            (.requester, Array(requester.text.utf8)),
            (.owner, Array(owner.text.utf8)),
            (.issuers, LengthPrefixed.list(issuers.sorted().map(\.text))),
            (.kind, Array(action.kind.rawValue.utf8)),
            (.statement, action.statement),
        ]
        let values = action.values.enumerated().map { place, value in
            (StatementFieldName.value(place + 1), value.encoded)
        }
        let after: [(StatementFieldName, [UInt8])] = [
            (.effects, encodedEffects(action.effects)),
            (.inTransaction, Array((action.inTransaction ? "true" : "false").utf8)),
            (.leavesOpen, LengthPrefixed.list(action.leavesOpen)),
            (.action, action.digest.bytes),
            (.policy, Array(policyVersion.utf8)),
            (.expires, Array(String(expires.milliseconds).utf8)),
            (.nonce, nonce),
        ]
        return before + values + after
    }
}

extension BoundValue {
    /// Its format, its type's OID, then 0 for NULL or 1 and the bytes behind their length.
    var encoded: [UInt8] {
        var encoding = LengthPrefixed()
        encoding.append(format.rawValue)
        encoding.append(number: type)
        encoding.append(number: bytes == nil ? 0 : 1)
        if let bytes { encoding.append(bytes) }
        return encoding.bytes
    }

    /// Reads what `encoded` wrote; `nil` for anything else.
    init?(encoded: [UInt8]) {
        var reader = LengthPrefixedReader(encoded)
        guard let format = reader.text().flatMap(Format.init(rawValue:)),
            let type = reader.number(),
            let isPresent = reader.number(), isPresent <= 1
        else { return nil }
        let bytes = isPresent == 1 ? reader.piece() : nil
        guard (bytes != nil) == (isPresent == 1), reader.isAtEnd else { return nil }
        self.init(bytes: bytes, format: format, type: type)
    }
}
