import Foundation
import Testing
import Vocabulary

@testable import Docker

/// The part of `docs/effects.md` that is of container engines.
@Suite("The table of what calls of the engine do")
struct EngineEffectsTableTests {
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs/effects.md").standardizedFileURL

    @Test("every row of docs/effects.md is what a call does")
    func rows() throws {
        var lines = try String(contentsOf: Self.path, encoding: .utf8).components(separatedBy: "\n")
        let section = try #require(lines.firstIndex(of: "## Container engines"))
        let isUpdating = ProcessInfo.processInfo.environment["SALLYPORT_UPDATE_EFFECTS"] != nil
        var count = 0
        for place in lines.indices.dropFirst(section) where isRow(lines[place]) {
            let request = String(lines[place].dropFirst(3).prefix { $0 != "`" })
            let row = "| `\(request)` | \(try cell(request)) |"
            if !isUpdating { #expect(lines[place] == row) }
            lines[place] = row
            count += 1
        }
        #expect(count > 100)
        if isUpdating {
            try lines.joined(separator: "\n").write(
                to: Self.path, atomically: true, encoding: .utf8)
        }
    }

    private func isRow(_ line: String) -> Bool {
        ["GET", "HEAD", "POST", "PUT", "DELETE"].contains { line.hasPrefix("| `\($0) /") }
    }

    private func cell(_ request: String) throws -> String {
        let parts = request.split(separator: " ", maxSplits: 2).map(String.init)
        let line = "\(parts[0]) \(parts[1].replacing("EXEC", with: KnownEngine.exec))"
        do {
            let call = try call(line, parts.count == 3 ? parts[2] : nil)
            switch try meaning(call, judged: judgedBefore()) {
            case .action(let action): return action.effects.map(shown).joined(separator: "; ")
            case .answer(let status, _): return "\(status), in the engine's words"
            case .refused(let refusal): throw refusal
            case .ask(let question): throw DockerRefusal(500, "still asks \(question)")
            }
        } catch let refusal as DockerRefusal {
            return "**refused** \(refusal.status): \(refusal.message)"
        }
    }

    /// Without what says nothing: no, none, zero, and what every object of these has.
    private func shown(_ effect: Effect) -> String {
        let plain: Set<String> = ["container", "digest", "labels", "network", "tag", "user"]
        let attributes = effect.attributes.sorted { $0.key < $1.key }.compactMap { name, value in
            if plain.contains(name) || name.hasPrefix("label.") { return nil as String? }
            switch value {
            case .flag(false), .number(0), .text(""), .text("no"): return nil
            case .flag(true): return name
            case .number, .text: return "\(name) \(value)"
            }
        }
        let words = (effect.arguments ?? []).map { "`\(text($0))`" }.joined(separator: " ")
        return
            ([short(effect).replacing(" ", with: " `", maxReplacements: 1) + "`"]
            + (words.isEmpty ? [] : [words]) + attributes).joined(separator: ", ")
    }
}
