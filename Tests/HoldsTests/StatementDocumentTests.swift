import Cryptography
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Holds

@Suite("docs/consent-statement.md")
struct StatementDocumentTests {
    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/consent-statement.md").path

    static func block(_ language: String) throws -> String {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let start = try #require(text.range(of: "```\(language)\n"))
        let end = try #require(text.range(of: "\n```", range: start.upperBound..<text.endIndex))
        return String(text[start.upperBound..<end.lowerBound])
    }

    /// The vectors as this program makes them.
    static func vectors() throws -> JSONValue {
        let statement = try StatementTests.statement()
        func fields(_ shown: ShownStatement) -> JSONValue {
            .array(
                shown.fields.map { field in
                    switch field {
                    case .shown(let shown):
                        [
                            "name": .text(shown.name), "salt": .text(hexText(shown.salt)),
                            "bytes": .text(Base64.encode(shown.bytes)),
                        ]
                    case .withheld(let name, let commitment):
                        ["name": .text(name), "commitment": .text(commitment.hex)]
                    }
                })
        }
        let digest = JSONValue.text(statement.digest.hex)
        return [
            ["digest": digest, "fields": fields(statement.shown())],
            [
                "digest": digest,
                "fields": fields(statement.shown(withholding: ["statement", "value.2"])),
            ],
        ]
    }

    @Test("shows the vectors that this program makes")
    func vectors() throws {
        let shown = try JSONValue(parsing: Array(Self.block("json").utf8))
        let expected = try Self.vectors()
        #expect(shown == expected, "\(String(decoding: expected.canonical, as: UTF8.self))")
    }

    @Test("has a script that computes the same, and notices a change")
    func script() throws {
        let scratch = try ScratchDirectory()
        let script = scratch.file("verify.py")
        try Self.block("python").write(toFile: script, atomically: true, encoding: .utf8)
        let vectors = try Self.block("json")
        #expect(try python(script, vectors) == 0)
        #expect(try python(script, vectors.replacing("value.1", with: "value.3")) == 1)
    }

    private func python(_ script: String, _ input: String) throws -> Int32 {
        var command = Command("python3", [script])
        command.input = input
        return try command.runToEnd().status
    }
}
