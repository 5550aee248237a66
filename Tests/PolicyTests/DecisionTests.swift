import Testing
import Vocabulary

@testable import Policy

@Suite("Deciding")
struct DecisionTests {
    @Test("nothing is allowed that no rule covers")
    func uncovered() throws {
        let set = try rules("rule: r, effects: [read], decide: allow")
        let write = Effect(.write, object("public.a"))
        let decision = set.decide(Effect(.read, object("public.a")), write)
        #expect(decision.verdict == .deny)
        #expect(decision.uncovered == [write])
        #expect(decision.matches.map(\.rule) == ["r"])
    }

    @Test("threat 24: an empty set, an empty action and a principal whom nobody names are denied")
    func empty() throws {
        let nothing = try PolicySet.load([])
        #expect(nothing.decide(Effect(.read, object("a"))).verdict == .deny)
        let set = try rules("rule: r, effects: [read], decide: allow")
        #expect(set.decide().verdict == .deny)
        #expect(set.decide().matches.isEmpty)
        let people = try PolicySet.load([
            PolicyFile(
                path: "p.yaml",
                text: "policy: p\nprincipals: {kind: person}\n"
                    + "rules: [{rule: r, effects: [read], decide: allow}]")
        ])
        #expect(people.decide(Effect(.read, object("a"))).verdict == .deny)
        #expect(!people.mayOpen(orders, by: agent("bot")))
        #expect(people.mayOpen(orders, by: person("alice")))
    }

    @Test("the strictest verdict wins, whichever rules match", arguments: 1..<16)
    func strictest(_ mask: Int) throws {
        let chosen = Verdict.allCases.indices.filter { mask & (1 << $0) != 0 }
            .map { Verdict.allCases[$0] }
        let lines = chosen.map { verdict in
            "rule: r-\(verdict), effects: [read], decide: \(verdict)"
                + (verdict == .hold ? ", " + consent : "")
        }
        let decision = try rules(lines).decide(Effect(.read, object("a")))
        #expect(decision.verdict == chosen.max())
        #expect(decision.matches.map(\.verdict) == chosen.sorted(by: >))
        #expect(decision.requirements.isEmpty == (chosen.max() != .hold))
    }

    static let columns: [(rule: String, name: String, verdict: Verdict)] = [
        ("objects: [public.customers.ssn], decide: deny", "public.customers", .deny),
        ("objects: [public.customers.ssn], decide: deny", "public", .deny),
        ("objects: [public.customers.ssn], decide: deny", "public.customers.id", .allow),
        ("objects: [public.customers], decide: deny", "public.customers.id", .deny),
        ("objects: ['*.*.ssn'], decide: deny", "public.customers", .deny),
        ("objects: [public.customers.ssn], decide: deny", "-", .allow),
        ("objects: {except: [public.customers.ssn]}, decide: deny", "public.customers", .deny),
        ("objects: {except: [public.customers]}, decide: deny", "public.customers.ssn", .allow),
    ]

    @Test("a column is part of its relation", arguments: columns)
    func column(_ rule: String, _ name: String, _ verdict: Verdict) throws {
        let set = try rules(
            "rule: all, effects: [read], decide: allow", "rule: r, effects: [read], \(rule)")
        #expect(set.decide(Effect(.read, object(name))).verdict == verdict)
    }

    static let permits: [(objects: String, name: ObjectReference, verdict: Verdict)] = [
        ("{except: [public.customers.ssn]}", object("public.customers"), .deny),
        ("{except: [public.customers.ssn]}", object("public.customers.id"), .allow),
        ("{except: [public.customers.ssn]}", .anything, .deny),
        ("{only: [public.*], except: [public.a]}", object("public.b"), .allow),
        ("{only: [public.*], except: [public.a]}", object("hr.b"), .deny),
        ("[public.customers.ssn]", object("public.customers"), .deny),
        ("[public.customers]", object("public.customers.ssn"), .allow),
        ("['*']", .anything, .allow),
        ("['*']", .none, .allow),
        ("['-']", .none, .allow),
        ("['-']", object("a"), .deny),
        ("[public.*]", .anything, .deny),
        ("[public.a, public.b]", oneOf(["public.a", "public.b"]), .allow),
        ("[public.a]", oneOf(["public.a", "public.b"]), .deny),
        ("[public.a]", .oneOf([]), .deny),
        ("['*']", .oneOf([]), .allow),
    ]

