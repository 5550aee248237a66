import TestKit
import Testing

@testable import sallyport

@Suite(
    "threat 18: a recording that is played draws, and does nothing else to the viewer's terminal")
struct TerminalFilterTests {
    /// What draws goes on as it is.
    static let drawn = [
        "plain \u{FC} \u{65E5}\u{1F44D}\r\n\t\u{8}",
        "\u{1B}[0m\u{1B}[m\u{1B}[1;38;5;196;48:2:1:2:3m",
        "\u{1B}[H\u{1B}[2J\u{1B}[J\u{1B}[1K\u{1B}[12;40H\u{1B}[5A\u{1B}[3C\u{1B}[10G\u{1B}[7d",
        "\u{1B}[?25l\u{1B}[?25h\u{1B}[?1049h\u{1B}[?1049l\u{1B}[?7;25h\u{1B}[4h\u{1B}[4l",
        "\u{1B}[1;24r\u{1B}[2S\u{1B}[2T\u{1B}[3L\u{1B}[3M\u{1B}[4@\u{1B}[4P\u{1B}[4X\u{1B}[9b",
        "\u{1B}7\u{1B}8\u{1B}D\u{1B}E\u{1B}M\u{1B}(0lqk\u{1B}(B\u{E}\u{F}\u{1B}#8\u{1B}[!p\u{1B}[2 q",
        "\u{1B}[s\u{1B}[u\u{1B}[I\u{1B}[Z\u{1B}[g",
    ]
    /// What does more is left out, with all that belongs to it.
    static let left = [
        "\u{1B}]52;c;c2VjcmV0\u{7}", "\u{1B}]52;c;?\u{1B}\\", "\u{1B}]0;title\u{7}",
        "\u{1B}]2;t\u{1B}\\",
        "\u{1B}]8;;file:///etc/passwd\u{1B}\\", "\u{1B}]9;note\u{7}", "\u{1B}]777;notify;a;b\u{7}",
        "\u{1B}]1337;File=name=x:AAAA\u{7}", "\u{1B}]4;1;?\u{7}", "\u{1B}]50;?\u{7}",
        "\u{1B}P$qm\u{1B}\\",
        "\u{1B}P+q544e\u{1B}\\", "\u{1B}Pq#0;2;0;0;0\u{1B}\\", "\u{1B}_Gf=24;AAAA\u{1B}\\",
        "\u{1B}^private\u{1B}\\", "\u{1B}Xstring\u{1B}\\", "\u{1B}[c", "\u{1B}[>c", "\u{1B}[=c",
        "\u{1B}[0c",
        "\u{1B}[5n", "\u{1B}[6n", "\u{1B}[?6n", "\u{1B}[?996n", "\u{1B}[>q", "\u{1B}[x",
        "\u{1B}[14t",
        "\u{1B}[21t", "\u{1B}[22;0t", "\u{1B}[8;1;1t", "\u{1B}[?1000h", "\u{1B}[?1003h",
        "\u{1B}[?1006h",
        "\u{1B}[?1004h", "\u{1B}[?2026h", "\u{1B}[?25;2026h", "\u{1B}[?2004h", "\u{1B}[?1h",
        "\u{1B}[?25;1000h", "\u{1B}[?3h",
        "\u{1B}[2h",
        "\u{1B}[>4;2m", "\u{1B}[>1u", "\u{1B}[=1u", "\u{1B}[?u", "\u{1B}[5i", "\u{1B}[?5i",
        "\u{1B}[4i",
        "\u{1B}[3J", "\u{1B}[?25$p", "\u{1B}[2*x", "\u{1B}[1;2;3;4;5T", "\u{1B}[99999b",
        "\u{1B}[99999S",
        "\u{1B}=", "\u{1B}>", "\u{1B}Z", "\u{1B}%G", "\u{1B}%@", "\u{1B}l", "\u{1B}n", "\u{1B} F",
        "\u{7}", "\u{5}",
        "\u{0}", "\u{7F}", "\u{9B}6n", "\u{9D}52;c;x\u{9C}", "\u{90}q\u{9C}", "\u{85}", "\u{9A}",
        "\u{1B}[1;\u{18}", "\u{1B}[?", "\u{1B}", "\u{1B}]never ended", "\u{1B}[<0;1;1M",
    ]

    private func filtered(_ parts: [ArraySlice<UInt8>]) -> String {
        var filter = TerminalFilter()
        return String(decoding: parts.flatMap { filter.take(Array($0)) }, as: UTF8.self)
    }

    @Test("what draws is passed on", arguments: drawn)
    func drawing(text: String) {
        for parts in splits(of: Array(text.utf8)) {
            #expect(filtered(parts.map { $0[...] }) == text)
        }
    }

    @Test("what does more is left out, however it is cut", arguments: left)
    func leaving(text: String) {
        for parts in splits(of: Array(("a" + text).utf8)) {
            #expect(filtered(parts.map { $0[...] }) == "a")
        }
    }

    @Test(
        "a whole reset becomes one that leaves what scrolled by, and marks that reorder a line are shown"
    )
    func replaced() {
        let reset = filtered([Array("\u{1B}c".utf8)[...]])
        #expect(reset.contains("\u{1B}[2J") && !reset.contains("\u{1B}c"))
        #expect(filtered([Array("\u{202E}a\u{2066}b".utf8)[...]]) == "\u{FFFD}a\u{FFFD}b")
        #expect(filtered([[0x61, 0x9B, 0x36, 0x6E]]) == "a\u{FFFD}6n")
    }

    @Test(
        "of hostile output nothing passes that would not pass again",
        arguments: 0..<300 as Range<UInt64>)
    func hostile(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alphabet = Array(
            "\u{1B}[]P_^X\\?>=!$ ;:0123456789hlmnctJqpuTHi\u{7}\u{18}\u{8}\r\nc\u{9B}\u{9D}".utf8)
        let bytes = (0..<300).map { _ in alphabet[Int(random.below(UInt64(alphabet.count)))] }
        let once = filtered([bytes[...]])
        #expect(filtered([Array(once.utf8)[...]]) == once)
        #expect(filtered(bytes.map { [$0] }) == once)
        for forbidden in [
            "\u{1B}]", "\u{1B}P", "\u{1B}_", "\u{1B}[c", "\u{1B}[6n", "\u{9B}", "\u{7}",
        ] {
            #expect(!once.contains(forbidden), "\(forbidden.debugDescription)")
        }
    }
}
