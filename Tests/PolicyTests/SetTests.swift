import TestKit
import Testing
import Vocabulary

@testable import Policy

@Suite("Sets and directories")
struct SetTests {
    private let one = """
        policy: one
        rules:
          - { rule: a, effects: [read, write], objects: [x, "y.*"], decide: allow }
          - { rule: b, effects: [read], attributes: { n: 1 }, decide: deny }
        """
    private let two = "policy: two\nrules: [{rule: a, effects: [read], decide: allow}]\n"

    @Test("the version is of what the files say, not of how")
    func version() throws {
        let rewritten = """
            # A comment.
            rules:
              - rule: b
                decide: deny
                attributes: { "n": 1 }
                effects: [read]
              - rule: a
                objects: ["y", x]
                effects: [write, read]
                decide: allow
            policy: one
            """
        let first = try PolicySet.load([file("1.yaml", one), file("2.yaml", two)])
        let second = try PolicySet.load([file("b.yaml", two), file("a.yaml", rewritten)])
        #expect(first.version == second.version)
        #expect(first.version.count == 64)
    }

    @Test(
        "any change of meaning changes the version",
        arguments: [
            ("effects: [read, write]", "effects: [read]"), ("rule: a", "rule: c"),
            ("decide: allow", "decide: review"), ("n: 1", "n: '1'"), ("n: 1", "n: 2"),
            ("n: 1", "n: {above: 1}"), ("[x, \"y.*\"]", "{except: [x, y]}"),
            ("policy: one", "policy: one\nprincipals: {kind: agent}"),
            ("policy: one", "policy: one\ntargets: {labels: {a: b}}"),
            ("decide: deny", "decide: hold, consents: [{from: 'group:a'}]"),
        ])
    func changed(_ old: String, _ new: String) throws {
        let text = one.split(separator: old, omittingEmptySubsequences: false).joined(
            separator: new)
        #expect(text != one)
        let before = try PolicySet.load([file("1.yaml", one)])
        let after = try PolicySet.load([file("1.yaml", text)])
        #expect(before.version != after.version)
    }

    @Test("a directory's policies load, its cases and hidden files do not")
    func directory() throws {
        let scratch = try ScratchDirectory()
        try write(one, to: scratch.file("one.yaml"))
        try write("not: [a policy", to: scratch.file("one.cases.yaml"))
        try write("not: [a policy", to: scratch.file(".one.yaml"))
        let set = try PolicySet.load(directory: scratch.path)
        #expect(set.policyNames == ["one"])
        #expect(set.ruleCount == 2)
    }

    @Test(
        "threat 24: a directory that is missing, empty or has a policy by another suffix is refused"
    )
    func badDirectories() throws {
        let scratch = try ScratchDirectory()
        #expect(throws: PolicyErrors.self) { try PolicySet.load(directory: scratch.file("none")) }
        #expect(throws: PolicyErrors.self) { try PolicySet.load(directory: scratch.path) }
        try write(one, to: scratch.file("one.yaml"))
        try write(two, to: scratch.file("two.yml"))
        #expect(throws: PolicyErrors.self) { try PolicySet.load(directory: scratch.path) }
    }

    @Test("a file that is no UTF-8 is refused")
    func encoding() throws {
        let scratch = try ScratchDirectory()
        try write(bytes: Array("policy: ".utf8) + [0xFF, 0xFE], to: scratch.file("one.yaml"))
        let error = #expect(throws: PolicyErrors.self) {
            try PolicySet.load(directory: scratch.path)
        }
        #expect(error?.problems.map(\.message).contains("expected UTF-8 text") == true)
    }

    @Test("sessions to which the same policies apply share one index")
    func sharing() throws {
        let set = try PolicySet.load([file("1.yaml", one)])
        let first = set.scope(principal: agent("a"), target: orders)
        let second = set.scope(principal: agent("b"), target: target("other"))
        #expect(first.index === second.index)
    }

    private func file(_ path: String, _ text: String) -> PolicyFile {
        PolicyFile(path: path, text: text)
    }
}
