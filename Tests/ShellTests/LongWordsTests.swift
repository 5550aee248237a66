import Shell
import Testing

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

    @Test("threat 34: the flags that make tells the makes below it are read once")
    func makeFlags() {
        let flags = "MAKEFLAGS=" + String(repeating: "k", count: 1 << 17)
        #expect(unsafeVariables(of: start(file("/usr/bin/true"), [], environment: [flags])) == [])
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
