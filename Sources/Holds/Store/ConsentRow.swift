import Store
import Vocabulary

/// One person's decision on one round of a hold, as the store has it.
struct ConsentRow: Hashable, Sendable {
    let hold: HoldID
    let round: Int
    let person: PrincipalName
    let decision: ConsentDocument.Decision
    let reason: String
    let key: KeyID
    /// The index of its entry in the ledger.
    let entry: UInt64
    let at: WallTime
}

extension ConsentRow {
    static let columns = "hold, round, person, decision, reason, key, entry, at"

    init(row: Row) throws {
        hold = HoldID(rawValue: try row.text("hold"))
        round = Int(try row.integer("round"))
        person = try row.principal("person")
        guard let decision = ConsentDocument.Decision(rawValue: try row.text("decision")) else {
            throw StoreError.column("decision")
        }
        self.decision = decision
        reason = try row.text("reason")
        key = KeyID(rawValue: try row.text("key"))
        entry = UInt64(clamping: try row.integer("entry"))
        at = WallTime(milliseconds: try row.integer("at"))
    }

    var values: [Value] {
        [
            .text(hold.rawValue), .integer(Int64(round)), .text(person.text),
            .text(decision.rawValue),
            .text(reason), .text(key.rawValue), .integer(Int64(clamping: entry)),
            .integer(at.milliseconds),
        ]
    }
}
