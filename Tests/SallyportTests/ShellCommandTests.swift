import ArgumentParser
import Foundation
import Shell
import Testing

@testable import sallyport

@Suite("What exec and shell send and say")
struct ShellCommandTests {
    @Test(
        "--env sends a variable as it is written, or as it is here",
        arguments: [
            ("STAGE=blue", "STAGE=blue"), ("STAGE=", "STAGE="), ("STAGE=a=b", "STAGE=a=b"),
            ("=x", nil), ("", nil), ("SALLYPORT_NOT_SET_ANYWHERE", nil),
        ] as [(String, String?)])
    func given(text: String, sent: String?) throws {
        guard let sent else {
            #expect(throws: ValidationError.self) { try variable(text) }
            return
        }
        #expect(try variable(text) == Array(sent.utf8))
    }

    @Test("--env takes a value that is set here in its very bytes")
    func inherited() throws {
        let path = try #require(getenv("PATH"))
        #expect(try variable("PATH") == Array("PATH=\(String(cString: path))".utf8))
        let bytes: [UInt8] = [0xFF, 0x41]
        setenv("SALLYPORT_TEST_BYTES", [CChar(bitPattern: 0xFF), 0x41, 0], 1)
        #expect(try variable("SALLYPORT_TEST_BYTES") == Array("SALLYPORT_TEST_BYTES=".utf8) + bytes)
    }

    @Test(
        "a notice as JSON is the same value, and nothing in it acts on a terminal",
        arguments: ["\u{202E}gnp.exe", "a\u{200B}b", "\u{9B}2J\u{1B}]0;x\u{7}", "\u{85}\u{2028}"])
    func notice(text: String) throws {
        let notice = ShellNotice(
            .held, hold: text, program: text, message: text, hint: text)
        for scalar in notice.json.unicodeScalars {
            #expect((0x20...0x7E).contains(scalar.value), "\(notice.json)")
        }
        let back = try JSONSerialization.jsonObject(with: Data(notice.json.utf8))
        let value = try #require(back as? [String: Any])
        for key in ["program", "message", "hint", "hold"] {
            #expect(value[key] as? String == text)
        }
        #expect(value["event"] as? String == "held" && value["waits"] as? Bool == true)
    }
}