    @Test("an allow covers what the object must be", arguments: permits)
    func permit(_ objects: String, _ name: ObjectReference, _ verdict: Verdict) throws {
        let set = try rules("rule: r, effects: [read], objects: \(objects), decide: allow")
        #expect(set.decide(Effect(.read, name)).verdict == verdict)
    }

    @Test("each object that it may be can be covered by another rule")
    func split() throws {
        let set = try rules(
            "rule: a, effects: [read], objects: [public.a], decide: allow",
            "rule: b, effects: [read], objects: [public.b], decide: review")
        let decision = set.decide(Effect(.read, oneOf(["public.a", "public.b"])))
        #expect(decision.verdict == .review)
        #expect(decision.matches.map(\.rule) == ["b", "a"])
    }

    @Test(
        "deny and hold match what the object may be",
        arguments: [
            ObjectReference.anything, oneOf(["public.a", "hr.pay"]), .oneOf([]), object("hr"),
        ], ["decide: deny", "decide: hold, " + consent])
    func restrict(_ name: ObjectReference, _ decide: String) throws {
        let set = try rules(
            "rule: all, effects: [read], decide: allow",
            "rule: r, effects: [read], objects: [hr.pay], \(decide)")
        #expect(set.decide(Effect(.read, name)).matches.map(\.rule) == ["r", "all"])
    }

    @Test("an exception does not save from a deny what may be anything")
    func denyExcept() throws {
        let set = try rules(
            "rule: all, effects: [read], decide: allow",
            "rule: r, effects: [read], objects: {except: [public.*]}, decide: deny")
        #expect(set.decide(Effect(.read, .anything)).verdict == .deny)
        #expect(set.decide(Effect(.read, oneOf(["public.a", "hr.a"]))).verdict == .deny)
        #expect(set.decide(Effect(.read, object("public.a"))).verdict == .allow)
    }

    @Test("a star allows nothing that must be named, but denies it")
    func mustBeNamed() throws {
        let star = try rules("rule: all, effects: [read], decide: allow")
        let named = try rules(
            "rule: all, effects: [read], objects: [pg_catalog.pg_authid], decide: allow")
        let denied = try rules(
            "rule: a, effects: [read], objects: [pg_catalog.pg_authid], decide: allow",
            "rule: d, effects: [read], objects: ['pg_catalog.*'], decide: deny")
        let effect = Effect(.read, object("pg_catalog.pg_authid"), mustBeNamed: true)
        #expect(star.decide(effect).verdict == .deny)
        #expect(named.decide(effect).verdict == .allow)
        #expect(denied.decide(effect).verdict == .deny)
        #expect(star.decide(Effect(.read, .anything, mustBeNamed: true)).verdict == .deny)
        #expect(star.decide(Effect(.read, .none, mustBeNamed: true)).verdict == .deny)
    }

    /// The rule's attributes, the effect's, whether an allow matches, whether a deny matches.
    static let attributes: [(String, [String: AttributeValue], Bool, Bool)] = [
        ("{bounded: true}", ["bounded": .flag(true)], true, true),
        ("{bounded: true}", ["bounded": .flag(false)], false, false),
        ("{bounded: true}", [:], false, true),
        ("{bounded: true}", ["bounded": .text("true")], false, true),
        ("{n: 1}", ["n": .number(1)], true, true),
        ("{n: 1}", ["n": .number(2)], false, false),
        ("{n: [1, 2]}", ["n": .number(2)], true, true),
        ("{n: [1, 2]}", ["n": .number(3)], false, false),
        ("{n: [1, two]}", ["n": .number(3)], false, true),
        ("{n: {above: 5}}", ["n": .number(6)], true, true),
        ("{n: {above: 5}}", ["n": .number(5)], false, false),
        ("{n: {below: 5}}", ["n": .number(4)], true, true),
        ("{n: {below: 5}}", ["n": .number(5)], false, false),
        ("{n: {above: 1, below: 3}}", ["n": .number(2)], true, true),
        ("{n: {above: 1}}", ["n": .text("9")], false, true),
        ("{n: {above: 1}}", [:], false, true),
        ("{a: x, b: y}", ["a": .text("x"), "b": .text("y")], true, true),
        ("{a: x, b: y}", ["a": .text("x"), "b": .text("z")], false, false),
        ("{a: x, b: y}", ["a": .text("x")], false, true),
        ("{a: x, b: y}", ["b": .text("z")], false, false),
        ("{in_transaction: false}", [:], true, true),
        ("{in_transaction: true}", [:], false, false),
        ("{in_transaction: true}", ["in_transaction": .flag(true)], true, true),
    ]

