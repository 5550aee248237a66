import Foundation
import Testing
import Vocabulary

@testable import SQL

/// `docs/effects.md` against a real PostgreSQL: what the table says of a statement is compared with what it then does. It may say
/// more than happens, never less.
@Suite(.serialized) struct EffectsDifferentialTests {
    @Test func `threats 13 and 14: whatever a statement does, its effects say`() throws {
        let script = try TableScript(try EffectsTable())
        let granted = try script.runGranted()
        let compared = try script.runCompared()
        for (index, row) in script.rows.enumerated() {
            let effects = EffectsTable.cell(row.inspection)
            let (did, may) = (compared[index], granted[index])
            // `unknown` is said of what may be anything: there is nothing to compare.
            let isUnknown = row.inspection.effects.contains { $0.verb == .unknown }
            let coverage = Coverage(effects: row.inspection.effects)
            var problems = did.changes.filter { !coverage.covers($0) }.map(\.description)
            if !did.hasRun {
                problems.append("is not run: \(did.sqlstate) \(did.message)")
            } else if !may.hasRun, !isUnknown {
                problems.append("is denied: \(may.sqlstate) \(may.message)")
            }
            // An excuse that is none any more goes.
            #expect(
                problems.isEmpty == (TableNeeds.excuse(row.statement) == nil),
                "\(row.statement) | \(effects): \(problems)")
        }
    }
}
