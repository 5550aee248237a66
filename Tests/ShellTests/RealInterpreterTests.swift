import Foundation
import Shell
import TestKit
import Testing
import Vocabulary

/// The real interpreters are the judges: whatever runs code that stands in no file is inline code.
@Suite("Interpreters as they are")
struct RealInterpreterTests {
    struct Interpreter: Sendable, CustomTestStringConvertible {
        let path: String
        /// Prints a number that stands nowhere in it.
        let code: String
        /// Words to draw from, besides the code and a file that prints nothing.
        let words: [String]
        var testDescription: String { path }
    }

    private static let number = "42000006"

    static let all: [Interpreter] = [
        Interpreter(
            path: "/bin/bash", code: "echo $((6*7000001))",
            words: [
                "-c", "-lc", "-ec", "+c", "+x", "-x", "-e", "-o", "+o", "pipefail", "errexit", "-O",
                "extglob", "-s",
                "--", "-", "--norc", "-norc", "--posix", "--rcfile", "/dev/null", "-co", "-oc",
                "-eo",
            ]),
        Interpreter(
            path: "/bin/dash", code: "echo $((6*7000001))",
            words: [
                "-c", "-ec", "+c", "-ce", "+x", "-x", "-e", "-o", "+o", "errexit", "-s", "--", "-",
                "-co", "-oc", "-eo",
            ]),
        Interpreter(
            path: "/usr/bin/perl", code: "print 6*7000001",
            words: [
                "-e", "-E", "-ne", "-we", "-le", "-l012e", "-0777e", "-0e", "-0xFe", "-CSe", "-CE",
                "-de1", "-i.bake",
                "-I", "-Ie", "-Mstrict", "-M", "-mstrict", "strict", "-w", "-W", "-F:", "-Fe", "-a",
                "-x", "-s", "--",
                "-", "-i -e", "-T", "-Mstrict;print 6*7000001",
            ]),
        Interpreter(
            path: "/usr/bin/python3", code: "print(6*7000001)",
            words: [
                "-c", "-Ic", "-uc", "-I", "-u", "-W", "-Wignore", "ignore", "-X", "dev", "-Xdev",
                "-m", "-mcode",
                "timeit", "code", "-E", "-b", "-O", "--", "-", "--check-hash-based-pycs", "never",
                "-cprint(6*7000001)",
            ]),
        Interpreter(
            path: "/usr/bin/mawk", code: "BEGIN{print 6*7000001}",
            words: ["-f", "-F", ":", "-v", "a=b", "-va=b", "-F:", "--", "-W", "-e", "-", "version"]),
        Interpreter(
            path: "/usr/bin/make", code: "$(info $(shell expr 6 \\* 7000001))",
            words: [
                "-f", "-k", "-j2", "-j", "2", "-C", "/tmp", "-I", "--eval", "--ev", "-E", "--", "-",
                "-s", "-n", "-B", "-kf",
            ]),
    ]

    @Test("threat 30: what runs code that is in no file is known to do so", arguments: all)
    func differential(_ interpreter: Interpreter) async throws {
        guard access(interpreter.path, X_OK) == 0 else { return }
        let scratch = try ScratchDirectory()
        let empty = scratch.file("empty")
        try Data().write(to: URL(fileURLWithPath: empty))
        let nowhere = try ScratchDirectory()
        var random = SeededRandom(seed: 30)
        var ran = 0
        for round in 0..<Self.rounds {
            let isFed = round % 2 == 0
            let words = (0...Int.random(in: 0...3, using: &random)).map { _ in
                let choice = Int.random(in: 0..<6, using: &random)
                if choice == 0 { return empty }
                if choice < 3 { return interpreter.code }
                return interpreter.words[
                    Int.random(in: 0..<interpreter.words.count, using: &random)]
            }
            // Where there is nothing: make would make what it finds.
            var command = Command("/usr/bin/env", ["-C", nowhere.path, interpreter.path] + words)
            command.input = isFed ? interpreter.code + "\n" : ""
            let said = try command.runToEnd()
            guard said.out.contains(Self.number) else { continue }
            ran += 1
            let program = start(file(interpreter.path), words, isOnTerminal: !isFed)
            let effects = ShellInspector.effects(of: program, parent: nil)
            #expect(effects[0].isFlagged("inline_code"), "\(words)\(isFed ? " < code" : "")")
        }
        #expect(ran > 0)
    }

    private static let rounds = 60
}
