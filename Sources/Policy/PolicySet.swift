import Vocabulary

/// All policies, as loaded: what decides every action.
///
/// A value: a reload makes a new one, and the old one stays in force when the new files do not load.
public struct PolicySet: Sendable {
    /// Hex SHA-256 over the set's canonical form: independent of the order of files and rules, of
    /// comments and of layout.
    public let version: String
    /// Sorted by name.
    let policies: [PolicyDocument]
    private let scopes: ScopeCache

    init(policies: [PolicyDocument]) {
        self.policies = policies.sorted { $0.name < $1.name }
        version = canonicalVersion(self.policies)
        scopes = ScopeCache()
    }

    /// Reads the files, all of them, and reports everything that is wrong with any of them.
    public static func load(_ files: [PolicyFile]) throws(PolicyErrors) -> PolicySet {
        let log = ProblemLog()
        let policies = files.compactMap { readPolicy($0, log) }
        reportDuplicates(of: policies, log)
        guard log.isEmpty else { throw log.errors }
        return PolicySet(policies: policies)
    }

    /// Names of the loaded policies, sorted.
    public var policyNames: [String] { policies.map(\.name) }

    /// How many rules all policies have together.
    public var ruleCount: Int { policies.reduce(0) { $0 + $1.rules.count } }

    /// Some policy names this principal and this target, whatever its rules say.
    public func mayOpen(_ target: Target, by principal: Principal) -> Bool {
        policies.contains { $0.selects(principal, target) }
    }

    /// What applies to one principal on one target, compiled. A session keeps it for as long as the
    /// set is in force; sessions to which the same policies apply share it.
    public func scope(principal: Principal, target: Target) -> PolicyScope {
        let applying = policies.indices.filter { policies[$0].selects(principal, target) }
        let index = scopes.index(applying) { RuleIndex(applying.flatMap { policies[$0].rules }) }
        return PolicyScope(
            index: index, policies: applying.map { policies[$0].name }, policyVersion: version)
    }

    /// What the policies say of an action with these effects.
    public func decide(
        _ effects: [Effect], principal: Principal, target: Target, inTransaction: Bool
    ) -> Decision {
        scope(principal: principal, target: target).decide(effects, inTransaction: inTransaction)
    }

    /// The same with its reasons, for `policy explain` and for hints.
    public func explain(
        _ effects: [Effect], principal: Principal, target: Target, inTransaction: Bool
    ) -> Explanation {
        scope(principal: principal, target: target).explain(effects, inTransaction: inTransaction)
    }
}

private func reportDuplicates(of policies: [PolicyDocument], _ log: ProblemLog) {
    var first: [String: Place] = [:]
    let byPlace = policies.sorted {
        ($0.place.path, $0.place.line) < ($1.place.path, $1.place.line)
    }
    for policy in byPlace {
        if let other = first[policy.name] {
            log.report(
                policy.place,
                "policy \(quote(policy.name)) stands in \(other) already, expected "
                    + "another name")
        } else {
            first[policy.name] = policy.place
        }
    }
}
