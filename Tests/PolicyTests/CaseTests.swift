import Testing
import Vocabulary

@testable import Policy

@Suite("Cases and populations")
struct CaseTests {
    private struct NoInspector: Error {}

    @Test("every example policy passes its cases, and no rule is without one")
    func examples() throws {
        let set = try PolicySet.load(directory: examplesDirectory)
        // Those in SQL and of programs need their inspectors: `sallyport policy test` runs them all.
        let cases = try PolicyCase.load(directory: examplesDirectory).filter {
            if case .effects = $0.subject { true } else { false }
        }
        let people = [
            person("alice", ["dba"]), person("bob", ["dba", "security"]),
            person("carol", ["dba", "security", "operators"]), agent("deploy-bot"),
        ]
        let report = set.test(cases, population: Population(people)) { _, _ in throw NoInspector() }
        #expect(report.results.compactMap(\.failure) == [])
        #expect(report.untested.filter { $0.match.policy != "shells" }.map(\.match.rule) == [])
        #expect(report.unsatisfiable.map(\.description) == [])
        #expect(report.isPassed)
        #expect(
            Set(set.policyNames) == [
                "allow-all", "containers", "development", "production-databases", "shells",
            ])
    }

    private func cases(_ lines: String...) throws -> [PolicyCase] {
        let head =
            "principal: {name: bot, kind: agent, owner: alice}, "
            + "target: {name: orders, kind: postgres, labels: {env: production}}, "
        let text = lines.map { "- {\(head)\($0)}\n" }.joined()
        return try PolicyCase.load([PolicyFile(path: "p.cases.yaml", text: text)])
    }

    @Test("a case fails on another verdict, other rules, and a command that cannot be inspected")
    func failures() throws {
        let set = try rules(
            "rule: a, effects: [read], decide: allow", "rule: b, effects: [write], decide: deny",
            "rule: c, effects: [schema], decide: deny")
        let report = set.test(
            try cases(
                "case: good, command: x, expect: allow, rules: [p/a]",
                "case: verdict, command: x, expect: deny",
                "case: missing rule, command: x, expect: allow, rules: []",
                "case: further rule, command: x, expect: allow, rules: [a, b]",
                "case: broken, command: broken, expect: deny",
                "case: uncovered, effects: [{effect: execute, object: f}], expect: deny, rules: []",
                "case: strictest alone, effects: [{effect: read}, {effect: write}], expect: deny, rules: [b]"
            )
        ) { subject, _ in
            if subject == .command("broken") { throw NoInspector() }
            return [Effect(.read, object("public.a"))]
        }
        #expect(report.results.map(\.isPassed) == [true, false, false, false, false, true, true])
        #expect(report.results[1].failure == "expected deny, decided allow by p/a")
        #expect(report.results[2].failure == "expected allow by no rule, decided allow by p/a")
        #expect(report.untested.map(\.match.rule) == ["c"])
        #expect(!report.isPassed)
    }

    @Test("effects of a case are read with all that an effect can say")
    func effects() throws {
        let read = try cases(
            "case: c, expect: deny, in_transaction: true, effects: [{effect: read, may_be: anything}, "
                + "{effect: write, may_be: [a.b, '-'], attributes: {bounded: true, n: 3, t: x}}, "
                + "{effect: copy-in, object: a.\"B\", must_be_named: true}, {effect: session}]")
        #expect(
            read.map(\.subject) == [
                .effects([
                    Effect(.read, .anything),
                    Effect(
                        .write, oneOf(["a.b", "-"]),
                        attributes: ["bounded": .flag(true), "n": .number(3), "t": .text("x")]),
                    Effect(.copyIn, object("a.\"B\""), mustBeNamed: true), Effect(.session, .none),
                ])
            ])
        #expect(read.map(\.inTransaction) == [true])
    }

    @Test("a program of a case is read with all that may be known of it")
    func programs() throws {
        let read = try cases(
            "case: c, expect: deny, command: [git, '', -é], program: /usr/bin/git",
            "case: d, expect: deny, command: [x], program: {path: /opt/x, interpreter: /bin/sh, names: [/a], "
                + "links: [/b], parent: /c, directory: /d, user: 0, terminal: true, setuid: true, "
                + "replaceable: true, unlinked: true}")
        var second = PolicyCase.Program(path: Array("/opt/x".utf8))
        second.interpreter = Array("/bin/sh".utf8)
        second.names = [Array("/a".utf8)]
        second.links = [Array("/b".utf8)]
        second.parent = Array("/c".utf8)
        second.directory = Array("/d".utf8)
        second.user = 0
        second.isOnTerminal = true
        second.isSetuid = true
        second.isReplaceable = true
        second.isUnlinked = true
        #expect(
            read.map(\.subject) == [
                .program(
                    PolicyCase.Program(path: Array("/usr/bin/git".utf8)),
                    words: ["git", "", "-é"].map { Array($0.utf8) }),
                .program(second, words: [Array("x".utf8)]),
            ])
        let effects = try cases(
            "case: c, expect: deny, effects: [{effect: shell.exec, known_as: [/a, /b], arguments: [x, ''], "
                + "needs_no_permit: true}]")
        let names = ["/a", "/b"].compactMap { ObjectName(parsing: $0) }
        #expect(
            effects.map(\.subject) == [
                .effects([
                    Effect(
                        .shellExec, .known(as: names), arguments: [[UInt8(ascii: "x")], []],
                        needsNoPermit: true)
                ])
            ])
    }

    @Test(
        "a wrong case is refused",
        arguments: [
            "case: c, expect: deny", "case: c, command: x, effects: [{effect: read}], expect: deny",
            "case: c, command: x, expect: maybe", "case: c, command: x, expect: deny, rule: [a]",
            "case: c, effects: [{effect: read, object: a, may_be: anything}], expect: deny",
            "case: c, effects: [{effect: read, object: a..b}], expect: deny",
            "case: c, program: /x, expect: deny", "case: c, program: x, command: [x], expect: deny",
            "case: c, program: /x, command: x, expect: deny",
            "case: c, program: /x, command: [], expect: deny",
            "case: c, program: /x, command: [5], expect: deny",
            "case: c, program: {path: /x, root: true}, command: [x], expect: deny",
            "case: c, program: {path: /x, user: -1}, command: [x], expect: deny",
            "case: c, program: {path: /x, parent: x}, command: [x], expect: deny",
            "case: c, program: {names: [/x]}, command: [x], expect: deny",
            "case: c, program: /x, command: [x], effects: [{effect: read}], expect: deny",
            "case: c, effects: [{effect: read, arguments: x}], expect: deny",
            "case: c, effects: [{effect: read, object: a, known_as: [a]}], expect: deny",
            "case: c, effects: [], expect: deny", "command: x, expect: deny",
        ])
    func wrong(_ line: String) {
        #expect(throws: PolicyErrors.self) { try cases(line) }
    }

    static let populations: [([Principal], Bool)] = [
        ([agent("bot"), person("alice", ["dba", "security"]), person("bob", ["dba"])], false),
        (
            [
                agent("bot"), person("alice", ["dba", "security"]),
                person("bob", ["dba", "security"]),
            ], false
        ),
        (
            [agent("bot"), person("bob", ["dba", "security"]), person("carol", ["security"])], true
        ),
        (
            [agent("bot"), person("carol", ["security"]), person("bob", ["dba", "security"])], true
        ),
        ([agent("bot"), agent("bot2", ["dba"]), person("carol", ["security"])], false),
    ]

    @Test(
        "a hold that distinct, uninvolved people cannot satisfy is reported", arguments: populations
    )
    func satisfiable(_ people: [Principal], _ isSatisfiable: Bool) throws {
        let set = try PolicySet.load([
            PolicyFile(
                path: "p.yaml",
                text: "policy: p\nprincipals: {kind: agent, names: [bot]}\n"
                    + "rules: [{rule: r, effects: [write], decide: hold, "
                    + "consents: [{from: 'group:dba'}, {from: 'group:security'}]}]")
        ])
        let found = set.unsatisfiableHolds(in: Population(people))
        #expect(found.isEmpty == isSatisfiable)
        #expect(found.allSatisfy { $0.requester.text == "bot" })
    }

    @Test("a person who asks is not among those who may consent")
    func requester() throws {
        let set = try rules("rule: r, effects: [write], decide: hold, " + consent)
        let people = [person("alice", ["dba"]), person("bob")]
        #expect(set.unsatisfiableHolds(in: Population(people)).map(\.requester.text) == ["alice"])
    }
}
