import Testing
import Vocabulary

@testable import Policy

private let login = Effect(.shellLogin, .none)

@Suite("Rules that want a session watched")
struct ModeratorTests {
    private func decide(_ set: PolicySet) -> Decision {
        set.decide(
            [login], principal: agent("bot"), target: target("host", kind: "shell"),
            inTransaction: false)
    }

    @Test("say who and for how long they may be away, merged over all that match")
    func merged() throws {
        let set = try rules(
            "rule: a, effects: [shell.login], decide: allow, moderators: [{ from: \"group:ops\" }], grace: 5m",
            "rule: b, effects: [shell.login], decide: review, moderators: [{ from: \"group:ops\", count: 2 }, { from: \"group:dba\" }]",
            "rule: c, effects: [shell.login], decide: allow")
        let decision = decide(set)
        #expect(decision.verdict == .review)
        #expect(
            decision.moderators == [
                ConsentRequirement(group: "dba", count: 1),
                ConsentRequirement(group: "ops", count: 2),
            ])
        #expect(decision.graceMilliseconds == Limits.graceMillisecondsDefault)
        #expect(decision.requirements.isEmpty)
    }

    @Test("go beside consents, and mean nothing where the login is denied")
    func besides() throws {
        let watched =
            "rule: a, effects: [shell.login], decide: hold, consents: [{ from: \"group:dba\" }], moderators: [{ from: \"group:ops\" }], grace: 2m"
        let held = decide(try rules(watched))
        #expect(held.verdict == .hold && held.requirements.count == 1)
        #expect(held.moderators.map(\.group) == ["ops"] && held.graceMilliseconds == 120_000)
        let denied = decide(
            try rules(watched, "rule: b, effects: [shell.login], decide: deny"))
        #expect(denied.verdict == .deny && denied.moderators.isEmpty)
    }

    static let wrong: [(String, String)] = [
        (
            "effects: [shell.login, shell.exec], decide: allow, moderators: [{ from: \"group:a\" }]",
            "`moderators` is for sessions"
        ),
        (
            "effects: [shell.login], decide: deny, moderators: [{ from: \"group:a\" }]",
            "not for `decide: deny`"
        ),
        ("effects: [shell.login], decide: allow, grace: 2m", "`grace` is for rules with"),
        ("effects: [shell.login], decide: allow, moderators: []", "found an empty one"),
        (
            "effects: [shell.login], decide: allow, moderators: [{ from: \"ops\" }]",
            "a group as `group:NAME`"
        ),
        (
            "effects: [shell.login], decide: allow, moderators: [{ from: \"group:a\" }, { from: \"group:a\" }]",
            "each group once"
        ),
        (
            "effects: [shell.login], decide: allow, moderators: [{ from: \"group:a\" }], grace: 0s",
            "a duration such as"
        ),
    ]

    @Test("are refused where they could not be meant", arguments: wrong)
    func refused(_ line: String, _ problem: String) throws {
        let error = #expect(throws: PolicyErrors.self) { try rules("rule: a, " + line) }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test("change the set's version, and those without leave it as it was")
    func version() throws {
        let plain = "rule: a, effects: [shell.login], decide: allow"
        let versions = try [
            "", ", moderators: [{ from: \"group:a\" }]",
            ", moderators: [{ from: \"group:a\" }], grace: 2m",
            ", moderators: [{ from: \"group:a\", count: 2 }]",
            ", moderators: [{ from: \"group:b\" }]",
        ].map { try rules(plain + $0).version }
        #expect(Set(versions).count == versions.count)
    }

    @Test("are explained, tested by cases, and reported where nobody could come")
    func around() throws {
        let set = try rules(
            "rule: a, effects: [shell.login], decide: allow, moderators: [{ from: \"group:ops\", count: 2 }]"
        )
        let explained = set.explain(
            [login], principal: agent("bot"), target: target("host", kind: "shell"),
            inTransaction: false)
        #expect(explained.effects[0].matched[0].why.contains("while 2 of group `ops` watch"))
        func outcome(_ line: String) throws -> String? {
            let text = """
                - case: watched
                  principal: { name: bot, kind: agent, owner: alice }
                  target: { name: host, kind: shell }
                  effects: [{ effect: shell.login }]
                  expect: allow
                  moderators: \(line)
                """
            let cases = try PolicyCase.load([PolicyFile(path: "p.cases.yaml", text: text)])
            return set.test(cases) { _, _ in [] }.results[0].failure
        }
        #expect(try outcome("[{ from: \"group:ops\", count: 2 }]") == nil)
        #expect(
            try outcome("[]") == "expected moderators none, decided 2 of `ops`")
        let people = Population([agent("bot"), person("alice", ["ops"]), person("bob", ["ops"])])
        #expect(set.unsatisfiableHolds(in: people).map(\.match.rule) == ["a", "a", "a"])
        let more = Population(people.principals + [person("carol", ["ops"])])
        #expect(set.unsatisfiableHolds(in: more).isEmpty)
    }
}
