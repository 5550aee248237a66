import Testing
import Vocabulary

@testable import Policy

@Suite("Explaining")
struct ExplainTests {
    private func set() throws -> PolicySet {
        try rules(
            "rule: bounded-writes, effects: [write], attributes: {bounded: true}, decide: review",
            "rule: reads, effects: [read], objects: {except: [hr.*]}, decide: allow",
            "rule: never, effects: [server-io], decide: deny")
    }

    @Test("an uncovered effect's hint names the nearest rule and what it lacked")
    func missingAttribute() throws {
        let scope = try set().scope
        let effects = [Effect(.write, object("public.a"), attributes: ["bounded": .flag(false)])]
        let decision = scope.decide(effects, inTransaction: false)
        #expect(
            scope.denialHint(for: decision)
                == "no rule allows `write` on `public.a`; "
                + "`bounded-writes` would review it if `bounded` were true")
    }

    @Test("a hint names the objects that would have been allowed")
    func missingObject() throws {
        let scope = try set().scope
        let decision = scope.decide([Effect(.read, object("hr.pay"))], inTransaction: false)
        #expect(
            scope.denialHint(for: decision)
                == "no rule allows `read` on `hr.pay`; `reads` would allow it on `*` except `hr`")
    }

    @Test("a hint for a program names what rules on it miss, and no other program")
    func programs() throws {
        let scope = try rules(
            "rule: git, effects: [shell.exec], objects: [/usr/bin/git], arguments: [status], decide: allow",
            "rule: make, effects: [shell.exec], objects: [/usr/bin/make], decide: allow"
        ).scope
        let path = try #require(ObjectName(path: Array("/usr/bin/git".utf8)))
        let decision = scope.decide([Effect(.shellExec, .exactly(path))], inTransaction: false)
        #expect(
            scope.denialHint(for: decision)
                == "no rule allows `shell.exec` on `/usr/bin/git`; `git` would allow it if its words were `status`"
        )
    }

    @Test("a rule that would let through what another refuses all the same is no hint")
    func stillDenied() throws {
        let scope = try rules(
            "rule: never-pay, effects: [write], objects: [hr.pay], decide: deny",
            "rule: bounded-writes, effects: [write], attributes: {bounded: true}, decide: review",
            "rule: other-writes, effects: [write], objects: [public.*], decide: allow"
        ).scope
        let effects = [Effect(.write, object("hr.pay"), attributes: ["bounded": .flag(false)])]
        #expect(
            scope.denialHint(for: scope.decide(effects, inTransaction: false), effects: effects)
                == "rule `never-pay` of policy `p` refuses this; `other-writes` would allow it on `public`"
        )
    }

    @Test("what a rule refuses as it is, and another lets through otherwise, is a hint")
    func deniedOtherwise() throws {
        let scope = try rules(
            "rule: unbounded, effects: [write], attributes: {bounded: false}, decide: deny",
            "rule: bounded, effects: [write], attributes: {bounded: true}, decide: review"
        ).scope
        let effects = [Effect(.write, object("a"), attributes: ["bounded": .flag(false)])]
        #expect(
            scope.denialHint(for: scope.decide(effects, inTransaction: false), effects: effects)
                == "rule `unbounded` of policy `p` refuses this; `bounded` would review it if `bounded` were true"
        )
    }

    @Test("a hint names the rule that refuses")
    func denied() throws {
        let scope = try set().scope
        let effects = [Effect(.serverIO, .none)]
        let decision = scope.decide(effects, inTransaction: false)
        #expect(
            scope.denialHint(for: decision, effects: effects)
                == "rule `never` of policy `p` refuses this")
    }

    @Test("what must be named is said to be so")
    func mustBeNamed() throws {
        let scope = try set().scope
        let effect = Effect(.read, object("pg_catalog.pg_authid"), mustBeNamed: true)
        let hint = scope.denialHint(for: scope.decide([effect], inTransaction: false))
        #expect(hint.hasSuffix("if it named the object, which `*` does not cover"))
    }

    @Test("a principal to whom no policy applies is told so, an empty action too")
    func nothing() throws {
        let empty = try PolicySet.load([]).scope(principal: agent("bot"), target: orders)
        let hint = empty.denialHint(for: empty.decide([], inTransaction: false))
        #expect(hint == "no policy applies to you on this target")
        let scope = try set().scope
        let other = scope.denialHint(for: scope.decide([], inTransaction: false))
        #expect(other == "the command has no effect that the policies know")
    }

    @Test("a hint is capped, and no control character of a name reaches it")
    func capped() throws {
        let lines = (0..<20).map {
            "rule: r\($0), effects: [read], decide: allow, objects: "
                + "[a\($0).\(String(repeating: "b", count: 100))]"
        }
        let scope = try rules(lines).scope
        let effect = Effect(.read, .exactly(ObjectName(["a\u{1B}[31m\n"])))
        let hint = scope.denialHint(for: scope.decide([effect], inTransaction: false))
        #expect(hint.count == Limits.hintCharactersMax)
        #expect(!hint.unicodeScalars.contains { $0.value < 32 })
    }

    static let terminalHints: [(path: String, words: [String], hint: String?)] = [
        ("/usr/bin/nc", [], "no rule allows `shell.exec` on `/usr/bin/nc`"),
        (
            "/usr/bin/dd", ["x"],
            "no rule allows `shell.exec` on `/usr/bin/dd`; `dd` would allow it if it had no words"
        ),
        (
            "/usr/bin/git", ["push"],
            "no rule allows `shell.exec` on `/usr/bin/git`; see rule `history`"
        ),
        ("/usr/bin/wget", [], nil),
        (
            "/srv/" + String(repeating: "x", count: 200), [],
            "no rule allows `shell.exec` on `/srv/" + String(repeating: "x", count: 46) + "..."
        ),
    ]

    @Test("a shell's hint is one short line, or none", arguments: terminalHints)
    func terminal(_ path: String, _ words: [String], _ hint: String?) throws {
        let scope = try rules(
            "rule: dd, effects: [shell.exec], objects: [/usr/bin/dd], arguments: [], decide: allow",
            "rule: history, effects: [shell.exec], objects: [/usr/bin/git], "
                + "arguments: [[log, show, diff, blame], ...], decide: allow",
            "rule: no-downloads, effects: [shell.exec], objects: [/usr/bin/wget], decide: deny"
        ).scope
        let said = scope.terminalHint(
            for: scope.decide([exec(path, words)], inTransaction: false))
        #expect(said == hint)
        #expect(said?.count ?? 0 <= Limits.terminalHintCharactersMax)
        let nobodys = try PolicySet.load([]).scope(principal: agent("bot"), target: orders)
        #expect(nobodys.terminalHint(for: nobodys.decide([], inTransaction: false)) != nil)
    }

    static let facts: [(attributes: String, isNamed: Bool)] = [
        ("inline_code: true", false), ("inline_code: false", true),
        ("parent: /usr/bin/make", false),
        ("setuid: true", false), ("unlinked: true", false), ("user: 7", false),
        ("directory: /srv/app", true), ("interactive: true", true),
        ("interactive: true, parent: '-'", false),
    ]

    @Test(
        "what a program is cannot be changed by who starts it, so a rule that asks for it is no hint",
        arguments: facts)
    func given(_ attributes: String, _ isNamed: Bool) throws {
        let scope = try rules(
            "rule: r, effects: [shell.exec], objects: [/usr/bin], attributes: {\(attributes)}, "
                + "decide: hold, consents: [{from: 'group:dba', count: 1}]"
        ).scope
        var effect = exec("/usr/bin/systemctl", ["restart", "x"])
        effect.attributes = [
            "inline_code": .flag(attributes == "inline_code: false"),
            "parent": .text("/usr/bin/bash"),
            "setuid": .flag(false), "unlinked": .flag(false), "user": .number(1),
            "directory": .text("/"), "interactive": .flag(false),
        ]
        let decision = scope.decide([effect], inTransaction: false)
        let refusal = "no rule allows `shell.exec` on `/usr/bin/systemctl`"
        #expect(decision.verdict == .deny)
        #expect(scope.terminalHint(for: decision)?.hasPrefix(refusal) == true)
        #expect((scope.terminalHint(for: decision) != refusal) == isNamed)
        #expect((scope.denialHint(for: decision) != refusal) == isNamed)
        // Who writes the policy is told of it all the same.
        let explained = scope.explain([effect], inTransaction: false)
        #expect(explained.effects[0].missed.map(\.match.rule) == ["r"])
    }

    @Test("an explanation gives each effect its rules and reasons")
    func explanation() throws {
        let effects = [
            Effect(.write, object("a"), attributes: ["bounded": .flag(true)]),
            Effect(.read, object("hr.pay")),
        ]
        let explanation = try set().explain(
            effects, principal: agent("bot"), target: orders, inTransaction: false)
        #expect(explanation.decision.verdict == .deny)
        #expect(explanation.policies == ["p"])
        #expect(explanation.effects.map(\.verdict) == [.review, .deny])
        #expect(explanation.effects[0].matched.map(\.match.rule) == ["bounded-writes"])
        #expect(explanation.effects[0].matched.map(\.place.line) == [3])
        #expect(explanation.effects[1].missed.map(\.match.rule) == ["reads"])
    }
}
