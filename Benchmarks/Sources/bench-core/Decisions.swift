import CPgQuery
import Policy
import SQL
import Vocabulary

/// Nanoseconds of one warm decision on pgbench's SELECT, under 10 to 10,000 rules; the runs alternate.
func measureDecisions(runs: Int) throws {
    let scenery = try Scenery()
    let effects = try ParsedText.parse(selectText(1)).inspect(in: scenery.view, stage: .query)
        .effects
    let scopes = try [10, 100, 1_000, 10_000].map { ($0, try scenery.scope(ruleCount: $0)) }
    for (count, scope) in scopes {
        guard scope.decide(effects, inTransaction: false).verdict == .allow else {
            throw UsageError(text: "the SELECT is not allowed under \(count) rules")
        }
    }
    for _ in 0..<runs {
        for (count, scope) in scopes {
            let each = nanosecondsEach(200_000) { _ in
                scope.decide(effects, inTransaction: false).matches.count
            }
            report([], [("rules", Double(count)), ("nanoseconds", each)])
        }
    }
}

/// Nanoseconds from a text that was never seen to its decision, and of libpg_query's own parses of the same texts.
func measureInspection(runs: Int) throws {
    let scenery = try Scenery()
    let scope = try scenery.scope(ruleCount: 50)
    let texts = (0..<1_000).map { selectText(100_000 + $0) }
    let count = 20_000
    func text(_ number: Int) -> [UInt8] { texts[number % texts.count] }
    for _ in 0..<runs {
        let ours = try nanosecondsEach(count) { number in
            let parsed = try ParsedText.parse(text(number))
            let effects = parsed.inspect(in: scenery.view, stage: .query).effects
            return scope.decide(effects, inTransaction: false).matches.count
        }
        report([("what", "decision")], [("nanoseconds", ours)])
        let read = try nanosecondsEach(count) { number in
            try ParsedText.parse(text(number)).statements.count
        }
        report([("what", "tree")], [("nanoseconds", read)])
        let json = nanosecondsEach(count) { number in
            parsed(text(number)) { text in
                let outcome = pg_query_parse(text)
                defer { pg_query_free_parse_result(outcome) }
                return Int(outcome.parse_tree[0])
            }
        }
        report([("what", "pg_query_parse")], [("nanoseconds", json)])
        let protobuf = nanosecondsEach(count) { number in
            parsed(text(number)) { text in
                let outcome = pg_query_parse_protobuf(text)
                defer { pg_query_free_protobuf_parse_result(outcome) }
                return Int(outcome.parse_tree.len)
            }
        }
        report([("what", "pg_query_parse_protobuf")], [("nanoseconds", protobuf)])
    }
}

/// Calls `body` with the text as C has it.
private func parsed(_ text: [UInt8], _ body: (UnsafePointer<CChar>) -> Int) -> Int {
    var terminated = text
    terminated.append(0)
    return terminated.withUnsafeBufferPointer { buffer in
        buffer.withMemoryRebound(to: CChar.self) { $0.baseAddress.map(body) ?? 0 }
    }
}
