// Measures of single modules, each run printed as one JSON object a line for `bench.py`:
//
//     bench-core decide RUNS                    decisions with more and more rules
//     bench-core inspect RUNS                   text to effects to decision, beside libpg_query's own parse
//     bench-core append DIR WRITERS SECONDS     durable entries of a ledger in DIR
//     bench-core fill DIR BYTES                 a ledger in DIR with entries of about that many bytes
//     bench-core output DIR MEBIBYTES           output of a terminal session, recorded into DIR

@main
enum BenchCore {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        switch (words.first, words.dropFirst().map { $0 }) {
        case ("decide", let rest) where rest.count == 1:
            try measureDecisions(runs: try number(rest[0]))
        case ("inspect", let rest) where rest.count == 1:
            try measureInspection(runs: try number(rest[0]))
        case ("append", let rest) where rest.count == 3:
            try await measureAppends(
                directory: rest[0], writers: try number(rest[1]), seconds: try number(rest[2]))
        case ("fill", let rest) where rest.count == 2:
            try await fillLedger(directory: rest[0], bytes: try number(rest[1]))
        case ("output", let rest) where rest.count == 2:
            try await measureOutputs(directory: rest[0], mebibytes: try number(rest[1]))
        default:
            throw UsageError(
                text: "bench-core decide | inspect | append | fill | output, see its source")
        }
    }

    private static func number(_ word: String) throws -> Int {
        guard let number = Int(word), number > 0 else {
            throw UsageError(text: "`\(word)` is not a number above 0")
        }
        return number
    }
}

struct UsageError: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}
