import Foundation
import TestKit
import Testing

@testable import Ledger

@Suite("Verifying without our binary")
struct DocumentedScriptTests {
    /// The one Python block of `docs/ledger.md`.
    private func script() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appendingPathComponent("docs/ledger.md"), encoding: .utf8)
        let blocks = text.components(separatedBy: "```python\n")
        #expect(blocks.count == 2)
        return try #require(blocks.last?.components(separatedBy: "```").first)
    }

    private func accepts(_ bench: Bench, key: LedgerKey? = nil) throws -> Bool {
        let file = bench.directory.file("verify.py")
        try script().write(toFile: file, atomically: true, encoding: .utf8)
        let verifier = (key ?? bench.key).verifier.description
        return try Command("python3", [file, bench.path, verifier]).runToEnd().status == 0
    }

    @Test("the documented script accepts a sound ledger, of any size", arguments: [0, 1, 6, 20])
    func sound(_ count: Int) async throws {
        let bench = try Bench()
        try await bench.fill(count, segmentBytes: 900)
        #expect(try accepts(bench))
    }

    @Test("threat 26: the documented script refuses what was tampered with")
    func tampered() async throws {
        let bench = try Bench()
        try await bench.fill(6)
        let stranger = LedgerKey(name: Bench.origin, privateKey: try .generate())
        #expect(try !accepts(bench, key: stranger))
        let lines = try bench.lines()
        try bench.write(lines: Array(lines.dropLast()))
        #expect(try !accepts(bench))
        try bench.write(lines: [lines[1], lines[0]] + lines[2...])
        #expect(try !accepts(bench))
        try bench.write(lines: lines)
        #expect(try accepts(bench))
        var note = try bench.bytes("checkpoint")
        note[note.count - 20] ^= 1
        try bench.write(note, to: "checkpoint")
        #expect(try !accepts(bench))
    }
}
