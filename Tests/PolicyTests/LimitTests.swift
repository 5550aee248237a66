import Testing
import TestKit
import Foundation
import Vocabulary

@testable import Policy

/// The limits of what a set may say, each just at it and just above.
@Suite("The limits of policies")
struct LimitTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let limit: Int
        /// A rule in flow style that takes exactly so much of what is limited.
        let rule: @Sendable (Int) -> String
    }

    static let rows: [Row] = [
        Row(testDescription: "components of a pattern", limit: Limits.patternComponentsMax) {
            let pattern = Array(repeating: "a", count: $0).joined(separator: ".")
            return "rule: r, effects: [read], objects: ['\(pattern)'], decide: allow"
        },
        Row(testDescription: "people of a requirement", limit: Limits.consentCountMax) {
            "rule: r, effects: [read], decide: hold, consents: [{ from: 'group:dba', count: \($0) }]"
        },
        Row(
            testDescription: "seconds of a hold",
            limit: Int(Limits.holdMillisecondsMax / 1_000)
        ) {
            "rule: r, effects: [read], decide: hold, within: \($0)s, \(consent)"
        },
        Row(
            testDescription: "seconds of a hold in a transaction",
            limit: Int(Limits.holdMillisecondsMax / 1_000)
        ) {
            "rule: r, effects: [read], decide: hold, within: 24h, in_transaction: \($0)s, \(consent)"
        },
    ]

    @Test(
        "at the limit a set loads, above it it does not, and the problem has a place",
        arguments: rows)
    func limits(_ row: Row) {
        #expect(found(row.rule(row.limit)).isEmpty)
        let problems = found(row.rule(row.limit + 1))
        #expect(
            !problems.isEmpty && problems.allSatisfy { $0.hasPrefix("p.yaml:3:") }, "\(problems)")
    }

    private func found(_ rule: String) -> [String] {
        problems(PolicyFile(path: "p.yaml", text: "policy: p\nrules:\n  - {\(rule)}\n"))
    }

    @Test("a file at the limit is read")
    func largestFile() {
        let policy = "policy: p\nrules: [{rule: r, effects: [read], decide: allow}]\n"
        let text = policy + String(repeating: "#", count: Limits.fileBytesMax - policy.utf8.count)
        #expect(problems(PolicyFile(path: "p.yaml", text: text)).isEmpty)
        #expect(!problems(PolicyFile(path: "p.yaml", text: text + "#")).isEmpty)
    }

    @Test("a directory of more files than the limit is refused")
    func files() throws {
        let scratch = try ScratchDirectory(inMemory: true)
        for number in 0..<Limits.filesMax {
            try "policy: p\(number)\nrules: [{rule: r, effects: [read], decide: allow}]\n"
                .write(toFile: scratch.file("p\(number).yaml"), atomically: false, encoding: .utf8)
        }
        #expect(try PolicySet.load(directory: scratch.path).ruleCount == Limits.filesMax)
        try "policy: more\nrules: [{rule: r, effects: [read], decide: allow}]\n"
            .write(toFile: scratch.file("more.yaml"), atomically: false, encoding: .utf8)
        let error = #expect(throws: PolicyErrors.self) {
            try PolicySet.load(directory: scratch.path)
        }
        #expect(error?.problems.first?.description.contains("at most 1000 files") == true)
    }
}
