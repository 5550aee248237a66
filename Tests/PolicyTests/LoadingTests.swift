import Testing
import Vocabulary

@testable import Policy

@Suite("Loading is strict")
struct LoadingTests {
    static let head = "policy: p\nrules:\n  - "

    static let wrongRules: [(text: String, problem: String)] = [
        (
            "{rule: r, effects: [read], decide: allow, colour: red}",
            "p.yaml:3:47: unknown key `colour` in a rule"
        ),
        ("{rule: r, effects: [reed], decide: allow}", "p.yaml:3:25: unknown effect `reed`"),
        (
            "{rule: r, effects: [], decide: allow}",
            "p.yaml:3:24: expected a list of effects, found an empty one"
        ),
        ("{rule: r, effects: read, decide: allow}", "p.yaml:3:24: expected a list of effects"),
        ("{rule: r, decide: allow}", "p.yaml:3:5: expected the key `effects`"),
        ("{effects: [read], decide: allow}", "p.yaml:3:5: expected the key `rule`"),
        ("{rule: r, effects: [read]}", "p.yaml:3:5: expected the key `decide`"),
        ("{rule: R, effects: [read], decide: allow}", "p.yaml:3:12: expected a rule's name"),
        (
            "{rule: 12, effects: [read], decide: allow}",
            "p.yaml:3:12: expected a rule's name, found the"
        ),
        ("{rule: r, effects: [read], decide: maybe}", "p.yaml:3:40: unknown decision `maybe`"),
        (
            "{rule: r, effects: [read], decide: allow, objects: []}",
            "p.yaml:3:56: expected a list of patterns, found an empty one"
        ),
        (
            "{rule: r, effects: [read], decide: allow, objects: [a..b]}",
            "p.yaml:3:57: bad pattern `a..b`"
        ),
        (
            "{rule: r, effects: [read], decide: allow, objects: ['pg_*']}",
            "p.yaml:3:57: bad pattern `pg_*`"
        ),
        (
            "{rule: r, effects: [read], decide: allow, objects: ['a.B']}",
            "p.yaml:3:57: bad pattern `a.B`"
        ),
        ("{rule: r, effects: [read], decide: allow, objects: ['\"a']}", "p.yaml:3:57: bad pattern"),
        (
            "{rule: r, effects: [read], decide: allow, objects: [a.b.c.d.e.f.g.h.i]}",
            "p.yaml:3:57: bad pattern `a.b.c.d.e.f.g.h.i`, expected at most 8"
        ),
        (
            "{rule: r, effects: [read], decide: allow, objects: {}}",
            "p.yaml:3:56: expected a list of"
        ),
        (
            "{rule: r, effects: [read], decide: allow, objects: {expect: [a]}}",
            "p.yaml:3:57: unknown key `expect` in `objects`"
        ),
        (
            "{rule: r, effects: [read], decide: allow, attributes: {}}",
            "p.yaml:3:59: expected attributes"
        ),
        (
            "{rule: r, effects: [read], decide: allow, attributes: {label.: x}}",
            "p.yaml:3:60: expected an attribute's name"
        ),
        (
            "{rule: r, effects: [container.stop], decide: allow, attributes: {label.sallyport.reason: x}}",
            "p.yaml:3:70: `label.sallyport.reason` is what a caller says"
        ),
        (
            "{rule: r, effects: [read], decide: allow, attributes: {labels.a: x}}",
            "p.yaml:3:60: expected an attribute's name"
        ),
        (
            "{rule: r, effects: [read], decide: allow, attributes: {label.\u{212A}: x}}",
            "p.yaml:3:60: expected an attribute's name"
        ),
        (
            "{rule: r, effects: [read], decide: allow, attributes: {bounded: yes}}",
            "p.yaml:3:69: expected true or false, found `yes`"
        ),
        (
            "{rule: r, effects: [read], decide: allow, attributes: {n: {above: x}}}",
            "p.yaml:3:71: expected a whole number, found `x`"
        ),
        (
            "{rule: r, effects: [read], decide: allow, attributes: {n: {above: 5, below: 6}}}",
            "p.yaml:3:63: expected a range with a number in it"
        ),
        (
            "{rule: r, effects: [read], decide: allow, attributes: {n: {}}}",
            "p.yaml:3:63: expected `above`"
        ),
        (
            "{rule: r, effects: [read], decide: allow, attributes: {n: []}}",
            "p.yaml:3:63: expected a list of values, found an empty one"
        ),
        ("{rule: r, effects: [read], decide: hold}", "p.yaml:3:5: expected the key `consents`"),
        (
            "{rule: r, effects: [read], decide: hold, consents: []}",
            "p.yaml:3:56: expected a list of consents, found an empty one"
        ),
        (
            "{rule: r, effects: [read], decide: hold, consents: [{from: 'group:a', count: 0}]}",
            "p.yaml:3:82: expected a count of 1 to 16, found the number `0`"
        ),
        (
            "{rule: r, effects: [read], decide: hold, consents: [{from: a, count: 1}]}",
            "p.yaml:3:64: expected a group as `group:NAME`"
        ),
        (
            "{rule: r, effects: [read], decide: hold, consents: [{from: 'group:a'}, {from: 'group:a'}]}",
            "p.yaml:3:56: expected each group once"
        ),
        (
            "{rule: r, effects: [read], decide: hold, within: 15, consents: [{from: 'group:a'}]}",
            "p.yaml:3:54: expected a duration"
        ),
        (
            "{rule: r, effects: [read], decide: hold, within: 25h, consents: [{from: 'group:a'}]}",
            "p.yaml:3:54: expected a duration"
        ),
        (
            "{rule: r, effects: [read], decide: hold, within: 1m, in_transaction: 2m, consents: [{from: 'group:a'}]}",
            "p.yaml:3:74: expected `in_transaction` to be no longer"
        ),
        (
            "{rule: r, effects: [read], decide: hold, risk: awful, consents: [{from: 'group:a'}]}",
            "p.yaml:3:52: unknown risk `awful`"
        ),
        (
            "{rule: r, effects: [read], decide: allow, within: 5m}",
            "p.yaml:3:55: `within` is for rules that hold"
        ),
        (
            "{rule: r, effects: [read], decide: deny, consents: [{from: 'group:a'}]}",
            "p.yaml:3:56: `consents` is for rules that hold"
        ),
        (
            "{rule: r, rule: s, effects: [read], decide: allow}",
            "p.yaml:3:6: expected each key once, `rule`"
        ),
        ("{rule: r, effects: &a [read], decide: allow}", "p.yaml:3:24: anchors and aliases"),
        (
            "{rule: r, effects: &a [read], objects: *a, decide: allow}",
            "p.yaml:3:24: anchors and aliases"
        ),
        ("{rule: &n r, effects: [read], decide: allow}", "p.yaml:3:12: anchors and aliases"),
        (
            "{rule: !!str r, effects: [read], decide: allow}",
            "p.yaml:3:12: tags are not for policies"
        ),
        (
            "{rule: r, effects: !mine [read], decide: allow}",
            "p.yaml:3:24: tags are not for policies"
        ),
        (
            "{? [a] : b, rule: r, effects: [read], decide: allow}",
            "p.yaml:3:8: expected a word as key"
        ),
        ("just text", "p.yaml:3:5: expected a rule as a mapping, found `just text`"),
        ("{rule: r, effects: [read], decide: }", "p.yaml:3:40: expected one of allow"),
    ]

