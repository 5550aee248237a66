import Store
import Vocabulary

/// The statements that this module runs, inside a transaction of the store.
struct HoldTable {
    let statements: any Statements

    init(_ statements: any Statements) { self.statements = statements }

    func find(_ id: HoldID) throws -> HoldRow? {
        try statements.rows(
            "\(HoldRow.selection) WHERE id = $1", [.text(id.rawValue)]
        ).first.map(HoldRow.init(row:))
    }

    func get(_ id: HoldID) throws -> HoldRow {
        guard let row = try find(id) else { throw HoldError.notFound(id) }
        return row
    }

    func insert(_ row: HoldRow) throws {
        let values = try row.values()
        let places = values.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        try statements.run("INSERT INTO holds (\(HoldRow.columns)) VALUES (\(places))", values)
        try statements.run(
            "INSERT INTO hold_statements (hold, statement, masked) VALUES ($1, $2, $3)",
            [
                .text(row.id.rawValue), .text(try encoded(row.terms.statement)),
                .text(orNull: row.masked),
            ])
        try insertGroups(of: row)
    }

    /// Whom it asks, for lists.
    private func insertGroups(of row: HoldRow) throws {
        for group in Set(row.terms.requirements.map(\.group)) {
            try statements.run(
                "INSERT INTO hold_groups (hold, name) VALUES ($1, $2)",
                [.text(row.id.rawValue), .text(group)])
        }
    }

    func remove(_ id: HoldID) throws {
        for table in ["hold_consents", "hold_groups", "hold_statements"] {
            try statements.run("DELETE FROM \(table) WHERE hold = $1", [.text(id.rawValue)])
        }
        try statements.run("DELETE FROM holds WHERE id = $1", [.text(id.rawValue)])
    }

    /// How many holds wait, of a requester and on a target.
    func waiting(of requester: PrincipalName, on target: TargetName) throws -> (Int64, Int64) {
        let row = try statements.rows(
            """
            SELECT coalesce(sum(CASE WHEN requester = $1 THEN 1 ELSE 0 END), 0) AS mine,
                   coalesce(sum(CASE WHEN target = $2 THEN 1 ELSE 0 END), 0) AS there
            FROM holds WHERE state IN ('pending', 'approved')
            """, [.text(requester.text), .text(target.text)])
        guard let row = row.first else { return (.max, .max) }
        return (try row.integer("mine"), try row.integer("there"))
    }

    /// Puts a hold into its next state, if it is still in the one that `row` says: a compare-and-set on state
    /// and round. Throws `IllegalHoldStep` when the step does not lead from there or someone was first.
    @discardableResult
    func take(
        _ step: HoldStep, _ row: HoldRow, at now: WallTime, why: String? = nil,
        by: PrincipalName? = nil
    ) throws -> HoldRow {
        var machine = HoldMachine(state: row.state)
        try machine.take(step)
        var next = row
        next.state = machine.state
        next.why = why
        if machine.state == .approved { next.approved = now }
        if machine.state == .running { next.released = now }
        if machine.state == .pending { next.approved = nil }
        if machine.state.isEnd {
            next.ended = now
            next.endedBy = by
        }
        return try replace(row, with: next, step)
    }

    /// Puts an approved hold back to pending under new terms: the consents of the round before are void.
    func reopen(
        _ row: HoldRow, under terms: HoldTerms, at now: WallTime, why: String
    ) throws -> HoldRow {
        let moved = try take(.reopen, row, at: now, why: why)
        var next = moved
        next.round += 1
        next.terms = terms
        let changed = try statements.run(
            """
            UPDATE holds SET digest = $1, policy = $2, rules = $3, requirements = $4, risk = $5,
            expires_at = $6, hold_rules = $7, round = $8 WHERE id = $9 AND state = $10 AND round = $11
            """,
            try terms.values() + [
                .text(orNull: try terms.holdRules.map { try encoded($0) }),
                .integer(Int64(next.round)), .text(row.id.rawValue),
                .text(moved.state.rawValue), .integer(Int64(row.round)),
            ])
        guard changed == 1 else { throw IllegalHoldStep(state: row.state, step: .reopen) }
        try statements.run(
            "UPDATE hold_statements SET statement = $1 WHERE hold = $2",
            [.text(try encoded(terms.statement)), .text(row.id.rawValue)])
        try statements.run("DELETE FROM hold_groups WHERE hold = $1", [.text(row.id.rawValue)])
        try insertGroups(of: next)
        return next
    }

    private func replace(_ row: HoldRow, with next: HoldRow, _ step: HoldStep) throws -> HoldRow {
        let changed = try statements.run(
            """
            UPDATE holds SET state = $1, why = $2, approved_at = $3, released_at = $4, ended_at = $5,
            ended_by = $6 WHERE id = $7 AND state = $8 AND round = $9
            """,
            [
                .text(next.state.rawValue), .text(orNull: next.why),
                .integer(orNull: next.approved?.milliseconds),
                .integer(orNull: next.released?.milliseconds),
                .integer(orNull: next.ended?.milliseconds), .text(orNull: next.endedBy?.text),
                .text(row.id.rawValue), .text(row.state.rawValue), .integer(Int64(row.round)),
            ])
        guard changed == 1 else {
            throw IllegalHoldStep(state: try find(row.id)?.state ?? row.state, step: step)
        }
        return next
    }

    /// Notes that the ledger has the end of a hold.
    func noteEndEntered(_ id: HoldID) throws {
        try statements.run(
            "UPDATE holds SET end_entered = 1 WHERE id = $1", [.text(id.rawValue)])
    }

    /// What an earlier process of this gateway left open, or ended and did not note as entered in the ledger.
    func left(by gateway: String, before instance: String) throws -> [HoldRow] {
        try statements.rows(
            """
            \(HoldRow.selection) WHERE gateway = $1 AND instance <> $2
            AND end_entered = 0 ORDER BY opened_at, id
            """, [.text(gateway), .text(instance)]
        ).map(HoldRow.init(row:))
    }

    // MARK: Consents

    /// The decisions on one round, in the order in which they came.
    func consents(_ id: HoldID, round: Int) throws -> [ConsentRow] {
        try statements.rows(
            """
            SELECT \(ConsentRow.columns) FROM hold_consents WHERE hold = $1 AND round = $2
            ORDER BY entry, person
            """, [.text(id.rawValue), .integer(Int64(round))]
        ).map(ConsentRow.init(row:))
    }

    /// The decisions on all rounds.
    func consents(_ id: HoldID) throws -> [ConsentRow] {
        try statements.rows(
            """
            SELECT \(ConsentRow.columns) FROM hold_consents WHERE hold = $1
            ORDER BY round, entry, person
            """, [.text(id.rawValue)]
        ).map(ConsentRow.init(row:))
    }

    /// A yes and a later no of the same person both stay; the same twice is a constraint's error.
    func insert(_ consent: ConsentRow) throws {
        try statements.run(
            """
            INSERT INTO hold_consents (\(ConsentRow.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """, consent.values)
    }
}
