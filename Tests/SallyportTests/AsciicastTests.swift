import ControlAPI
import Foundation
import TestKit
import Testing

@testable import sallyport

@Suite("A session of programs as asciicast v2")
struct AsciicastTests {
    private func lines(_ session: ShellSession) -> [String] {
        var cast = Asciicast()
        let shell = session.events.first { $0.kind == "shell" }
        let header = shell.map { cast.header(ShellSession.item, $0) }
        return [header].compactMap { $0 } + session.events.compactMap { cast.line($0) } + cast.end()
    }

    private func events(_ session: ShellSession) throws -> [[Any]] {
        try lines(session).dropFirst().map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
        }
    }

    @Test("the header has size, time, title, command and TERM")
    func header() throws {
        var session = ShellSession()
        session.shell(columns: 132, rows: 43, command: ["git", "log \"x\""])
        let line = try #require(lines(session).first)
        let header = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(header["version"] as? Int == 2)
        #expect(header["width"] as? Int == 132 && header["height"] as? Int == 43)
        #expect(header["timestamp"] as? Int == 1_700_000_000)
        #expect(header["title"] as? String == "ses_one: deploy-bot on build-host")
        #expect(header["command"] as? String == "git log \"x\"")
        #expect((header["env"] as? [String: String]) == ["TERM": "xterm"])
    }

    @Test("a terminal whose size nobody said is shown in the usual one")
    func sizeless() throws {
        var session = ShellSession()
        session.shell(columns: 0, rows: 0)
        session.resized(0, 0, at: 5)
        let lines = lines(session)
        #expect(lines[0].contains("\"width\": 80, \"height\": 24"), "\(lines)")
        #expect(lines[1].contains("\"80x24\""), "\(lines)")
    }

    @Test("threat 18: nothing in the header or in a marker reorders the line that shows it")
    func reordering() throws {
        let mark = "\u{202E}gnp.exe"
        var session = ShellSession()
        session.shell(command: ["cat", mark], term: mark)
        session.program(1, parent: nil, mark, at: 10)
        let text = lines(session).joined(separator: "\n")
        #expect(!text.unicodeScalars.contains("\u{202E}"))
        #expect(text.components(separatedBy: #"\\u{202e}gnp.exe"#).count == 4, "\(text)")
    }

    @Test("what was typed is an event of its own kind, with whole characters")
    func input() throws {
        var session = ShellSession()
        session.shell()
        session.input("ls\r\u{4}", at: 1_000)
        session.output("ls\r\n", at: 2_000)
        session.input("\"", at: 3_000)
        #expect(
            lines(session).dropFirst() == [
                #"[0.001000, "i", "ls\u000d\u0004"]"#, #"[0.002000, "o", "ls\u000d\u000a"]"#,
                #"[0.003000, "i", "\""]"#,
            ])
    }

    @Test("output, sizes and a marker for each program stand in it in their order and time")
    func order() throws {
        var session = ShellSession()
        session.shell()
        session.program(1, parent: nil, "bash", at: 10)
        session.output("$ ", at: 1_000_001)
        session.refused(2, parent: 1, "rm -rf /", at: 2_500_000)
        session.resized(100, 30, at: 3_000_000)
        session.ended(1, "exited 0", at: 3_100_000)
        #expect(
            lines(session).dropFirst() == [
                "[0.000010, \"m\", \"#1 allow bash [p/r]\"]", "[1.000001, \"o\", \"$ \"]",
                "[2.500000, \"m\", \"#2 refused rm -rf / [p/no]\"]",
                "[3.000000, \"r\", \"100x30\"]",
            ])
    }

    @Test("characters that are cut anywhere are whole again, and what is no UTF-8 is replaced")
    func cuts() throws {
        let text = "gr\u{FC}\u{DF}e \u{65E5}\u{672C} \u{1F44D} ende"
        for parts in splits(of: Array(text.utf8)) {
            var session = ShellSession()
            session.shell()
            for part in parts { session.output(Array(part), at: 1) }
            #expect(try events(session).map { $0[2] as? String ?? "" }.joined() == text)
        }
        var session = ShellSession()
        session.shell()
        session.output([0xFF, 0x41, 0xC3], at: 1)
        session.output([0x41, 0xE2, 0x82], at: 2)
        #expect(
            try events(session).map { $0[2] as? String } == ["\u{FFFD}A", "\u{FFFD}A", "\u{FFFD}"])
    }

    @Test(
        "streams do not mix their characters, and lines without a terminal go back to the beginning"
    )
    func streams() throws {
        var session = ShellSession()
        session.shell(columns: nil, rows: nil)
        session.output([0xC3], at: 1, "output")
        session.output("e\n", at: 2, "error")
        session.output([0xBC, 0x0A], at: 3, "output")
        #expect(try events(session).map { $0[2] as? String } == ["e\r\n", "\u{FC}\r\n"])
    }

    @Test("threat 18: nothing in a line acts on a terminal")
    func escapes() throws {
        var session = ShellSession()
        session.shell()
        let text = "\u{1B}]52;c;x\u{7}\u{9B}31m\u{7F}\u{85}\u{2028}\"\\\r\n\0"
        session.output(text, at: 1)
        session.program(1, parent: nil, "\u{1B}[2J", at: 2)
        for line in lines(session) {
            #expect(line.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) })
        }
        #expect(try events(session).first?[2] as? String == text)
    }

    @Test("asciinema shows exactly what the terminal showed")
    func asciinema() throws {
        let scratch = try ScratchDirectory()
        var session = ShellSession()
        session.shell()
        session.program(1, parent: nil, "bash", at: 10)
        let shown = "\u{1B}[1mgr\u{FC}\u{DF}e\u{1B}[0m\r\n\"quoted\" \\ \u{1F44D}\r\n"
        for (index, byte) in shown.utf8.enumerated() {
            session.output([byte], at: UInt64(index) * 100)
        }
        session.resized(100, 30, at: 9_000)
        let file = scratch.file("one.cast")
        try (lines(session).joined(separator: "\n") + "\n").write(
            toFile: file, atomically: true, encoding: .utf8)
        for words in ["cat", "play --speed 1000"] {
            // It wants a terminal.
            var command = Command("script", ["-qec", "asciinema \(words) \(file)", "/dev/null"])
            command.environment = ["LC_ALL": "C.UTF-8", "HOME": scratch.path, "TERM": "xterm"]
            let said = try command.runToEnd()
            #expect(said.status == 0 && said.out == shown, "\(words): \(said)")
        }
    }
}
