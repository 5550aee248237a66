import Vocabulary

/// Why a person's decision on a hold does not count. Who asked is authenticated, so the reason is said.
public enum ConsentRefusal: Error, Hashable, Sendable {
    case notAPerson
    case requester
    case owner
    case issuer
    /// The approver's own credential was issued by someone who is involved.
    case credentialOfInvolved
    /// The approver's token or account is no longer good.
    case credentialEnded
    case notInGroup([String])
    /// The last whole PAM conversation is too old.
    case notFresh
    case keyNotLive
    case keyUnprotected
    case document(String)
    case otherHold
    case otherDecision
    case otherDigest
    case otherLedger
    case signature(String)
    case notPending(HoldState)
    case tooLate
    case tooMany

    /// The ledger's word for it.
    public var code: String {
        switch self {
        case .notAPerson: "not-a-person"
        case .requester: "requester"
        case .owner: "owner"
        case .issuer: "issuer"
        case .credentialOfInvolved: "credential-of-involved"
        case .credentialEnded: "credential-ended"
        case .notInGroup: "not-in-group"
        case .notFresh: "not-fresh"
        case .keyNotLive: "key-not-live"
        case .keyUnprotected: "key-unprotected"
        case .document: "document"
        case .otherHold: "other-hold"
        case .otherDecision: "other-decision"
        case .otherDigest: "other-digest"
        case .otherLedger: "other-ledger"
        case .signature: "signature"
        case .notPending: "not-pending"
        case .tooLate: "too-late"
        case .tooMany: "too-many"
        }
    }
}

extension ConsentRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAPerson: "only a person can consent: this credential is an agent's"
        case .requester:
            "you asked for it yourself: another person must decide, you may withdraw it"
        case .owner: "you own the agent that asks: another person must decide, you may withdraw it"
        case .issuer: "you had a hand in the credential that asks: another person must decide"
        case .credentialOfInvolved:
            "your credential was issued by someone who is involved: use `sallyport login`"
        case .credentialEnded: "your credential is no longer good: use `sallyport login`"
        case .notInGroup(let groups):
            "only people of \(groups.map { "group \($0)" }.joined(separator: ", ")) may decide this"
        case .notFresh: "your last whole login is too old: use `sallyport login` and try again"
        case .keyNotLive: "the key that signed is not one that you have enrolled, or is revoked"
        case .keyUnprotected:
            "the key has no protection: enrol one with a passphrase, in an agent or on a token"
        case .document(let reason): "the signed document is not one: \(reason)"
        case .otherHold: "the signed document is about another hold"
        case .otherDecision: "the signed document says something else than what is asked"
        case .otherDigest: "what was signed is not what is held: fetch the hold again and look"
        case .otherLedger:
            "the checkpoint that you saw is not of this ledger: stop, and show it to the auditors"
        case .signature(let reason): reason
        case .notPending(let state): "the hold is \(state.rawValue): it waits for nobody"
        case .tooLate: "the hold's time is over"
        case .tooMany: "too many people have decided on this hold already"
        }
    }
}