    @Test("a wrong rule is refused with its place and what was expected", arguments: wrongRules)
    func wrongRule(_ text: String, _ problem: String) {
        let found = problems(PolicyFile(path: "p.yaml", text: Self.head + text + "\n"))
        #expect(found.contains { $0.hasPrefix(problem) }, "found \(found)")
    }

    static let wrongFiles: [(text: String, problem: String)] = [
        ("", "p.yaml: expected a YAML document"),
        ("# nothing\n", "p.yaml: expected a YAML document"),
        ("[]", "p.yaml:1:1: expected a policy as a mapping, found a list"),
        ("policy: p\n", "p.yaml:1:1: expected the key `rules`"),
        ("policy: p\nrules: []\n", "p.yaml:2:8: expected a list of rules, found an empty one"),
        ("policy: p\nrules: [\n", "p.yaml:3:1: not YAML"),
        ("policy: p\n\trules: x\n", "p.yaml:2:1: not YAML"),
        ("policy: p\n---\npolicy: q\n", "p.yaml:2:1: expected a single document, found another"),
        ("policy: p\nprincipals: {}\n", "p.yaml:2:13: expected at least one key"),
        (
            "policy: p\nprincipals: { kind: robot }\n",
            "p.yaml:2:21: unknown kind of principal `robot`"
        ),
        ("policy: p\nprincipals: { groups: [] }\n", "p.yaml:2:23: expected a list of groups"),
        ("policy: p\nprincipals: { group: [a] }\n", "p.yaml:2:15: unknown key `group`"),
        ("policy: p\nprincipals: { names: ['a b'] }\n", "p.yaml:2:23: expected a principal's name"),
        ("policy: p\ntargets: { labels: { a: 1 } }\n", "p.yaml:2:25: expected a label's value"),
        ("policy: p\ntargets: { labels: {} }\n", "p.yaml:2:20: expected labels as a mapping"),
        ("policy: p\ntargets: { label: { a: b } }\n", "p.yaml:2:12: unknown key `label`"),
        (
            "policy: p\nrules:\n  - {rule: r, effects: [read], decide: allow}\n"
                + "  - {rule: r, effects: [write], decide: deny}\n",
            "p.yaml:4:12: rule `r` stands in line 3 already"
        ),
    ]

