import Testing
import Vocabulary

@testable import Policy

@Suite("Rules that want more recorded")
struct RecordTests {
    private func exec(_ verb: Verb = .containerExec, name: String = "web") -> Effect {
        Effect(verb, .exactly(ObjectName(["/", "bb"])), attributes: ["name": .text(name)])
    }

    private func decide(_ set: PolicySet, _ effect: Effect) -> Decision {
        set.decide(
            [effect], principal: agent("bot"), target: target("box", kind: "docker"),
            inTransaction: false)
    }

    @Test("one that matches is enough, whatever the others decide")
    func any() throws {
        let set = try rules(
            "rule: a, effects: [container.exec], decide: allow",
            "rule: b, effects: [container.exec], attributes: { name: web }, decide: allow, record: input",
            "rule: c, effects: [container.exec], attributes: { name: held }, decide: hold, consents: [{ from: \"group:a\" }], record: input",
            "rule: d, effects: [container.attach, container.exec-start], decide: review, record: input"
        )
        let cases: [(Effect, Verdict, Bool)] = [
            (exec(), .allow, true), (exec(name: "held"), .hold, true),
            (exec(name: "other"), .allow, false), (exec(.containerAttach), .review, true),
            (exec(.containerExecStart), .review, true), (exec(.containerLogs), .deny, false),
        ]
        for (effect, verdict, isRecorded) in cases {
            let decision = decide(set, effect)
            #expect(decision.verdict == verdict && decision.recordsInput == isRecorded, "\(effect)")
        }
    }

    static let wrong: [(String, String)] = [
        ("effects: [container.exec], decide: allow, record: output", "unknown part `output`"),
        ("effects: [container.exec], decide: allow, record: [input]", "expected one of input"),
        ("effects: [container.exec], decide: allow, record: true", "input"),
        ("effects: [container.exec], decide: deny, record: input", "not for `decide: deny`"),
        ("effects: [container.logs], decide: allow, record: input", "`record` is for streams"),
        ("effects: [read], decide: allow, record: input", "`record` is for streams"),
        ("effects: [shell.exec], decide: allow, record: input", "`record` is for streams"),
        ("effects: [build.opaque], decide: allow, record: input", "`record` is for streams"),
        (
            "effects: [container.exec, container.archive-write], decide: allow, record: input",
            "`record` is for streams"
        ),
    ]

    @Test("are refused where they could not be meant", arguments: wrong)
    func refused(_ line: String, _ problem: String) throws {
        let error = #expect(throws: PolicyErrors.self) { try rules("rule: a, " + line) }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test("change the set's version, are explained, and tested by cases")
    func around() throws {
        let plain = "rule: a, effects: [container.exec], decide: allow"
        let set = try rules(plain + ", record: input")
        #expect(try rules(plain).version != set.version)
        let explained = set.explain(
            [exec()], principal: agent("bot"), target: target("box", kind: "docker"),
            inTransaction: false)
        #expect(explained.effects[0].matched[0].why.hasSuffix(", and its input is recorded"))
        func outcome(_ word: String) throws -> String? {
            let text = """
                - case: typed
                  principal: { name: bot, kind: agent, owner: alice }
                  target: { name: box, kind: docker }
                  effects: [{ effect: container.exec, object: /bb }]
                  expect: allow
                  record: \(word)
                """
            let cases = try PolicyCase.load([PolicyFile(path: "p.cases.yaml", text: text)])
            return set.test(cases) { _, _ in [] }.results[0].failure
        }
        #expect(try outcome("input") == nil)
        #expect(
            try outcome("nothing") == "expected nothing to be recorded besides, decided input")
    }
}