    @Test(
        "threat 24: an unknown or incomparable attribute matches deny, never allow",
        arguments: attributes)
    func attribute(
        _ wanted: String, _ found: [String: AttributeValue], _ allows: Bool, _ denies: Bool
    ) throws {
        let effect = Effect(.write, object("a"), attributes: found)
        for (decide, expected) in [
            ("allow", allows), ("review", allows), ("deny", denies), ("hold, " + consent, denies),
        ] {
            let set = try rules(
                "rule: r, effects: [write], attributes: \(wanted), decide: \(decide)")
            #expect(set.decide(effect).matches.isEmpty != expected, "\(decide)")
        }
    }

    @Test("consents merge by group with the larger count, and the shortest wait counts")
    func merge() throws {
        let set = try rules(
            "rule: a, effects: [write], decide: hold, risk: low, within: 1h, "
                + "consents: [{from: 'group:dba', count: 2}, {from: 'group:web'}]",
            "rule: b, effects: [read], decide: hold, risk: critical, within: 10m, in_transaction: 60s, "
                + "consents: [{from: 'group:dba'}, {from: 'group:security', count: 1}]")
        let both = [Effect(.read, object("a")), Effect(.write, object("a"))]
        let decision = set.decide(both[0], both[1])
        #expect(
            decision.requirements == [
                ConsentRequirement(group: "dba", count: 2),
                ConsentRequirement(group: "security", count: 1),
                ConsentRequirement(group: "web", count: 1),
            ])
        #expect(decision.holdMilliseconds == 600_000)
        #expect(decision.risk == "critical")
        #expect(set.decide(both[0], both[1], inTransaction: true).holdMilliseconds == 60_000)
        #expect(set.decide(both[1], inTransaction: true).holdMilliseconds == 3_600_000)
    }

    @Test("a hold waits 15 minutes when its rule does not say")
    func defaultWait() throws {
        let set = try rules("rule: a, effects: [write], decide: hold, " + consent)
        #expect(set.decide(Effect(.write, object("a"))).holdMilliseconds == 900_000)
    }

    static let selectors: [(String, Bool)] = [
        ("principals: {kind: agent}", true),
        ("principals: {kind: person}", false),
        ("principals: {groups: [x, automation]}", true),
        ("principals: {groups: [x]}", false),
        ("principals: {names: [Bot, other]}", true),
        ("principals: {kind: agent, names: [other]}", false),
        ("targets: {kind: postgres}", true),
        ("targets: {kind: docker}", false),
        ("targets: {names: [orders]}", true),
        ("targets: {names: [other]}", false),
        ("targets: {labels: {env: production}}", true),
        ("targets: {labels: {env: [staging, production]}}", true),
        ("targets: {labels: {env: staging}}", false),
        ("targets: {labels: {env: production, tier: one}}", false),
        ("targets: {kind: postgres, labels: {env: staging}}", false),
    ]

    @Test("keys of a selector are all needed, entries of a list are not", arguments: selectors)
    func selector(_ text: String, _ selects: Bool) throws {
        let file = PolicyFile(
            path: "p.yaml",
            text: "policy: p\n\(text)\nrules: [{rule: r, effects: [read], decide: allow}]\n")
        let set = try PolicySet.load([file])
        let bot = agent("bot", ["automation"])
        #expect(set.mayOpen(orders, by: bot) == selects)
        let decision = set.decide(
            [Effect(.read, object("a"))], principal: bot, target: orders, inTransaction: false)
        #expect(decision.verdict == (selects ? .allow : .deny))
    }

    @Test("many matching rules are each named once, in order")
    func manyMatches() throws {
        let lines = (0..<40).map {
            "rule: r\($0), effects: [read], objects: [a, a.b, '*'], decide: allow"
        }
        let decision = try rules(lines.shuffled()).decide(
            Effect(.read, object("a.b")), Effect(.read, object("a")))
        #expect(decision.matches.map(\.rule) == (0..<40).map { "r\($0)" }.sorted())
    }
}