    @Test("a wrong file is refused with its place and what was expected", arguments: wrongFiles)
    func wrongFile(_ text: String, _ problem: String) {
        let found = problems(PolicyFile(path: "p.yaml", text: text))
        #expect(found.contains { $0.hasPrefix(problem) }, "found \(found)")
    }

    @Test("every problem of every file is reported, in order")
    func allProblems() {
        let first = PolicyFile(
            path: "a.yaml",
            text: "policy: A\nrules:\n  - {rule: r, effects: [x], decide: y, objects: ['*x']}\n")
        let second = PolicyFile(path: "b.yaml", text: "polcy: b\n")
        let found = problems(second, first).map { $0.split(separator: " ")[0] }
        #expect(
            found == [
                "a.yaml:1:9:", "a.yaml:3:25:", "a.yaml:3:37:", "a.yaml:3:50:", "b.yaml:1:1:",
                "b.yaml:1:1:", "b.yaml:1:1:",
            ])
    }

    @Test("two policies of one name are refused")
    func duplicatePolicy() {
        let text = "policy: p\nrules: [{rule: r, effects: [read], decide: allow}]\n"
        let found = problems(
            PolicyFile(path: "a.yaml", text: text), PolicyFile(path: "b.yaml", text: text))
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("b.yaml:1:9: policy `p` stands in a.yaml:1:9 already") == true)
    }

    @Test("threat 24: a set with one bad pattern does not load at all")
    func badPatternRefused() {
        let good = "{rule: a, effects: [read], decide: allow}"
        let bad = "{rule: b, effects: [read], objects: ['secret*'], decide: deny}"
        #expect(throws: PolicyErrors.self) {
            try rules([good, bad].map { String($0.dropFirst().dropLast()) })
        }
    }

    @Test(
        "nesting beyond any policy is refused, not followed", arguments: ["[", "{a: ", "- ", "? "])
    func nesting(_ opening: String) {
        let text = "policy: " + String(repeating: opening, count: 5_000)
        #expect(!problems(PolicyFile(path: "p.yaml", text: text)).isEmpty)
    }

    @Test("a file above the limit is refused")
    func largeFile() {
        let text = String(repeating: "#", count: Limits.fileBytesMax + 1)
        #expect(
            problems(PolicyFile(path: "p.yaml", text: text)) == [
                "p.yaml: expected at most 4194304 bytes"
            ])
    }

    @Test("more problems than the limit are counted out")
    func problemCap() {
        let lines = (0..<300).map { "  - {rule: r\($0), effects: [x], decide: allow}\n" }.joined()
        let found = problems(PolicyFile(path: "p.yaml", text: "policy: p\nrules:\n" + lines))
        #expect(found.count == Limits.problemsMax + 1)
        #expect(found.last?.hasSuffix("and 100 more problems") == true)
    }
}
