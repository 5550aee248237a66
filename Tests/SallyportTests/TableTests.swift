import TestKit
import Testing

@testable import sallyport

@Suite("Tables for people")
struct TableTests {
    private func table(_ rows: [[String]]) -> Table {
        var table = Table([
            .init(title: "ID"), .init(title: "BY", isFlexible: true),
            .init(title: "COMMAND", isFlexible: true),
        ])
        table.rows = rows
        return table
    }

    @Test(
        "every line fits the width, whatever is in it",
        arguments: [
            String(repeating: "x", count: 300), String(repeating: "漢", count: 200),
            String(repeating: "e\u{301}", count: 200), String(repeating: "👍🏽", count: 90),
            String(repeating: "a漢", count: 100), String(repeating: "\u{202E}", count: 50), "",
            "한국어 テスト 中文", String(repeating: "🇩🇪", count: 60),
        ], [40, 80, 81, 120])
    func fits(text: String, width: Int) {
        let id = "hld_0123456789abcdefghijklmnop"
        let lines = table([[id, "deploy-bot", text], [id, text, "SELECT 1"]]).lines(width: width)
        for line in lines {
            #expect(columnCount(line) <= max(width, 30 + 2 * 6), "\(columnCount(line)): \(line)")
            #expect(line.hasPrefix(line == lines[0] ? "ID" : id))
        }
    }

    @Test("what is not cut is whole, what is cut says so, and columns stand under their titles")
    func columns() {
        let lines = table([
            ["1", "漢字", "short"], ["22", "bob", String(repeating: "y", count: 100)],
        ]).lines(width: 30)
        #expect(
            lines == [
                "ID  BY    COMMAND", "1   漢字  short",
                "22  bob   " + String(repeating: "y", count: 19) + "…",
            ])
    }

    @Test("a last column that would have too little has a line of its own, and ids stay whole")
    func apart() {
        let id = "hld_0123456789abcdefghijklmnop"
        var table = Table([
            .init(title: "ID"), .init(title: "BY", isFlexible: true),
            .init(title: "COMMAND", isFlexible: true, leastWidth: 40),
        ])
        table.rows = [[id, "deploy-bot", String(repeating: "y", count: 100)], [id, "bob", "漢 x"]]
        #expect(
            table.lines(width: 80) == [
                "ID                              BY", id + "  deploy-bot",
                "    " + String(repeating: "y", count: 75) + "…", id + "  bob", "    漢 x",
            ])
        // With 40 columns left it stays where it is, and with what is enough for all of it.
        #expect(
            table.lines(width: 84)[1]
                == id + "  deploy-bot  " + String(repeating: "y", count: 39) + "…")
        table.rows.removeFirst()
        #expect(table.lines(width: 46)[1] == id + "  bob  漢 x")
        #expect(table.lines(width: 43).count == 3)
        #expect(table.lines(width: 20)[2] == "    漢 x")
        #expect(table.lines(width: .max).count == 2)
    }

    @Test("where there is no terminal to fit nothing is cut")
    func whole() {
        let text = String(repeating: "y", count: 5_000)
        let lines = table([["1", "deploy-bot", text]]).lines(width: .max)
        #expect(lines[1] == "1   deploy-bot  " + text)
    }

    @Test("what is in a cell cannot break its line")
    func escaped() {
        let lines = table([["1", "a\nb", "x\u{1B}[2J\r"]]).lines(width: 80)
        #expect(lines[1] == "1   a\\u{a}b  x\\u{1b}[2J\\u{d}")
    }

    @Test(
        "columns of a text",
        arguments: [
            ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("👍🏽", 2), ("🇩🇪", 2), ("ｱ", 1), ("Ａ", 2),
            ("…", 1),
            ("é", 1), ("", 0), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2),
        ])
    func count(text: String, columns: Int) {
        #expect(columnCount(text) == columns)
    }

    @Test("a beginning never takes more columns than it may")
    func beginning() {
        #expect(prefix(of: "a漢字", columns: 2) == "a")
        #expect(prefix(of: "a漢字", columns: 3) == "a漢")
        #expect(prefix(of: "abc", columns: 9) == "abc")
        #expect(prefix(of: "漢", columns: 0) == "")
    }

    @Test("lines are whole however their bytes are cut")
    func lineReader() {
        let text = "{\"a\":\"漢\"}\n\n{\"b\":1}\nrest"
        for parts in splits(of: Array(text.utf8)) {
            var reader = LineReader()
            #expect(parts.flatMap { reader.feed($0) } == ["{\"a\":\"漢\"}", "", "{\"b\":1}"])
        }
    }
}
