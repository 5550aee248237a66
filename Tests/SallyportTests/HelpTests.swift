import ArgumentParser
import Cryptography
import Foundation
import Ledger
import TestKit
import Testing

@testable import sallyport

@Suite("Help, completions and their documentation")
struct HelpTests {
    /// Every command with the words that lead to it.
    static let commands: [(path: String, type: any ParsableCommand.Type)] = collect(
        "", Sallyport.self)

    private static func collect(
        _ path: String, _ type: any ParsableCommand.Type
    ) -> [(path: String, type: any ParsableCommand.Type)] {
        var found: [(path: String, type: any ParsableCommand.Type)] = []
        for sub in type.configuration.subcommands {
            let configuration = sub.configuration
            // What other programs call is not for people.
            guard configuration.shouldDisplay else { continue }
            let name = path + (configuration.commandName ?? "")
            found.append((name, sub))
            found += collect(name + " ", sub)
        }
        return found
    }

    private static let leaves = commands.filter { $0.type.configuration.subcommands.isEmpty }

    private var documentation: String {
        get throws {
            let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            return try String(contentsOfFile: directory.path + "/docs/cli.md", encoding: .utf8)
        }
    }

    @Test("every command says what it does, and every option what it is for", arguments: commands)
    func help(path: String, type: any ParsableCommand.Type) throws {
        let abstract = type.configuration.abstract
        #expect(abstract.hasSuffix(".") && abstract.first?.isUppercase == true, "\(abstract)")
        let text = Sallyport.helpMessage(for: type, columns: 200)
        #expect(text.contains(abstract))
        let lines = text.components(separatedBy: "\n")
        for (line, next) in zip(lines, lines.dropFirst())
        where line.hasPrefix("  -") || line.hasPrefix("  <") {
            // The help of a long option stands on the next line.
            let isTold = line.contains(#/\S(  +|> )\S/#) || next.hasPrefix("        ")
            #expect(isTold, "without help: \(line)")
        }
    }

    @Test("every command is documented", arguments: leaves.map(\.path))
    func documented(path: String) throws {
        let text = try documentation
        #expect(text.contains("`\(path)`") || text.contains("`\(path) "), "\(path)")
    }

    @Test("every command that prints JSON is documented with what it prints")
    func json() throws {
        let text = try documentation
        let start = try #require(text.range(of: "## JSON")).lowerBound
        let end = try #require(text.range(of: "## Completions")).lowerBound
        let section = text[start..<end]
        for (path, type) in Self.leaves
        where Sallyport.helpMessage(for: type).contains("--json") {
            #expect(
                section.contains("| `\(path)` |") || section.contains("| `\(path) "), "\(path)")
        }
    }

    @Test("the report of a verification has the keys that are documented")
    func report() async throws {
        let scratch = try ScratchDirectory()
        let key = LedgerKey(name: "test.example/ledger", privateKey: try .generate())
        let ledger = try Ledger.open(
            directory: scratch.path, origin: "test.example/ledger", key: key)
        _ = try await ledger.append(LedgerEntry(kind: "test", body: [:]))
        await ledger.close()
        let report = try await LedgerVerifier(
            directory: scratch.path, keys: [ledger.verifier], checkpoints: []
        ).verify()
        let text = try documentation
        for label in Mirror(reflecting: ReportItem(report)).children.compactMap(\.label) {
            #expect(text.contains("`\(label)`"), "\(label)")
        }
    }

    @Test(
        "completions are a script of that shell, and know every command",
        arguments: [
            (CompletionShell.bash, "/bin/bash"), (.zsh, "/usr/bin/zsh"), (.fish, "/usr/bin/fish"),
        ])
    func completions(shell: CompletionShell, interpreter: String) throws {
        let script = Sallyport.completionScript(for: shell)
        for (path, _) in Self.commands {
            let word = path.split(separator: " ").last ?? ""
            #expect(script.contains(word), "\(path)")
        }
        #expect(try documentation.contains("--generate-completion-script \(shell.rawValue)"))
        // Where the shell is there, it must read the script.
        guard FileManager.default.isExecutableFile(atPath: interpreter) else { return }
        let scratch = try ScratchDirectory()
        let file = scratch.file("script")
        try script.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try Command(interpreter, ["-n", file]).runToEnd().status == 0)
    }

    @Test(
        "what is not understood is a usage error",
        arguments: [
            ["nothing"], ["approve"], ["deny", "hld_1"], ["token", "issue"], ["holds", "--x"],
            ["hold", "a", "b"], ["token"], ["ledger", "tail", "--lines", "-1"],
            ["ledger", "verify", "--json"], ["ledger", "verify", "--keys", "allowed_signers"],
        ])
    func usage(arguments: [String]) {
        do {
            _ = try Sallyport.parseAsRoot(arguments)
        } catch {
            #expect(Sallyport.exitCode(for: error) == .validationFailure, "\(error)")
            return
        }
        #expect(arguments == ["token"])
    }
}
