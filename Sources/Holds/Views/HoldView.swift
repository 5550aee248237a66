import Vocabulary

/// Everything of a hold, as CLI and API show it. The keys are stable.
public struct HoldView: Hashable, Sendable, Codable {
    public let id: HoldID
    public let state: HoldState
    public let kind: HoldKind
    public let round: Int
    public let requester: PrincipalName
    public let requesterIsPerson: Bool
    public let owner: PrincipalName
    public let issuers: [PrincipalName]
    public let target: TargetName
    /// That asked first; a retry hold is not bound to it.
    public let session: SessionID
    /// What is consented to: display these fields, and compute the digest from them.
    public let statement: ShownStatement
    /// The text with its secrets masked; then the field `statement` is withheld.
    public let maskedStatement: String?
    /// Hex; to compare with, never to sign without computing it.
    public let digest: String
    public let inTransaction: Bool
    /// What the text leaves open: functions that run, sub-selects, temporary objects.
    public let leavesOpen: [String]
    public let policyVersion: String
    /// `policy/rule` of each rule that matched.
    public let rules: [String]
    /// Those of them that hold it; `nil` of a hold that an older version opened.
    public let holdRules: [String]?
    public let risk: String?
    public let requirements: [NeededConsents]
    /// What is still missing while it is pending.
    public let missing: [NeededConsents]
    public let consents: [ConsentView]
    public let opened: WallTime
    public let expires: WallTime
    public let approved: WallTime?
    public let released: WallTime?
    public let ended: WallTime?
    public let endedBy: PrincipalName?
    public let why: String?

    init(_ row: HoldRow, consents: [ConsentRow], missing: [NeededConsents]) {
        id = row.id
        state = row.state
        kind = row.kind
        round = row.round
        requester = row.requester
        requesterIsPerson = row.isPerson
        owner = row.owner
        issuers = row.issuers.sorted()
        target = row.target
        session = row.session
        statement = row.terms.statement
        maskedStatement = row.masked
        digest = row.terms.digest.hex
        inTransaction = row.terms.statement.text(.inTransaction) == "true"
        leavesOpen = row.terms.statement.leavesOpen ?? []
        policyVersion = row.terms.policy
        rules = row.terms.rules
        holdRules = row.terms.holdRules
        risk = row.terms.risk
        requirements = row.terms.requirements.map(NeededConsents.init)
        self.missing = row.state == .pending ? missing : []
        self.consents = consents.map { ConsentView($0, currentRound: row.round) }
        opened = row.opened
        expires = row.terms.expires
        approved = row.approved
        released = row.released
        ended = row.ended
        endedBy = row.endedBy
        why = row.why
    }
}
