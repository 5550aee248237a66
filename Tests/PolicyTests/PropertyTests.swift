import TestKit
import Testing
import Vocabulary

@testable import Policy

/// Random policies and what they judge.
extension SeededRandom {
    private static let names = ["-", "a", "a.b", "a.b.c", "a.b.d", "a.e", "f.b", "f.b.c", "f"]
    private static let patterns = names + ["'*'", "a.*", "'*.b'", "'*.*.c'", "a.*.c", "'*.*'"]

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &self)]
    }

    mutating func patternList() -> String {
        "["
            + (0...Int.random(in: 0...2, using: &self)).map { _ in pick(Self.patterns) }
            .map { $0 == "-" ? "'-'" : $0 }.joined(separator: ", ") + "]"
    }

    mutating func rule(_ number: Int, decide: String? = nil) -> String {
        let objects = [
            "", ", objects: \(patternList())", ", objects: {except: \(patternList())}",
            ", objects: {only: \(patternList()), except: \(patternList())}",
        ]
        let attributes = ["", "", ", attributes: {n: {above: 3}}", ", attributes: {n: [1, 2]}"]
        let verdict = decide ?? pick(["allow", "review", "hold, " + consent, "deny"])
        return "rule: r\(number), effects: [\(pick(["read", "write", "read, write"]))]"
            + pick(objects) + pick(attributes) + ", decide: " + verdict
    }

    mutating func effect() -> Effect {
        let reference: ObjectReference
        switch Int.random(in: 0..<9, using: &self) {
        case 0: reference = .anything
        case 8: reference = .known(as: names(of: oneOf([pick(Self.names), pick(Self.names)])))
        case 1: reference = oneOf([pick(Self.names), pick(Self.names)])
        default: reference = object(pick(Self.names))
        }
        let attributes: [[String: AttributeValue]] = [
            [:], ["n": .number(1)], ["n": .number(5)], ["n": .text("x")],
        ]
        return Effect(
            pick([.read, .write]), reference, attributes: pick(attributes),
            mustBeNamed: Int.random(in: 0..<6, using: &self) == 0)
    }

    private func names(of reference: ObjectReference) -> [ObjectName] {
        if case .oneOf(let names) = reference { names } else { [] }
    }

    mutating func effects() -> [Effect] {
        (0...Int.random(in: 0...2, using: &self)).map { _ in effect() }
    }

    mutating func rules() -> [String] {
        (0...Int.random(in: 0...9, using: &self)).map { rule($0) }
    }
}

@Suite("Properties of every set")
struct PropertyTests {
    @Test("the order of rules never matters", arguments: 0..<60)
    func order(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let lines = random.rules()
        let set = try rules(lines)
        let shuffled = try rules(lines.shuffled(using: &random))
        #expect(set.version == shuffled.version)
        for _ in 0..<20 {
            let effects = random.effects()
            #expect(
                set.scope.decide(effects, inTransaction: false)
                    == shuffled.scope.decide(effects, inTransaction: false))
        }
    }

    @Test("a further deny or hold never loosens a verdict", arguments: 0..<60)
    func tightening(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed) &+ 1_000)
        let lines = random.rules()
        let set = try rules(lines)
        let denying = try rules(lines + [random.rule(99, decide: "deny")])
        for _ in 0..<30 {
            let effects = random.effects()
            let before = set.scope.decide(effects, inTransaction: false)
            #expect(denying.scope.decide(effects, inTransaction: false).verdict >= before.verdict)
        }
    }

    @Test(
        "knowing less about the object never loosens what a permit alone gives", arguments: 0..<60)
    func knowledge(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed) &+ 2_000)
        let lines = (0..<5).map { random.rule($0, decide: random.pick(["allow", "review"])) }
        let set = try rules(lines)
        for _ in 0..<30 {
            var effect = random.effect()
            let known = set.decide(effect).verdict
            effect.object = .anything
            if set.decide(effect).verdict != .deny { #expect(known != .deny || effect.mustBeNamed) }
        }
    }

    @Test("what is excepted by one name is excepted by every other name of it", arguments: 0..<120)
    func aliases(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed) &+ 4_000)
        let scope = try rules(random.rules()).scope
        for _ in 0..<30 {
            var effect = random.effect()
            guard case .known(let names) = effect.object else { continue }
            let known = scope.decide([effect], inTransaction: false)
            var each: [Decision] = []
            for name in names {
                effect.object = .exactly(name)
                each.append(scope.decide([effect], inTransaction: false))
            }
            for rule in scope.index.rules {
                let isMatched = known.matches.contains(rule.match)
                // A rule that no name brings in matches nothing, and one that each brings in matches.
                let by = each.filter { $0.matches.contains(rule.match) }
                if by.isEmpty { #expect(!isMatched) }
                if by.count == each.count { #expect(isMatched) }
                // One name alone brings in a rule without `except`, and never one that excepts another.
                if rule.objects.except.isEmpty { #expect(isMatched == !by.isEmpty) }
                let excepted = names.contains { name in
                    rule.objects.except.contains {
                        rule.restricts
                            ? $0.covers(name.components, mustBeNamed: effect.mustBeNamed)
                            : $0.touches(name.components)
                    }
                }
                if excepted { #expect(!isMatched) }
            }
        }
    }

    @Test("the index finds what reading every rule finds", arguments: 0..<120)
    func index(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed) &+ 3_000)
        let scope = try rules(random.rules()).scope
        for _ in 0..<30 {
            let effects = random.effects()
            let decision = scope.decide(effects, inTransaction: false)
            var matches: [RuleMatch] = []
            var verdicts: [Verdict] = []
            for effect in effects {
                for names in effect.object.candidates {
                    let found = scope.index.rules.filter {
                        $0.matches(effect, names: names, inTransaction: false)
                    }
                    matches += found.map(\.match)
                    verdicts.append(found.map(\.verdict).max() ?? .deny)
                }
            }
            #expect(decision.verdict == verdicts.max())
            #expect(Set(decision.matches) == Set(matches))
            #expect(decision.matches.count == Set(matches).count)
            let explained = scope.explain(effects, inTransaction: false)
            #expect(explained.effects.map(\.verdict).max() == decision.verdict)
        }
    }
}
