import Vocabulary

/// One person's decision as it is shown.
public struct ConsentView: Hashable, Sendable, Codable {
    public let person: PrincipalName
    public let decision: ConsentDocument.Decision
    public let reason: String
    /// The fingerprint of the key that signed.
    public let key: KeyID
    public let at: WallTime
    public let round: Int
    /// The index of the ledger's entry with document and signature.
    public let entry: UInt64
    /// False when the hold went back to pending after it.
    public let isCurrent: Bool

    init(_ row: ConsentRow, currentRound: Int) {
        person = row.person
        decision = row.decision
        reason = row.reason
        key = row.key
        at = row.at
        round = row.round
        entry = row.entry
        isCurrent = row.round == currentRound
    }
}
