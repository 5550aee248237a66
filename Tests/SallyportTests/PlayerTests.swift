import ControlAPI
import Testing

@testable import sallyport

/// A screen whose keys are said beforehand: one for each wait, `nil` lets it pass.
private final class ScriptedScreen: PlayScreen {
    private var keys: [Character?]
    private(set) var waits: [UInt64?] = []
    private(set) var shown = ""

    init(_ keys: [Character?]) { self.keys = keys }

    func write(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        shown += text.replacingOccurrences(
            of: String(decoding: TerminalFilter.reset, as: UTF8.self), with: "<reset>"
        ).replacingOccurrences(
            of: String(decoding: TerminalFilter.clear, as: UTF8.self), with: "<clear>")
    }

    func key(within microseconds: UInt64?) -> Character? {
        waits.append(microseconds)
        return keys.isEmpty ? (microseconds == nil ? "q" : nil) : keys.removeFirst()
    }
}

@Suite("The player of a recorded terminal")
struct PlayerTests {
    private var session: ShellSession {
        var session = ShellSession()
        session.shell()
        session.program(1, parent: nil, "bash", at: 0)
        session.output("a", at: 1_000_000)
        session.program(2, parent: 1, "one", at: 1_500_000)
        session.output("b", at: 2_000_000)
        session.program(3, parent: 1, "two", at: 2_500_000)
        session.output("c", at: 100_000_000)
        return session
    }

    @Test("what was typed is not shown again, and no step waits for it")
    func input() async throws {
        var session = ShellSession()
        session.shell()
        session.output("$ ", at: 1_000)
        session.input("secret", at: 2_000)
        session.output("x", at: 3_000)
        for isRaw in [false, true] {
            let screen = try await play([nil, " ", ".", "."], isRaw: isRaw, session)
            #expect(screen.shown == "$ x<reset>", "\(screen.shown)")
        }
    }

    private func play(
        _ keys: [Character?], speed: Double = 1, isRaw: Bool = false, _ session: ShellSession? = nil
    ) async throws -> ScriptedScreen {
        let screen = ScriptedScreen(keys)
        let session = session ?? self.session
        var player = Player(
            screen: screen, speed: speed, idleMicroseconds: 2_000_000, isRaw: isRaw
        ) { session }
        try await player.run()
        return screen
    }

    @Test(
        "waits as long as the session did, at its speed, and no longer than the limit",
        arguments: [
            (1.0, [0, 0, 1_000_000, 500_000, 500_000, 500_000, 2_000_000]),
            (2.0, [0, 0, 500_000, 250_000, 250_000, 250_000, 2_000_000]),
            (0.0, [0, 0, 0, 0, 0, 0, 0]),
        ] as [(Double, [UInt64])])
    func time(speed: Double, waits: [UInt64]) async throws {
        let screen = try await play([], speed: speed)
        #expect(screen.waits == waits)
        #expect(screen.shown == "abc<reset>")
    }

    @Test(
        "keys pause, step, jump from command to command, and end it",
        arguments: [
            // Events: shell, #1, a, #2, b, #3, c.
            (["q"], "<reset>"), ([nil, nil, nil, "q"], "a<reset>"), (["\u{3}"], "<reset>"),
            // Paused, and nothing comes: the last key ends it.
            ([nil, nil, " ", "q"], "<reset>"),
            ([nil, nil, " ", "x", " ", nil, nil, nil, nil, nil], "abc<reset>"),
            // A step shows one more; commands between outputs take one too.
            ([nil, nil, ".", ".", ".", "q"], "ab<reset>"),
            // To the next command, and the one behind.
            ([nil, nil, "]", "q"], "a<reset>"), ([nil, nil, "n", "]", "q"], "ab<reset>"),
            ([nil, nil, "]", "]", "]"], "abc<reset>"),
            // Back: the screen is empty, and what stood before the command is there at once.
            ([nil, nil, nil, nil, "[", "q"], "a<reset><clear><reset>"),
            (["]", "]", "]", "p", "q"], "ab<reset><clear>a<reset>"),
        ] as [([Character?], String)])
    func keys(keys: [Character?], shown: String) async throws {
        #expect(try await play(keys).shown == shown)
    }

