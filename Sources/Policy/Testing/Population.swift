import Vocabulary

/// Everybody who exists, as the configuration says: who might ask, and who might consent.
public struct Population: Hashable, Sendable {
    public let principals: [Principal]

    public init(_ principals: [Principal]) { self.principals = principals }

    /// The people who may consent to what `requester` asks: not itself, not its owner.
    func eligible(for requester: Principal) -> [Principal] {
        principals.filter {
            $0.isPerson && $0.name != requester.name && $0.name != requester.accountable
        }
    }

    /// Whether distinct people of `people` can meet all requirements at once: a matching of each
    /// demanded consent to a person of its group.
    static func canSatisfy(_ requirements: [ConsentRequirement], by people: [Principal]) -> Bool {
        let demands = requirements.flatMap { Array(repeating: $0.group, count: $0.count) }
        guard demands.count <= people.count else { return false }
        var demandOfPerson = [Int?](repeating: nil, count: people.count)
        return demands.indices.allSatisfy { demand in
            var tried = Set<Int>()
            return assign(demand, demands, people, &demandOfPerson, &tried)
        }
    }

    /// One augmenting path: gives `demand` a person, moving earlier demands to others where needed.
    private static func assign(
        _ demand: Int, _ demands: [String], _ people: [Principal], _ demandOfPerson: inout [Int?],
        _ tried: inout Set<Int>
    ) -> Bool {
        for person in people.indices where people[person].groups.contains(demands[demand]) {
            guard tried.insert(person).inserted else { continue }
            if let earlier = demandOfPerson[person],
                !assign(earlier, demands, people, &demandOfPerson, &tried)
            {
                continue
            }
            demandOfPerson[person] = demand
            return true
        }
        return false
    }
}

/// A hold rule to which nobody could consent for some requester.
public struct UnsatisfiableHold: Hashable, Sendable {
    public let match: RuleMatch
    public let place: Place
    public let requester: PrincipalName
    /// What the rule asks for.
    public let requirements: [ConsentRequirement]
}

extension UnsatisfiableHold: CustomStringConvertible {
    /// One line, with what to do.
    public var description: String {
        let needs = requirements.map { "\($0.count) of group `\($0.group)`" }
            .joined(separator: " and ")
        return
            "\(place): no set of people can consent to, or watch, what `\(requester)` asks under rule "
            + "`\(match.rule)`: it needs \(needs), without the requester and its owner"
    }
}

extension PolicySet {
    /// Hold rules that no set of people could satisfy for some principal whom the policy selects,
    /// whatever the target. Sorted by policy, rule and requester.
    public func unsatisfiableHolds(in population: Population) -> [UnsatisfiableHold] {
        policies.flatMap { policy in
            let requesters = population.principals.filter { policy.principals.selects($0) }
                .sorted { $0.name < $1.name }
            return policy.rules.flatMap { rule in
                requesters.flatMap { unsatisfiable(rule, for: $0, in: population) }
            }
        }
    }

    private func unsatisfiable(
        _ rule: Rule, for requester: Principal, in population: Population
    ) -> [UnsatisfiableHold] {
        let people = population.eligible(for: requester)
        let asked = [rule.hold?.consents, rule.moderation?.moderators].compactMap { $0 }
        return asked.filter { !Population.canSatisfy($0, by: people) }.map {
            UnsatisfiableHold(
                match: rule.match, place: rule.place, requester: requester.name, requirements: $0)
        }
    }
}
