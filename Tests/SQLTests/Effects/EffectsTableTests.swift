import Foundation
import Testing
import Vocabulary

@testable import SQL

@Suite(.serialized) struct EffectsTableTests {
    @Test func `every row of docs/effects.md is what the inspector says`() throws {
        let table = try EffectsTable()
        let server = try CatalogueServer()
        _ = try server.rows(table.fixture)
        let catalogue = try server.catalogue()
        var lines = table.lines
        for row in table.rows {
            let inspection = try EffectsFixture.inspect(row.statement, catalogue)
            let cell = EffectsTable.cell(inspection)
            let statement = row.statement.replacingOccurrences(of: "|", with: "\\|")
            lines[row.line] =
                "| `\(statement)` | \(cell.replacingOccurrences(of: "|", with: "\\|")) |"
            if !isUpdating { #expect(cell == row.effects, "\(row.statement)") }
        }
        if isUpdating {
            try lines.joined(separator: "\n").write(
                to: EffectsTable.path, atomically: true, encoding: .utf8)
        }
        #expect(table.rows.count >= 400)
        try everyCallShows(table, catalogue)
        try performance(catalogue)
    }

    private var isUpdating: Bool {
        ProcessInfo.processInfo.environment["SALLYPORT_UPDATE_EFFECTS"] != nil
    }

    /// Every FuncCall of the raw tree, wherever it stands, is a harmless built-in or shows in the effects.
    private func everyCallShows(_ table: EffectsTable, _ catalogue: Catalogue) throws {
        for row in table.rows {
            let text = try ParsedText.parse(Array(row.statement.utf8))
            let inspector = Inspector(
                view: try EffectsFixture.view(catalogue), values: [], stage: .query)
            inspector.inspect(text)
            let inspection = inspector.result
            #expect(inspector.missed == nil, "\(row.statement)")
            #expect(text.unknown.isEmpty, "\(row.statement)")
            for node in text.statements.compactMap(\.node) {
                for call in calls(node) where !mayBeSilent(call) {
                    #expect(!inspection.effects.isEmpty, "\(call) in \(row.statement)")
                    #expect(
                        call.last != "boom"
                            || inspection.effects.contains {
                                $0.verb == .execute || $0.verb == .unknown
                            }, "\(call) in \(row.statement)")
                }
            }
        }
    }

    /// A built-in of this name does nothing beyond its result.
    private func mayBeSilent(_ names: [String]) -> Bool {
        Builtins.functions(named: names.last ?? "").contains { $0.deeds.isEmpty }
    }

    private func calls(_ node: Node) -> [[String]] {
        var found = node.kind == .funcCall ? [node.names(.funcname)] : []
        for value in node.fields { value.forEachNode { found += calls($0) } }
        return found
    }

    private func performance(_ catalogue: Catalogue) throws {
        guard ProcessInfo.processInfo.environment["SALLYPORT_MEASURE"] != nil else { return }
        let text = try ParsedText.parse(
            Array("SELECT abalance FROM pgbench_accounts WHERE aid = $1".utf8))
        let view = try EffectsFixture.view(catalogue)
        let clock = ContinuousClock()
        let whole = clock.measure {
            for _ in 0..<10_000 { _ = text.inspect(in: view, stage: .bind) }
        }
        let parse = clock.measure {
            for _ in 0..<10_000 { _ = try? ParsedText.parse(text.bytes) }
        }
        print("inspect \(whole / 10_000), parse \(parse / 10_000)")
    }
}
