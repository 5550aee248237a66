import Foundation
import Testing

/// `docs/limits.md` has every limit of the source, with its value.
@Suite("The document of the limits")
struct LimitsDocumentTests {
    private struct Limit {
        /// `MODULE.name`.
        let name: String
        /// As it stands in the source.
        let expression: String
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test("has each one, by its name and with its value, and no other")
    func document() throws {
        let limits = try limits()
        #expect(limits.count > 150)
        var rows = try rows()
        for limit in limits {
            let row = rows.removeValue(forKey: limit.name)
            #expect(row != nil, "`\(limit.name)` is not in docs/limits.md")
            guard let row, let value = value(of: limit.expression) else { continue }
            #expect(row == shown(value, limit.name.lowercased()), "\(limit.name)")
        }
        #expect(rows.isEmpty, "no such limit: \(rows.keys.sorted())")
    }

    /// The document's values, by name.
    private func rows() throws -> [String: String] {
        let text = try String(
            contentsOf: Self.root.appendingPathComponent("docs/limits.md"), encoding: .utf8)
        var rows: [String: String] = [:]
        for line in text.components(separatedBy: "\n") where line.hasPrefix("| `") {
            let cells = line.components(separatedBy: " | ")
            try #require(cells.count == 4, "\(line)")
            let name = String(cells[0].dropFirst(3).dropLast())
            #expect(rows.updateValue(cells[1], forKey: name) == nil, "twice: \(line)")
        }
        return rows
    }

    /// Every constant of every type whose name ends with `Limits`.
    private func limits() throws -> [Limit] {
        let sources = Self.root.appendingPathComponent("Sources").path
        let files = try #require(FileManager.default.enumerator(atPath: sources))
        var found: [Limit] = []
        while let file = files.nextObject() as? String {
            guard file.hasSuffix(".swift") else { continue }
            let text = try String(contentsOfFile: sources + "/" + file, encoding: .utf8)
            found += limits(of: String(file.prefix { $0 != "/" }), text)
        }
        return found
    }

    private func limits(of module: String, _ text: String) -> [Limit] {
        var found: [Limit] = []
        var isInside = false
        for line in text.components(separatedBy: "\n") {
            if line.wholeMatch(of: /(public )?(enum|struct) \w*Limits\b.*/) != nil {
                isInside = true
            }
            if line.hasPrefix("}") { isInside = false }
            let constant = line.wholeMatch(
                of: /\ {4}(public )?(static )?(let|var) (\w+)(: \w+)? = (.+)/)
            guard isInside, let constant, constant.4 != "standard" else { continue }
            found.append(Limit(name: "\(module).\(constant.4)", expression: String(constant.6)))
        }
        return found
    }

    // MARK: Values

    /// Of a product or a shift; what is made of other limits has no value here.
    private func value(of expression: String) -> Int64? {
        var words = expression.split(separator: " ")
        guard var value = number(words.removeFirst()) else { return nil }
        while words.count >= 2 {
            guard let operand = number(words[1]) else { return nil }
            switch words[0] {
            case "*": value *= operand
            case "<<": value <<= operand
            default: return nil
            }
            words.removeFirst(2)
        }
        return words.isEmpty ? value : nil
    }

    private func number(_ text: Substring) -> Int64? {
        Int64(text.replacingOccurrences(of: "_", with: ""))
    }

    /// As the document writes it; the unit is in the name.
    private func shown(_ value: Int64, _ name: String) -> String {
        if name.contains("bytes") {
            let units: [(shift: Int64, word: String)] = [(30, "GiB"), (20, "MiB"), (10, "KiB")]
            for unit in units where value >= 1 << unit.shift && value % (1 << unit.shift) == 0 {
                return "\(value >> unit.shift) \(unit.word)"
            }
            return grouped(value) + " bytes"
        }
        if name.contains("nanoseconds") { return duration(value / 1_000_000) }
        if name.contains("milliseconds") { return duration(value) }
        if name.contains("seconds") { return duration(value * 1_000) }
        return grouped(value)
    }

    private func duration(_ milliseconds: Int64) -> String {
        let units: [(least: Int64, length: Int64, word: String)] = [
            (2 * 86_400_000, 86_400_000, "days"), (3_600_000, 3_600_000, "h"),
            (60_000, 60_000, "min"), (1_000, 1_000, "s"),
        ]
        for unit in units where milliseconds >= unit.least && milliseconds % unit.length == 0 {
            return "\(milliseconds / unit.length) \(unit.word)"
        }
        return "\(milliseconds) ms"
    }

    private func grouped(_ value: Int64) -> String {
        var digits = String(value)
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
            place -= 3
        }
        return digits
    }
}
