import Testing

@testable import SQL

@Suite("A text whose numbers were not read")
struct UnreadNumbersTests {
    @Test(
        "threat 1: says the same with every other number, as texts of one shape share their ruling")
    func otherNumbers() throws {
        let table = try EffectsTable()
        let server = try CatalogueServer()
        _ = try server.rows(table.fixture)
        let catalogue = try server.catalogue()
        var compared = 0
        for row in table.rows {
            let text = Array(row.statement.utf8)
            guard let shape = text.withUnsafeBytes({ TextShape.of($0) }),
                shape.dropFirst().contains(0)
            else { continue }
            let said = try EffectsFixture.inspect(row.statement, catalogue)
            guard !said.readsConstants, !said.dependsOnTables, said.changes.allSatisfy(\.isEmpty)
            else { continue }
            for number in ["0", "1", "2", "7", "999999999"] {
                let other = String(
                    decoding: shape.dropFirst().flatMap { $0 == 0 ? Array(number.utf8) : [$0] },
                    as: UTF8.self)
                guard let inspection = try? EffectsFixture.inspect(other, catalogue) else {
                    continue
                }
                #expect(
                    EffectsTable.cell(inspection) == EffectsTable.cell(said),
                    "\(row.statement) and \(other)")
                compared += 1
            }
        }
        #expect(compared > 300)
    }

    @Test("threat 1: FLOAT's number decides which type it is")
    func float() throws {
        for digits in [24, 53] {
            let text = "SELECT sqrt(cast(4 AS float(\(digits))))"
            #expect(try EffectsFixture.inspect(text, Catalogue.empty).readsConstants)
        }
    }

    @Test("threat 1: EXPLAIN's ANALYZE may be a number, which decides what runs")
    func explain() throws {
        let catalogue = Catalogue.empty
        let harmless = try EffectsFixture.inspect(
            "EXPLAIN (ANALYZE 0) DELETE FROM orders", catalogue)
        let deletes = try EffectsFixture.inspect(
            "EXPLAIN (ANALYZE 1) DELETE FROM orders", catalogue)
        #expect(harmless.readsConstants)
        #expect(!harmless.effects.contains { $0.verb == .write })
        #expect(deletes.effects.contains { $0.verb == .write })
    }
}