    @Test("threat 18: what programs wrote is filtered, unless it is asked for raw")
    func filtered() async throws {
        var session = ShellSession()
        session.shell()
        session.output("a\u{1B}]0;t", at: 1)
        session.output("itle\u{7}b", at: 2)
        #expect(try await play([], session).shown == "ab<reset>")
        #expect(try await play([], isRaw: true, session).shown == "a\u{1B}]0;title\u{7}b<reset>")
    }

    @Test("lines that were written without a terminal begin at the margin")
    func noTerminal() async throws {
        var session = ShellSession()
        session.shell(columns: nil, rows: nil)
        session.output("a\nb\n", at: 1, "output")
        #expect(try await play([], session).shown == "a\r\nb\r\n<reset>")
    }

    @Test(
        "threat 18: elsewhere than on a terminal it is text, with control characters made visible")
    func transcript() {
        var session = ShellSession()
        session.shell()
        session.program(1, parent: nil, "ls", at: 0)
        session.output("a\u{1B}[31mb\r\nc\u{C}", at: 1)
        session.output("d", at: 2)
        session.refused(2, parent: 1, "rm", at: 3)
        var transcript = Transcript(isRaw: false)
        let text = String(
            decoding: session.events.flatMap { transcript.text(of: $0) }, as: UTF8.self)
        #expect(text.contains("#1 allow  ls  [p/r]\na\\u{1b}[31mb\nc\\u{c}d\n"))
        #expect(text.hasSuffix("rm  → refused by p/no  [p/no]\n"))
        var raw = Transcript(isRaw: true)
        let bytes = session.events.flatMap { raw.text(of: $0) }
        #expect(bytes == Array("a\u{1B}[31mb\r\nc\u{C}d".utf8))
    }

    @Test("a command of several lines is shown as such, and none of them as an event of its own")
    func lines() {
        var session = ShellSession()
        let command = "create a container\nprivileged\r\n     0.000s  closed"
        session.program(1, parent: nil, command, at: 0)
        session.refused(2, parent: 1, "a\nb", at: 0)
        let bar = "\n" + String(repeating: " ", count: 19) + "| "
        #expect(
            line(of: session.events[0]).hasSuffix(
                "#1 allow  create a container  [p/r]\(bar)privileged\\u{d}\\u{a}     0.000s  closed"
            ))
        #expect(line(of: session.events[1]).hasSuffix("a  → refused by p/no  [p/no]\(bar)b"))
    }

    @Test(
        "a command has the rules that decided about it, and one that none decided about has no brackets"
    )
    func rules() {
        var event = EventItem(sequence: 1, microseconds: 0, kind: "action")
        (event.number, event.verdict, event.statement) = (1, "hold", "DELETE FROM orders")
        event.values = ["7"]
        event.hold = "hld_a"
        for (rules, shown) in [
            (nil, ""), ([], ""), (["p/a"], "  [p/a]"), (["p/a", "p/b\n"], "  [p/a, p/b\\u{a}]"),
        ] as [([String]?, String)] {
            event.rules = rules
            #expect(
                line(of: event).hasSuffix(
                    "#1 hold  DELETE FROM orders  ['7']  (consented: hld_a)" + shown))
        }
    }

    @Test(
        "an outcome has the rows that there are",
        arguments: [(3, "(3 rows, "), (0, "("), (nil, "(")] as [(UInt64?, String)])
    func rows(count: UInt64?, shown: String) {
        var event = EventItem(sequence: 1, microseconds: 0, kind: "outcome")
        (event.number, event.tag, event.rows, event.duration) = (1, "200", count, 1_500)
        #expect(line(of: event).hasSuffix("#1   → 200  \(shown)1.500 ms)"))
    }
}
