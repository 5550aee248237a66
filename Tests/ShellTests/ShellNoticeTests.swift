import Shell
import TestKit
import Testing

@Suite("Notices of a session")
struct ShellNoticeTests {
    @Test("what is longer than a client takes is cut between characters, and says so")
    func cut() throws {
        for padding in 0..<4 {
            let long = String(repeating: "x", count: padding) + String(repeating: "😀", count: 9_000)
            let notice = ShellNotice(.held, program: long, message: long, hint: long)
            let read = try notice.body.withUnsafeBytes { bytes in try ShellNotice(body: bytes) }
            #expect(read == notice)
            let texts = [read.program, read.message, read.hint ?? ""]
            #expect(texts.allSatisfy { $0.utf8.count <= 16 << 10 && $0.utf8.count > 16_000 })
            let mark = "😀... (cut: \(36_000 + padding) bytes in all)"
            #expect(texts.allSatisfy { $0.hasSuffix(mark) })
        }
        let long = String(repeating: "😀", count: 9_000)
        let mark = "... (cut: 36000 bytes in all)"
        let refusal = ShellRefusal(.unavailable, long, hint: long)
        let read = try refusal.body.withUnsafeBytes { bytes in try ShellRefusal(body: bytes) }
        #expect(read == refusal)
        #expect(read.message.hasSuffix(mark) && read.hint?.hasSuffix(mark) == true)
        let end = try ShellEnd.cut(long).body.withUnsafeBytes { bytes in try ShellEnd(body: bytes) }
        guard case .cut(let why) = end else { throw Failure("\(end)") }
        #expect(why.hasSuffix(mark) && why.utf8.count <= 16 << 10)
        let short = String(repeating: "y", count: 16 << 10)
        #expect(ShellNotice(.held, message: short).message == short)
    }
}
