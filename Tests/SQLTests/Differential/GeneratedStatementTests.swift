import Foundation
import Testing
import Vocabulary

@testable import SQL

/// What no table of examples thinks of: generated statements, each run by a role that has the privileges that its effects
/// amount to. `SALLYPORT_STATEMENTS` says how many, `SALLYPORT_SEED` which.
@Suite struct GeneratedStatementTests {
    @Test func `threats 11 and 13: no generated statement touches more than its effects say`()
        throws
    {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["SALLYPORT_STATEMENTS"].flatMap(Int.init) ?? 2000
        let seed = environment["SALLYPORT_SEED"].flatMap(UInt64.init) ?? 20_261_121
        let server = try CatalogueServer()
        try server.rows(StatementGenerator.schema)
        let view = SessionView(catalogue: try server.catalogue(), searchPath: ["public"])
        try server.rows(Grants.server, "GRANT USAGE ON SCHEMA s TO probe")
        var generator = StatementGenerator(seed: seed)
        let probes = try (0..<count).map { _ in
            let statement = generator.statement()
            let inspection = try ParsedText.parse(Array(statement.utf8))
                .inspect(in: view, stage: .query)
            return Probe(
                statement: statement, inspection: inspection,
                preparations: preparations(for: statement))
        }
        let answers = try Probe.run(probes, on: server)
        for (probe, answer) in zip(probes, answers) where answer.isDenied {
            let effects = EffectsTable.cell(probe.inspection)
            Issue.record("seed \(seed): \(answer.message): \(probe.statement) | \(effects)")
        }
        let ran = answers.count(where: \.hasRun)
        #expect(ran > count / 3, "seed \(seed): only \(ran) of \(count) statements are valid")
        if environment["SALLYPORT_MEASURE"] != nil {
            let codes = Dictionary(grouping: answers, by: \.sqlstate).mapValues(\.count)
            print("\(ran) of \(count) ran: \(codes.sorted { $0.value > $1.value })")
        }
    }

    /// What the server asks for though nothing comes of it: a plan of a change writes nothing; `excluded` is the row that was
    /// to be inserted, and not one that is stored.
    private func preparations(for statement: String) -> [String] {
        var grants: [String] = []
        if statement.hasPrefix("EXPLAIN") { grants.append("GRANT pg_write_all_data TO probe") }
        guard statement.contains("DO UPDATE"), statement.contains("excluded") else { return grants }
        for match in statement.matches(of: /INSERT INTO (\S+)/) {
            grants.append("GRANT SELECT ON \(match.1) TO probe")
        }
        return grants
    }
}
