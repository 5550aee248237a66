import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Recording

/// What `docs/recordings.md` tells an auditor to do is done here.
@Suite struct DocumentationTests {
    private func script() throws -> String {
        let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/recordings.md")
        let text = try String(contentsOf: docs, encoding: .utf8)
        let start = try #require(text.range(of: "```python\n")).upperBound
        let end = try #require(text.range(of: "```", range: start..<text.endIndex)).lowerBound
        return String(text[start..<end])
    }

    private func run(_ script: String, _ argument: String) throws -> (status: Int32, text: String) {
        let said = try Command("python3", ["-c", script, argument]).runToEnd()
        return (said.status, said.out)
    }

    @Test func theScriptOfTheDocumentationFindsTheLedgersRoot() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        for number in 0..<UInt64(20) {
            try session.action(action(number))
            try loop.commit()
            if number % 5 == 0 { try await recorder.settle() }
        }
        try session.close(reason: "left", at: WallTime(milliseconds: 2_000))
        try loop.commit()
        await recorder.close()
        let root = try #require(desk.roots.of(session.session).last)
        let path = desk.file(of: session.session)
        let script = try script()
        let found = try run(script, path)
        #expect(found.status == 0 && found.text == "\(root.bytes) \(root.root.hex)\n")

        var bytes = try contents(path)
        bytes[bytes.count - 50] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(try run(script, path).status != 0)
    }
}
