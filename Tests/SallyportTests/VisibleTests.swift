import Foundation
import Testing

@testable import sallyport

@Suite("threat 18: nothing acts on the terminal, and nothing hides")
struct VisibleTests {
    @Test(
        "what would act, hide or deceive is written out",
        arguments: [
            ("\u{1B}[2K", "\\u{1b}[2K"), ("a\rb", "a\\u{d}b"), ("a\r\nb", "a\\u{d}\\u{a}b"),
            ("\u{1B}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("\u{1B}]8;;http://x\u{1B}\\", "\\u{1b}]8;;http://x\\u{1b}\\"),
            ("\u{9B}31m", "\\u{9b}31m"), ("\u{8}\u{7F}\u{0}\t", "\\u{8}\\u{7f}\\u{0}\\u{9}"),
            ("a\u{85}b\u{2028}c\u{2029}d", "a\\u{85}b\\u{2028}c\\u{2029}d"),
            ("\u{202E}drop\u{202C}", "\\u{202e}drop\\u{202c}"),
            (
                "\u{2066}x\u{2069}\u{200E}\u{200F}\u{61C}",
                "\\u{2066}x\\u{2069}\\u{200e}\\u{200f}\\u{61c}"
            ),
            (
                "a\u{200B}b\u{200C}\u{200D}\u{2060}\u{FEFF}",
                "a\\u{200b}b\\u{200c}\\u{200d}\\u{2060}\\u{feff}"
            ),
            ("a\u{AD}b\u{34F}\u{180E}\u{FE0F}", "a\\u{ad}b\\u{34f}\\u{180e}\\u{fe0f}"),
            ("a\u{A0}b\u{3000}c\u{2800}d\u{3164}", "a\\u{a0}b\\u{3000}c\\u{2800}d\\u{3164}"),
            ("\u{E0041}\u{E000}\u{378}", "\\u{e0041}\\u{e000}\\u{378}"),
            ("\u{430}lice", "\\u{430}lice"), ("\u{3BF}rders", "\\u{3bf}rders"),
            ("\u{578}ame \u{5E1} \u{251}", "\\u{578}ame \\u{5e1} \\u{251}"),
            ("ＤＲＯＰ", "\\u{ff24}\\u{ff32}\\u{ff2f}\\u{ff30}"), ("𝐃", "\\u{1d403}"),
            ("\u{212A}\u{17F}\u{2170}", "\\u{212a}\\u{17f}\\u{2170}"),
            ("a\u{37E} b", "a\\u{37e} b"), ("x \u{2010}\u{2212} y", "x \\u{2010}\\u{2212} y"),
            ("D\u{336}R\u{20DD}", "D\\u{336}R\\u{20dd}"), ("e\u{301}", "e\\u{301}"),
            ("\u{915}\u{93F}", "\u{915}\\u{93f}"),
            ("\u{2019}a\u{201D}", "\\u{2019}a\\u{201d}"), ("1\u{2215}2", "1\\u{2215}2"),
        ])
    func shown(text: String, expected: String) {
        #expect(visible(text) == expected)
        #expect(hiddenCount(text) > 0)
    }

    @Test(
        "what is what it seems stays as it is",
        arguments: [
            "DELETE FROM customers WHERE name = 'O''Brien' -- 100%;", "Zoë Müller, Łódź, naïve",
            "東京都", "ß æ ø þ", "\u{E9}", "1€ ± 5°",
        ])
    func kept(text: String) {
        #expect(visible(text) == text)
        #expect(hiddenCount(text) == 0)
    }

    @Test("lines stay lines where that is asked for, and only there")
    func lines() {
        #expect(visible("a\nb\r", keepingLines: true) == "a\nb\\u{d}")
        #expect(visible("a\nb") == "a\\u{a}b")
        #expect(hiddenCount("a\n\tb\u{1B}") == 1)
    }

    @Test(
        "no scalar of Unicode that is a control, a mark of direction or a space but one gets through"
    )
    func everyScalar() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let category = scalar.properties.generalCategory
            let acts: [Unicode.GeneralCategory] = [
                .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
                .nonspacingMark, .spacingMark, .enclosingMark,
            ]
            guard acts.contains(category) || (category == .spaceSeparator && scalar != " ") else {
                continue
            }
            let text = String(scalar)
            if visible(text) != "\\u{" + String(value, radix: 16) + "}" {
                Issue.record("U+\(String(value, radix: 16)) gets through")
            }
        }
    }

    @Test(
        "JSON on a terminal is the same value, and nothing in it acts",
        arguments: [
            "\u{1B}[2K\u{9B}\u{7F}", "\u{202E}\u{2066}", "a\u{200B}b", "tab\tnew\nline\r",
            "\u{E0041}\u{10FFFF}", "東京 Zoë \u{430}", "quote\" back\\slash \\u0041",
        ])
    func json(text: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let plain = String(decoding: try encoder.encode([text: [text]]), as: UTF8.self)
        let shown = visibleJSON(plain)
        let back = try JSONDecoder().decode([String: [String]].self, from: Data(shown.utf8))
        #expect(back == [text: [text]])
        for scalar in shown.unicodeScalars where scalar != "\n" {
            let category = scalar.properties.generalCategory
            #expect(category != .control && category != .format && category != .privateUse)
        }
    }
}
