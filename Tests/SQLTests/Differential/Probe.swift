import Vocabulary

@testable import SQL

/// A statement that `probe` runs with the privileges that its effects amount to, and nothing more.
struct Probe {
    let statement: String
    let inspection: Inspection
    /// Statements of the superuser that go before, in the same transaction.
    var preparations: [String] = []

    /// What the server said.
    struct Answer {
        let sqlstate: String
        let message: String

        /// More was touched than the effects say.
        var isDenied: Bool { sqlstate == "42501" }
        /// It came as far as where privileges had been asked for: it ran, or its data was wrong.
        var hasRun: Bool {
            sqlstate == "00000" || ["21", "22", "23", "57"].contains(String(sqlstate.prefix(2)))
        }
    }

    /// In one connection, each in a transaction that is rolled back.
    static func run(_ probes: [Probe], on server: CatalogueServer) throws -> [Answer] {
        var script = "SET statement_timeout = '5s';\nSET jit = off;\n"
        for (index, probe) in probes.enumerated() {
            script += "BEGIN;\n"
            for statement in probe.preparations { script += statement + ";\n" }
            script += probe.granting + "SET LOCAL ROLE probe;\n" + probe.statement + ";\n"
            script += "\\echo \(mark) \(index) :SQLSTATE :LAST_ERROR_MESSAGE\n"
            script += "ROLLBACK;\n"
        }
        return try answers(server.output(ofScript: script), count: probes.count)
    }

    var granting: String {
        let grants = Grants.statements(for: inspection.effects).map(Grants.literal)
        guard !grants.isEmpty else { return "" }
        return "SELECT differential.attempt(ARRAY[\(grants.joined(separator: ", "))]);\n"
    }

    private static let mark = "@answer@"

    static func answers(_ output: String, count: Int) throws -> [Answer] {
        var answers: [Int: Answer] = [:]
        for line in output.split(separator: "\n") where line.hasPrefix(mark + " ") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            guard words.count >= 3, let index = Int(words[1]) else { continue }
            answers[index] = Answer(sqlstate: words[2], message: words.count > 3 ? words[3] : "")
        }
        guard answers.count == count else {
            throw CatalogueServer.Failed(
                text: "\(answers.count) of \(count): \(output.suffix(2000))")
        }
        return (0..<count).compactMap { answers[$0] }
    }
}
