import Policy
import Vocabulary

/// Whether distinct people can fill what a decision asks for: a maximum matching between the places that the
/// requirements name and the people who consented (Kuhn's algorithm).
public struct ConsentMatching: Hashable, Sendable {
    /// Who fills a place of which group.
    public let assigned: [PrincipalName: String]
    /// What is still missing, by group; empty when everything is filled.
    public let missing: [ConsentRequirement]

    public var isSatisfied: Bool { missing.isEmpty }

    /// - Parameters:
    ///   - requirements: of one decision; the larger count wins where a group occurs twice.
    ///   - people: each once, with the groups of this moment.
    public init(_ requirements: [ConsentRequirement], people: [PrincipalName: Set<String>]) {
        let merged = Dictionary(
            requirements.map { ($0.group, $0.count) }, uniquingKeysWith: { max($0, $1) })
        let total = merged.values.reduce(0) { $0 &+ min($1, Limits.slotsMax + 1) }
        // A count that is no count, or that nobody could mean, is never satisfied.
        guard total <= Limits.slotsMax, merged.values.allSatisfy({ $0 > 0 }) else {
            assigned = [:]
            missing = sorted(merged)
            return
        }
        let slots = merged.sorted { $0.key < $1.key }.flatMap {
            Array(repeating: $0.key, count: $0.value)
        }
        var search = SlotSearch(slots: slots, people: people)
        search.fill()
        assigned = search.slotByPerson.mapValues { slots[$0] }
        var open = merged
        for group in assigned.values { open[group, default: 0] -= 1 }
        missing = sorted(open.filter { $0.value > 0 })
    }
}

private func sorted(_ counts: [String: Int]) -> [ConsentRequirement] {
    counts.map { ConsentRequirement(group: $0.key, count: $0.value) }.sorted { $0.group < $1.group }
}

private struct SlotSearch {
    let slots: [String]
    /// Sorted by name, so that the same input gives the same assignment.
    let people: [(name: PrincipalName, groups: Set<String>)]
    var slotByPerson: [PrincipalName: Int] = [:]

    init(slots: [String], people: [PrincipalName: Set<String>]) {
        self.slots = slots
        self.people = people.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    mutating func fill() {
        for slot in slots.indices {
            var visited: Set<PrincipalName> = []
            _ = place(slot, &visited)
        }
    }

    /// Finds someone for `slot`, moving those who are placed already where that helps. At most `slotsMax` deep.
    private mutating func place(_ slot: Int, _ visited: inout Set<PrincipalName>) -> Bool {
        for person in people
        where person.groups.contains(slots[slot]) && visited.insert(person.name).inserted {
            if let taken = slotByPerson[person.name], !place(taken, &visited) { continue }
            slotByPerson[person.name] = slot
            return true
        }
        return false
    }
}
