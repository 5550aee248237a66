import Foundation
import Policy
import Store
import Vocabulary

/// A hold as the store has it. The ids that forbid consents are these, and no others.
struct HoldRow: Hashable, Sendable {
    let id: HoldID
    let gateway: String
    let instance: String
    let session: SessionID
    let requester: PrincipalName
    let isPerson: Bool
    let owner: PrincipalName
    /// Kind and id of the credential that the session was opened with.
    let credential: String
    let issuers: Set<PrincipalName>
    let target: TargetName
    let action: Digest
    let masked: String?
    let opened: WallTime
    let kind: HoldKind
    /// The last round whose asking the ledger is known to have; noted of retry holds alone.
    var enteredRound = 0
    var terms: HoldTerms
    var round: Int
    var state: HoldState
    var why: String?
    var approved: WallTime?
    var released: WallTime?
    var ended: WallTime?
    var endedBy: PrincipalName?
}

/// What people are asked in one round: it changes when a hold goes back to pending.
struct HoldTerms: Hashable, Sendable {
    let statement: ShownStatement
    let digest: Digest
    let policy: String
    /// `policy/rule` of each rule that matched.
    let rules: [String]
    /// Those of them that hold it; `nil` of a hold that an older version opened.
    let holdRules: [String]?
    let requirements: [ConsentRequirement]
    let risk: String?
    let expires: WallTime
}

extension HoldRow {
    static let columns = """
        id, gateway, instance, session, requester, is_person, owner, credential, issuers, target, action, \
        opened_at, digest, policy, rules, requirements, risk, expires_at, round, state, why, approved_at, \
        released_at, ended_at, ended_by, beginning, bytes, kind, entered_round, hold_rules
        """

    /// A whole row: what is large stands in a table of its own.
    static let selection = """
        SELECT \(columns), statement, masked FROM holds
        JOIN hold_statements ON hold_statements.hold = holds.id
        """

    init(row: Row) throws {
        id = HoldID(rawValue: try row.text("id"))
        gateway = try row.text("gateway")
        instance = try row.text("instance")
        session = SessionID(rawValue: try row.text("session"))
        requester = try row.principal("requester")
        isPerson = try row.integer("is_person") == 1
        owner = try row.principal("owner")
        credential = try row.text("credential")
        issuers = Set(try row.decoded("issuers", as: [PrincipalName].self))
        guard let target = TargetName(try row.text("target")) else {
            throw StoreError.column("target")
        }
        self.target = target
        action = try row.digest("action")
        masked = row.optionalText("masked")
        opened = WallTime(milliseconds: try row.integer("opened_at"))
        guard let kind = HoldKind(rawValue: try row.text("kind")) else {
            throw StoreError.column("kind")
        }
        self.kind = kind
        enteredRound = Int(try row.integer("entered_round"))
        terms = try HoldTerms(row: row)
        round = Int(try row.integer("round"))
        guard let state = HoldState(rawValue: try row.text("state")) else {
            throw StoreError.column("state")
        }
        self.state = state
        why = row.optionalText("why")
        approved = row.time("approved_at")
        released = row.time("released_at")
        ended = row.time("ended_at")
        endedBy = row.optionalText("ended_by").flatMap { PrincipalName($0) }
    }

    /// What it takes in the store, about, in bytes.
    func storedBytes() throws -> Int {
        try encoded(terms.statement).utf8.count + (masked?.utf8.count ?? 0) + 1_024
    }

    /// In the order of `columns`.
    func values() throws -> [Value] {
        [
            .text(id.rawValue), .text(gateway), .text(instance), .text(session.rawValue),
            .text(requester.text), .integer(isPerson ? 1 : 0), .text(owner.text), .text(credential),
            .text(try encoded(issuers.sorted())), .text(target.text), .text(action.hex),
            .integer(opened.milliseconds),
        ] + (try terms.values()) + [
            .integer(Int64(round)), .text(state.rawValue), .text(orNull: why),
            .integer(orNull: approved?.milliseconds), .integer(orNull: released?.milliseconds),
            .integer(orNull: ended?.milliseconds), .text(orNull: endedBy?.text),
            .text(beginning), .integer(Int64(try storedBytes())),
            .text(kind.rawValue), .integer(Int64(enteredRound)),
            .text(orNull: try terms.holdRules.map { try encoded($0) }),
        ]
    }
}

extension HoldTerms {
    init(row: Row) throws {
        statement = try row.decoded("statement", as: ShownStatement.self)
        digest = try row.digest("digest")
        // The store is not believed about what a digest stands for.
        guard statement.digest == digest else { throw StoreError.column("digest") }
        policy = try row.text("policy")
        rules = try row.decoded("rules", as: [String].self)
        holdRules =
            row.optionalText("hold_rules") == nil
            ? nil : try row.decoded("hold_rules", as: [String].self)
        requirements = try row.decoded("requirements", as: [NeededConsents].self).map(\.requirement)
        risk = row.optionalText("risk")
        expires = WallTime(milliseconds: try row.integer("expires_at"))
    }

    func values() throws -> [Value] {
        [
            .text(digest.hex), .text(policy), .text(try encoded(rules)),
            .text(try encoded(requirements.map(NeededConsents.init))), .text(orNull: risk),
            .integer(expires.milliseconds),
        ]
    }
}

func encoded(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
}

extension Row {
    func principal(_ column: String) throws -> PrincipalName {
        guard let name = PrincipalName(try text(column)) else { throw StoreError.column(column) }
        return name
    }

    fileprivate func digest(_ column: String) throws -> Digest {
        guard let digest = hexBytes(try text(column)).flatMap({ Digest($0) }) else {
            throw StoreError.column(column)
        }
        return digest
    }

    func time(_ column: String) -> WallTime? {
        optionalInteger(column).map(WallTime.init(milliseconds:))
    }

    fileprivate func decoded<Value: Decodable>(_ column: String, as type: Value.Type) throws
        -> Value
    {
        do {
            return try JSONDecoder().decode(type, from: Data(try text(column).utf8))
        } catch is DecodingError {
            throw StoreError.column(column)
        }
    }
}
