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
            if !compared[index].hasRun {
                Issue.record(
                    "not run: \(compared[index].sqlstate) \(compared[index].message): \(row.statement)"
                )
            } else if !granted[index].hasRun {
                Issue.record(
                    "denied: \(granted[index].sqlstate) \(granted[index].message): \(row.statement) | \(effects)"
                )
            }
            let coverage = Coverage(effects: row.inspection.effects)
            for change in compared[index].changes where !coverage.covers(change) {
                Issue.record("\(change): \(row.statement) | \(effects)")
            }
        }
    }
}
