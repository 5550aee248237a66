import Foundation
import Testing
import Vocabulary

@testable import SQL

/// `docs/effects.md`, read: the fixture's DDL, and the rows of its tables.
struct EffectsTable {
    struct Row {
        let line: Int
        let statement: String
        let effects: String
    }

    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../docs/effects.md").standardizedFileURL

    let lines: [String]
    let fixture: String
    let rows: [Row]

    init() throws {
        lines = try String(contentsOf: Self.path, encoding: .utf8).components(separatedBy: "\n")
        guard let start = lines.firstIndex(of: "```sql"),
            let end = lines[start...].firstIndex(of: "```")
        else { throw CocoaError(.fileReadCorruptFile) }
        fixture = lines[(start + 1)..<end].joined(separator: "\n")
        // What follows is of programs: ShellTests reads it.
        let statements = lines.prefix { $0 != "## Shells" }
        rows = statements.enumerated().compactMap { Self.row($0.element, line: $0.offset) }
    }

    private static func row(_ line: String, line number: Int) -> Row? {
        guard line.hasPrefix("| `"), line.hasSuffix("|") else { return nil }
        let cells = line.replacingOccurrences(of: "\\|", with: "\u{1}")
            .split(separator: "|", omittingEmptySubsequences: false)
            .map {
                $0.replacingOccurrences(of: "\u{1}", with: "|").trimmingCharacters(in: .whitespaces)
            }
        guard cells.count >= 4 else { return nil }
        return Row(
            line: number, statement: String(cells[1].dropFirst().dropLast()), effects: cells[2])
    }

    /// The right-hand side of a row, as the document writes it.
    static func cell(_ inspection: Inspection) -> String {
        var parts = inspection.effects.map(words)
        if inspection.refusal != nil { parts.insert("**refused**", at: 0) }
        if inspection.dependsOnValues { parts.append("*depends on values*") }
        return parts.isEmpty ? "-" : parts.joined(separator: "; ")
    }

    private static func words(_ effect: Effect) -> String {
        var words = "\(effect.verb.rawValue) `\(object(effect.object))`"
        for name in effect.attributes.keys.sorted() {
            words += " \(name)=\(effect.attributes[name]?.description ?? "")"
        }
        if effect.mustBeNamed { words += " (must be named)" }
        return words
    }

    private static func object(_ reference: ObjectReference) -> String {
        switch reference {
        case .exactly(let name): name.description
        case .oneOf(let names), .known(let names):
            "one of " + names.map(\.description).joined(separator: ", ")
        case .anything: "anything"
        }
    }
}

/// The session in which the rows of `docs/effects.md` are judged.
enum EffectsFixture {
    static func view(_ catalogue: Catalogue) throws -> SessionView {
        var view = SessionView(catalogue: catalogue, searchPath: ["public"])
        view.temporaries.objects = ["scratch": .table]
        let held = try PreparedText(text: ParsedText.parse(Array("DELETE FROM customers".utf8)))
        let opened = try PreparedText(
            text: ParsedText.parse(Array("SELECT name FROM customers".utf8)))
        view.prepared = { $0 == "purge" ? held : nil }
        view.cursors = { $0 == "names" ? opened : nil }
        return view
    }

    static func inspect(_ text: String, _ catalogue: Catalogue) throws -> Inspection {
        try ParsedText.parse(Array(text.utf8)).inspect(in: view(catalogue), stage: .query)
    }
}
