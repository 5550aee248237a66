import Foundation
import Shell
import Testing
import Vocabulary

/// The part of `docs/effects.md` that is of programs.
@Suite("The table of what programs do")
struct ShellEffectsTableTests {
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs/effects.md").standardizedFileURL

    private static let python = file("/usr/bin/python3.11", names: ["/usr/bin/python3"])
    private static let files: [String: ProgramFile] = [
        "/usr/bin/sh": file("/usr/bin/dash", names: ["/usr/bin/sh"]),
        "/usr/bin/awk": file("/usr/bin/mawk", names: ["/usr/bin/awk"]),
        "/usr/bin/perl": file("/usr/bin/perl", links: ["/usr/bin/perl5.36.0"]),
        "/usr/bin/python3": python, "/usr/bin/sudo": file("/usr/bin/sudo", mode: 0o4755),
        "/home/dev/tool": file("/home/dev/tool", isReplaceable: true),
        "/memfd:x": file("/memfd:x", isVerified: false),
    ]

    @Test("every row of docs/effects.md is what the inspector says")
    func rows() throws {
        var lines = try String(contentsOf: Self.path, encoding: .utf8).components(separatedBy: "\n")
        let section = try #require(lines.firstIndex(of: "## Shells"))
        let isUpdating = ProcessInfo.processInfo.environment["SALLYPORT_UPDATE_EFFECTS"] != nil
        var count = 0
        for place in lines.indices.dropFirst(section) where isRow(lines[place]) {
            let program = String(lines[place].dropFirst(3).prefix { $0 != "`" })
            let row = "| `\(program)` | \(cell(effects(program))) |"
            if !isUpdating { #expect(lines[place] == row) }
            lines[place] = row
            count += 1
        }
        #expect(count > 20)
        if isUpdating {
            try lines.joined(separator: "\n").write(
                to: Self.path, atomically: true, encoding: .utf8)
        }
    }

    /// The other tables' first cells name attributes.
    private func isRow(_ line: String) -> Bool {
        line.hasPrefix("| `/") || line.hasPrefix("| `exec ")
    }

    private func effects(_ program: String) -> [Effect] {
        var words = program.split(separator: " ").map(String.init)
        let isPiped = words.suffix(2) == ["<", "pipe"]
        if isPiped { words.removeLast(2) }
        var called: String?
        if words[0] == "exec" {
            called = words[2]
            words.removeFirst(3)
        }
        let path = words.removeFirst()
        let isScript = path == "/opt/tools/report.py"
        let executable = isScript ? Self.python : Self.files[path] ?? file(path)
        return ShellInspector.effects(
            of: start(
                executable, isScript ? [path] + words : words, called: called,
                script: isScript ? file(path) : nil, executedAs: path, isOnTerminal: !isPiped),
            parent: nil)
    }

    private func cell(_ effects: [Effect]) -> String {
        effects.map { effect in
            guard effect.verb == .shellExec else {
                let attributes = effect.attributes.sorted { $0.key < $1.key }
                return ([effect.verb.rawValue] + attributes.map { "\($0.key) \($0.value)" })
                    .joined(separator: ", ")
            }
            let words = effect.words.map { $0.map { "`\($0)`" }.joined(separator: " ") } ?? "?"
            let flags = effect.attributes.keys.sorted().filter {
                effect.isFlagged($0) && $0 != "interactive"
            }
            return
                ([
                    "\(effect.verb.rawValue) \(object(effect.object))",
                    words.isEmpty ? "no words" : words,
                ] + flags + (effect.needsNoPermit ? ["needs no permit"] : [])).joined(
                    separator: ", ")
        }.joined(separator: "; ")
    }

    private func object(_ object: ObjectReference) -> String {
        switch object {
        case .exactly(let name): "`\(name)`"
        case .oneOf(let names): names.map { "`\($0)`" }.joined(separator: " or ")
        case .known(let names): names.map { "`\($0)`" }.joined(separator: ", also called ")
        case .anything: "anything"
        }
    }
}
