import Gateway
import Policy
import Vocabulary

extension FuzzTarget {
    /// A policy file, and the same as a file of cases.
    static let policy = FuzzTarget("policy", bytesMax: 65_536) { bytes in
        let file = PolicyFile(path: "p.yaml", text: String(decoding: bytes, as: UTF8.self))
        _ = try? PolicyCase.load([file])
        let first = loading(file)
        switch (first, loading(file)) {
        case (.success(let set), .success(let again)):
            try require(set.version == again.version, "one text has two versions")
            try checkDecisions(set)
            return true
        case (.failure(let errors), .failure(let again)):
            try require(errors == again, "one text is refused in two ways")
            try require(!errors.problems.isEmpty, "refused without a reason")
            try require(errors.problems.count <= Limits.problemsMax + 1, "problems without end")
            return false
        default: throw PropertyBroken(description: "one text loads, and does not")
        }
    }

    /// `sallyport.yaml`.
    static let configuration = FuzzTarget("configuration", bytesMax: 65_536) { bytes in
        try withMemoryFile(bytes) { path in
            let (read, again) = (reading(path), reading(path))
            try require(read == again, "read in two ways")
            switch read {
            case .success(let configuration):
                try check(configuration)
                return true
            case .failure(let errors):
                try require(!errors.problems.isEmpty, "refused without a reason")
                try require(errors.problems.count <= Limits.problemsMax + 1, "problems without end")
                return false
            }
        }
    }
}

private func reading(_ path: String) -> Result<GatewayConfiguration, PolicyErrors> {
    do throws(PolicyErrors) { return .success(try GatewayConfiguration.load(file: path)) } catch {
        return .failure(error)
    }
}

private func loading(_ file: PolicyFile) -> Result<PolicySet, PolicyErrors> {
    do throws(PolicyErrors) { return .success(try PolicySet.load([file])) } catch {
        return .failure(error)
    }
}

private enum Asked {
    static let effects: [Effect] = [
        Effect(.read, .exactly(ObjectName(["public", "customers"]))),
        Effect(.read, .exactly(ObjectName(["public", "customers", "ssn"]))),
        Effect(.read, .oneOf([ObjectName(["hr", "pay"]), ObjectName(["public", "orders"])])),
        Effect(.read, .exactly(ObjectName(["pg_catalog", "pg_authid"])), mustBeNamed: true),
        Effect(
            .write, .exactly(ObjectName(["public", "orders"])),
            attributes: ["bounded": .flag(true), "rows_estimated": .number(12)]),
        Effect(
            .write, .exactly(ObjectName(["public", "orders"])),
            attributes: ["bounded": .flag(false)]
        ),
        Effect(.write, .exactly(ObjectName(["scratch"])), attributes: ["temporary": .flag(true)]),
        Effect(.schema, .anything), Effect(.unknown, .none), Effect(.transaction, .none),
        Effect(.session, .exactly(ObjectName(["search_path"]))),
        Effect(.execute, .exactly(ObjectName(["public", "boom"]))),
    ]

    static let principals = ["deploy-bot", "alice"].compactMap { PrincipalName($0) }
        .map { name in
            Principal(
                name: name,
                standing: name.text == "alice"
                    ? .person : PrincipalName("alice").map { .agent(owner: $0) } ?? .person,
                groups: ["automation", "dba"])
        }
    static let target = TargetName("orders").map {
        Target(name: $0, kind: "postgres", labels: ["env": "production"])
    }
}

private func checkDecisions(_ set: PolicySet) throws {
    guard let target = Asked.target else { return }
    for principal in Asked.principals {
        let scope = set.scope(principal: principal, target: target)
        if !set.mayOpen(target, by: principal) {
            try require(scope.policies.isEmpty, "a policy applies to whom none names")
        }
        for inTransaction in [false, true] { try check(scope, inTransaction) }
    }
}

private func check(_ scope: PolicyScope, _ inTransaction: Bool) throws {
    try require(
        scope.decide([], inTransaction: inTransaction).verdict == .deny, "nothing is allowed")
    var strictest = Verdict.allow
    for effect in Asked.effects {
        let decision = scope.decide([effect], inTransaction: inTransaction)
        strictest = max(strictest, decision.verdict)
        try check(decision, effect, scope)
        let explanation = scope.explain([effect], inTransaction: inTransaction)
        try require(explanation.decision == decision, "an explanation of another decision")
        try require(
            explanation.effects.map(\.verdict) == [decision.verdict], "an effect explained wrong")
    }
    let whole = scope.decide(Asked.effects, inTransaction: inTransaction)
    try require(whole.verdict == strictest, "together less strict than the strictest alone")
}

private func check(_ decision: Decision, _ effect: Effect, _ scope: PolicyScope) throws {
    switch decision.verdict {
    case .allow, .review:
        try require(!scope.policies.isEmpty && !decision.matches.isEmpty, "allowed by no rule")
        try require(decision.matches[0].verdict == decision.verdict, "a rule that says otherwise")
        try require(decision.uncovered.isEmpty, "allowed and not covered")
    case .hold:
        try require(
            (1...Limits.holdMillisecondsMax).contains(decision.holdMilliseconds),
            "a hold of \(decision.holdMilliseconds) ms")
        for requirement in decision.requirements {
            try require(
                (1...Limits.consentCountMax).contains(requirement.count), "a hold of no consents")
        }
    case .deny: break
    }
}

private func check(_ configuration: GatewayConfiguration) throws {
    let names = configuration.targets.map(\.name.text)
    try require(Set(names).count == names.count, "two targets of one name")
    try require(!configuration.gateway.listen.isEmpty, "a gateway that listens nowhere")
    let ports =
        configuration.gateway.listen.map(\.port)
        + configuration.targets.compactMap(\.postgres?.port)
    for port in ports {
        try require((0...65_535).contains(port), "port \(port)")
    }
    for path in [configuration.gateway.stateDirectory, configuration.gateway.policiesDirectory] {
        try require(path.hasPrefix("/"), "a relative path is left")
    }
    try require(configuration.consents.pendingPerPrincipalMax > 0, "no hold may wait")
    let people = Set(configuration.identity.people.map(\.name))
    for agent in configuration.identity.agents {
        try require(people.contains(agent.owner), "an agent of nobody")
        try require(!people.contains(agent.name), "an agent and a person of one name")
    }
    for name in configuration.identity.administrators {
        try require(people.contains(name), "an administrator who is nobody")
    }
}
