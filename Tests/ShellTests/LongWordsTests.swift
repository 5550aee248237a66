import Shell
import Testing
import Vocabulary

/// Who may start nothing may still have words looked at: each of these took minutes when a word was read once for each of
/// its letters.
@Suite("Words as long as the kernel takes", .timeLimit(.minutes(5)))
struct LongWordsTests {
    @Test(
        "threat 34: options as long as a word may be are read once",
        arguments: [
            ("bash", "-" + String(repeating: "a", count: 1 << 17)),
            ("perl", "-" + String(repeating: "0", count: 1 << 17)),
            ("perl", "-" + String(repeating: "0l", count: 1 << 16)),
            ("perl", "-" + String(repeating: "CI", count: 1 << 16)),
            ("python3", "-" + String(repeating: "b", count: 1 << 17)),
        ])
    func options(_ program: String, _ word: String) {
        let start = start(file("/usr/bin/" + program), [word])
        #expect(ShellInspector.effects(of: start, parent: nil).count == 1)
    }

    private func code(_ program: String, _ words: [String]) -> ProgramCode {
        ProgramCode(of: start(file("/usr/bin/" + program), words))
    }

    /// Options of exactly as many bytes as are read.
    private static let optionsMax: [(program: String, option: String)] = [
        ("perl", "-www"), ("make", "-kkk"), ("make", "--aa"), ("node", "-iii"), ("emacs", "-qqq"),
        ("python3", "-bbb"), ("bash", "+xxx"), ("php", "-aaa"), ("R", "--xx"),
    ]

    @Test(
        "threat 34: of options as many bytes as the limit says are read, and one more option counts as code that nobody sees",
        arguments: optionsMax.indices)
    func optionBytes(index: Int) {
        let (program, option) = Self.optionsMax[index]
        let options = Array(
            repeating: option, count: ShellLimits.optionBytesMax / option.utf8.count)
        let most = code(program, options + ["f"])
        #expect(!most.isInline && !most.isUnseen)
        let more = code(program, options + ["-q", "f"])
        #expect(more.isInline && more.isUnseen)
        let held = start(file("/usr/bin/" + program), options + ["-q", "f"])
        #expect(held.retryEncoding(session: "ses_1") == nil)
    }

    @Test(
        "threat 34: what is not read for options may be as long as the kernel takes",
        arguments: [
            // Behind the file's name the words are its own.
            ("perl", ["f"] + Array(repeating: "-www", count: 50_000)),
            ("make", Array(repeating: "a", count: 50_000)),
            ("make", ["-C", String(repeating: "a", count: 100_000)]),
            ("gawk", ["-f", "f", "-vx=" + String(repeating: "a", count: 100_000)]),
            ("vim", Array(repeating: "f", count: 50_000)),
            ("true", Array(repeating: "-e", count: 50_000)),
        ])
    func plain(_ program: String, _ words: [String]) {
        #expect(!code(program, words).isUnseen)
    }

    @Test("threat 34: code that is seen stays seen, however long it is")
    func longCode() {
        for words in [
            ["-e", String(repeating: "1;", count: 50_000)],
            ["-e" + String(repeating: "1;", count: 50_000)],
        ] {
            let code = code("perl", words)
            #expect(code.isInline && !code.isUnseen)
        }
    }

    @Test(
        "threat 34: of the flags that make tells the makes below it as many bytes as the limit says are read, and more count as a makefile",
        arguments: ["MAKEFLAGS", "GNUMAKEFLAGS"])
    func makeFlags(name: String) {
        func found(_ flags: String) -> [String] {
            unsafeVariables(
                of: start(file("/usr/bin/true"), [], environment: ["\(name)=\(flags)"]))
        }
        let most = String(repeating: "k", count: ShellLimits.optionBytesMax - 1)
        #expect(found("-" + most) == [])
        #expect(found(most) == [])
        #expect(found("k" + most) == [name])
        #expect(found(most + " -k") == [name])
        #expect(found(String(repeating: "-k ", count: 40_000)) == [name])
        // What it sets is no option.
        #expect(found("k -- CFLAGS=" + String(repeating: "-E\\ ", count: 25_000)) == [])
    }

    @Test("threat 34: of very many variables that no program may get some are named")
    func variables() {
        let most = ShellLimits.shownVariablesMax
        for count in [most - 1, most, 100_000] {
            let environment = (0..<count).map { "LD_\($0)=x" }
            let found = unsafeVariables(
                of: start(file("/usr/bin/true"), [], environment: environment))
            #expect(found.count == min(count, most) && found == found.sorted())
        }
    }

    @Test("threat 34: whether a name is a secret's is known by its end, however long it is")
    func names() {
        for (name, isSecret) in [("a_password", true), ("a_b", false), ("askpass", false)] {
            let long = CountedBytes(String(repeating: "x", count: 1 << 17) + name)
            #expect(isSecretName(long) == isSecret)
            #expect(long.looks.count < 100)
        }
    }

    @Test(
        "threat 34: secrets beside secrets are masked in one look",
        arguments: ["?token=", "&a_token=", "token=x,", "a://b:c@", "https://x@"])
    func secrets(_ part: String) {
        let word = Array(String(repeating: part, count: (1 << 17) / part.utf8.count).utf8)
        let masked = maskedWords([[], word], of: file("/bin/true"))
        #expect(masked.count == 2 && masked[1].count > 0)
    }

    @Test("threat 34: more words than are looked at count as code")
    func operands() {
        let many = start(file("/usr/bin/deno"), (0...ShellLimits.readFilesMax).map { "f\($0)" })
        let effects = ShellInspector.effects(of: many, parent: nil)
        #expect(effects.contains { $0.isFlagged("inline_code") })
    }
}

/// Counts how often one of its bytes is looked at.
private struct CountedBytes: BidirectionalCollection {
    final class Looks {
        var count = 0
    }

    private let bytes: [UInt8]
    let looks = Looks()

    init(_ text: String) { bytes = Array(text.utf8) }

    var startIndex: Int { 0 }
    var endIndex: Int { bytes.count }
    func index(after place: Int) -> Int { place + 1 }
    func index(before place: Int) -> Int { place - 1 }

    subscript(place: Int) -> UInt8 {
        looks.count += 1
        return bytes[place]
    }
}
