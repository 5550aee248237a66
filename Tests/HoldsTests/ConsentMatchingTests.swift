import TestKit
import Policy
import Testing
import Vocabulary

@testable import Holds

@Suite("Matching people to requirements")
struct ConsentMatchingTests {
    struct Case: CustomTestStringConvertible {
        let says: String
        let needs: [(String, Int)]
        let people: [String: Set<String>]
        /// Group and count, in order; empty: satisfied.
        let missing: [String]
        var testDescription: String { says }
    }

    static let cases = [
        Case(says: "one of one", needs: [("dba", 1)], people: ["bob": ["dba"]], missing: []),
        Case(says: "nobody", needs: [("dba", 1)], people: [:], missing: ["dba 1"]),
        Case(
            says: "of another group", needs: [("dba", 1)], people: ["bob": ["sec"]],
            missing: ["dba 1"]),
        Case(
            says: "threat 21: one person in two groups fills one place",
            needs: [("dba", 1), ("sec", 1)], people: ["bob": ["dba", "sec"]], missing: ["sec 1"]),
        Case(
            says: "the one who can do both makes room for the one who can do one",
            needs: [("dba", 1), ("sec", 1)],
            people: ["anna": ["dba", "sec"], "bob": ["dba"]], missing: []),
        Case(
            says: "a chain of three moves", needs: [("a", 1), ("b", 1), ("c", 1)],
            people: ["p": ["a", "b"], "q": ["b", "c"], "r": ["a"]], missing: []),
        Case(
            says: "of one group's two demands the larger counts", needs: [("dba", 1), ("dba", 2)],
            people: ["bob": ["dba"]], missing: ["dba 1"]),
        Case(
            says: "a count of nought is never satisfied", needs: [("dba", 0)],
            people: ["bob": ["dba"]], missing: ["dba 0"]),
        Case(
            says: "a count beyond all people is never satisfied", needs: [("dba", .max)],
            people: ["bob": ["dba"]], missing: ["dba \(Int.max)"]),
        Case(says: "nothing asked", needs: [], people: [:], missing: []),
    ]

    @Test("fills what can be filled and names what is missing", arguments: cases)
    func table(row: Case) throws {
        let matching = ConsentMatching(
            row.needs.map { ConsentRequirement(group: $0.0, count: $0.1) },
            people: try named(row.people))
        #expect(matching.missing.map { "\($0.group) \($0.count)" } == row.missing)
        #expect(matching.isSatisfied == row.missing.isEmpty)
    }

    @Test("is satisfied exactly when some choice of distinct people is")
    func againstEveryChoice() throws {
        var random = SeededRandom(seed: 7)
        var satisfied = 0
        for _ in 0..<2_000 {
            let groups = ["a", "b", "c"]
            let needs = groups.compactMap { group -> ConsentRequirement? in
                let count = Int.random(in: 0...2, using: &random)
                return count == 0 ? nil : ConsentRequirement(group: group, count: count)
            }
            var people: [String: Set<String>] = [:]
            for place in 0..<Int.random(in: 0...5, using: &random) {
                people["p\(place)"] = Set(groups.filter { _ in Bool.random(using: &random) })
            }
            let slots = needs.flatMap { Array(repeating: $0.group, count: $0.count) }
            let expected = canFill(slots[...], Array(people.values))
            let matching = ConsentMatching(needs, people: try named(people))
            #expect(matching.isSatisfied == expected)
            #expect(
                matching.assigned.allSatisfy { people[$0.key.text]?.contains($0.value) == true })
            satisfied += expected ? 1 : 0
        }
        #expect((1..<2_000).contains(satisfied), "both answers occurred")
    }

    private func canFill(_ slots: ArraySlice<String>, _ people: [Set<String>]) -> Bool {
        guard let slot = slots.first else { return true }
        return people.indices.contains { place in
            var rest = people
            return rest.remove(at: place).contains(slot) && canFill(slots.dropFirst(), rest)
        }
    }

    private func named(_ people: [String: Set<String>]) throws -> [PrincipalName: Set<String>] {
        var result: [PrincipalName: Set<String>] = [:]
        for (text, groups) in people { result[try name(text)] = groups }
        return result
    }
}
