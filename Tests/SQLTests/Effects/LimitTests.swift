import Testing
import Vocabulary

@testable import SQL

/// Each limit of one inspection, just at it and just above.
@Suite("The limits of inspection")
struct LimitTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// A text that takes exactly so much of what is limited.
        let text: @Sendable (Int) -> String
        /// The limit that is set for the test.
        let limit: Int
        let set: @Sendable (inout SQLLimits, Int) -> Void
        /// What becomes of a text above it.
        let above: Above
    }

    enum Above: Equatable {
        case refused(String)
        case unknown
        case unbounded
    }

    static let rows: [Row] = [
        Row(
            testDescription: "bytes of a text",
            text: { "SELECT 1" + String(repeating: " ", count: $0 - 8) }, limit: 100,
            set: { $0.textBytesMax = $1 }, above: .refused("54000")),
        Row(
            testDescription: "statements of a text",
            text: { Array(repeating: "SELECT 1", count: $0).joined(separator: ";") }, limit: 7,
            set: { $0.statementsMax = $1 }, above: .refused("54000")),
        Row(
            testDescription: "elements of IN",
            text: { count in
                "DELETE FROM app.t WHERE id IN (\((1...count).map(String.init).joined(separator: ",")))"
            }, limit: 5, set: { $0.boundedElementsMax = $1 }, above: .unbounded),
        Row(
            testDescription: "effects of a command",
            text: { count in (0..<count).map { "SELECT * FROM app.t\($0)" }.joined(separator: ";")
            },
            limit: 9, set: { $0.effectsMax = $1 }, above: .unknown),
    ]

    @Test("at the limit it is as ever, above it there is a reason or an effect", arguments: rows)
    func limits(_ row: Row) throws {
        var limits = SQLLimits()
        row.set(&limits, row.limit)
        #expect(try outcome(row.text(row.limit), limits) == nil)
        #expect(try outcome(row.text(row.limit + 1), limits) == row.above)
    }

    @Test("nesting above the limit is refused as the server refuses its own")
    func nesting() throws {
        func text(_ depth: Int) -> String { "SELECT 1" + String(repeating: "+1", count: depth) }
        var depth = 1
        var limits = SQLLimits()
        limits.nestingMax = 60
        while try outcome(text(depth), limits) == nil, depth < 100 { depth += 1 }
        #expect(try outcome(text(depth), limits) == .refused("54001"))
        // The limit and nothing else decides.
        limits.nestingMax += 10
        #expect(try outcome(text(depth), limits) == nil)
    }

    /// What was cut off; `nil` when nothing was.
    private func outcome(_ text: String, _ limits: SQLLimits) throws -> Above? {
        var view = SessionView(catalogue: .empty, searchPath: ["app"])
        view.limits = limits
        let parsed: ParsedText
        do {
            parsed = try ParsedText.parse(Array(text.utf8), limits: limits)
        } catch {
            return .refused(error.sqlstate)
        }
        let effects = parsed.inspect(in: view, values: [], stage: .query).effects
        if effects.contains(where: { $0.verb == .unknown }) { return .unknown }
        let write = effects.first { $0.verb == .write }
        if let write, write.attributes["bounded"] == .flag(false) { return .unbounded }
        return nil
    }
}
