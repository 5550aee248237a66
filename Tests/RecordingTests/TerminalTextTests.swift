import TestKit
import Testing
import Vocabulary

@testable import Recording

/// What of a terminal's output is text.
@Suite struct TerminalTextTests {
    /// Output, and the lines that the search has of it.
    static let table: [(String, [String])] = [
        ("plain\r\nlines\r\n", ["plain", "lines"]),
        ("no end", ["no end"]),
        ("a\u{1B}[31mb\u{1B}[0mc\r\n", ["abc"]),
        ("a\u{1B}[1;31;48:2:1:2:3mb\u{1B}[Kc\n", ["abc"]),
        ("12%\r34%\r100%\r\n", ["12%", "34%", "100%"]),
        ("pasx\u{8}s\u{8}sword\n", ["password"]),
        ("gr\u{FC}\u{DF}e \u{65E5}\u{672C}\n", ["gr\u{FC}\u{DF}e \u{65E5}\u{672C}"]),
        ("\u{E9}x\u{8}\u{8}e\n", ["e"]),
        ("a\tb\n", ["a b"]),
        ("name\u{1B}[5Cvalue\u{1B}[20Gnext\n", ["name value next"]),
        ("\u{1B}[2J\u{1B}[1;1Htop\u{1B}[24;1Hbottom", ["top", "bottom"]),
        ("\u{1B}(0qqq\u{1B}(B\u{1B}=\u{1B}>x\n", ["qqqx"]),
        // Threat 18: what is written for the terminal itself is found all the same.
        ("a\u{1B}]0;the title\u{7}b\n", ["a0;the title", "b"]),
        ("\u{1B}]52;c;c2VjcmV0\u{1B}\\x\n", ["52;c;c2VjcmV0", "x"]),
        ("\u{1B}Pq picture\u{1B}\\x\n", ["q picture", "x"]),
        ("\u{1B}_never ended\nsecret\n", ["never ended", "secret"]),
        ("\u{9D}hidden\u{9C}x\n", ["hidden", "x"]),
        ("\u{9B}31mx\n", ["x"]),
        ("\u{1B}]0;a\u{1B}[31mb\n", ["0;a", "b"]),
        ("\u{1B}[12\u{18}m x\n", ["m x"]),
        ("\u{1B}[1\n2mx\n", ["x"]),
        ("\u{1B}\u{1B}[mx\n", ["x"]),
        ("\u{1B}[31\u{FC}x\n", ["\u{FC}x"]),
        ("\u{0}\u{7}\u{7F}x\n", ["x"]),
        ("\u{1B}[\(String(repeating: "1;", count: 500))mx\n", ["x"]),
    ]

    private func lines(_ parts: [ArraySlice<UInt8>]) -> [String] {
        var text = TerminalText()
        let bytes = parts.flatMap { text.take($0) } + text.end()
        return bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "Lines are found without what moves and colours, wherever the output is cut",
        arguments: table)
    func found(output: String, expected: [String]) {
        let bytes = Array(output.utf8)
        #expect(lines([bytes[...]]) == expected)
        #expect(lines(bytes.indices.map { bytes[$0...$0] }) == expected)
        for cut in bytes.indices {
            #expect(lines([bytes[..<cut], bytes[cut...]]) == expected, "cut at \(cut)")
        }
    }

    @Test(
        "Bytes that are no UTF-8 are replaced, one for each sequence that breaks off",
        arguments: [
            ([0xFF], "\u{FFFD}"), ([0x80, 0x81], "\u{FFFD}\u{FFFD}"), ([0xC3, 0x41], "\u{FFFD}A"),
            ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"),
            ([0xE2, 0x82, 0xE2, 0x82, 0xAC], "\u{FFFD}\u{20AC}"),
            ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"), ([0xF4, 0x90], "\u{FFFD}\u{FFFD}"),
            ([0xE0, 0x9F], "\u{FFFD}\u{FFFD}"), ([0xC3, 0x1B, 0x5B, 0x6D, 0x41], "\u{FFFD}A"),
        ] as [([UInt8], String)])
    func broken(bytes: [UInt8], expected: String) {
        #expect(lines([(bytes + [10])[...]]) == [expected])
        #expect(lines((bytes + [10]).map { [$0] }) == [expected])
    }

    @Test("threat 34: a line without end, and sequences without end, are kept to a bound")
    func endless() {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
        let found = lines([long[...]])
        #expect(found.joined().utf8.count == 100_000)
        #expect(found.allSatisfy { $0.utf8.count <= Limits.lineBytesMax })
        let sequence = Array("\u{1B}[".utf8) + [UInt8](repeating: UInt8(ascii: "1"), count: 100_000)
        #expect(lines([sequence[...], Array("mx".utf8)[...]]) == ["x"])
    }

    @Test(
        "What hostile output becomes does not depend on its cuts",
        arguments: 0..<200 as Range<UInt64>)
    func random(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alphabet: [UInt8] = [
            0x1B, 0x5B, 0x5D, 0x50, 0x5C, 0x07, 0x08, 0x0A, 0x0D, 0x18, 0x41, 0x6D, 0x31, 0x3B,
            0x80,
            0x9B, 0x9C, 0xC2, 0xC3, 0xE2, 0x82, 0xAC, 0xF0, 0xFF, 0x20, 0x28,
        ]
        let bytes = (0..<200).map { _ in alphabet[Int(random.below(UInt64(alphabet.count)))] }
        let whole = lines([bytes[...]])
        #expect(lines(bytes.map { [$0] }) == whole)
        #expect(whole.allSatisfy { line in line.unicodeScalars.allSatisfy { $0.value >= 0x20 } })
    }
}
