import Testing
import Vocabulary

@testable import Policy

let orders = target("orders", ["env": "production"])

func target(_ name: String, _ labels: [String: String] = [:], kind: String = "postgres") -> Target {
    guard let name = TargetName(name) else { preconditionFailure("not a name: \(name)") }
    return Target(name: name, kind: kind, labels: labels)
}

func person(_ name: String, _ groups: Set<String> = []) -> Principal {
    guard let name = PrincipalName(name) else { preconditionFailure("not a name: \(name)") }
    return Principal(name: name, standing: .person, groups: groups)
}

func agent(_ name: String, owner: String = "alice", _ groups: Set<String> = []) -> Principal {
    guard let name = PrincipalName(name), let owner = PrincipalName(owner) else {
        preconditionFailure("not a name: \(name)")
    }
    return Principal(name: name, standing: .agent(owner: owner), groups: groups)
}

/// A reference to the object that the text names.
func object(_ text: String) -> ObjectReference {
    guard let name = ObjectName(parsing: text) else { preconditionFailure("not a name: \(text)") }
    return .exactly(name)
}

func oneOf(_ texts: [String]) -> ObjectReference {
    .oneOf(texts.compactMap { ObjectName(parsing: $0) })
}

/// The set that one policy for everyone, of these rules in flow style, makes.
func rules(_ lines: String...) throws -> PolicySet { try rules(lines) }

func rules(_ lines: [String]) throws -> PolicySet {
    let text = "policy: p\nrules:\n" + lines.map { "  - {\($0)}\n" }.joined()
    return try PolicySet.load([PolicyFile(path: "p.yaml", text: text)])
}

let consent = #"consents: [{ from: "group:dba", count: 1 }]"#

extension PolicySet {
    func decide(_ effects: Effect..., inTransaction: Bool = false) -> Decision {
        decide(effects, principal: agent("bot"), target: orders, inTransaction: inTransaction)
    }

    var scope: PolicyScope { scope(principal: agent("bot"), target: orders) }
}

/// The problems of a load that has to fail.
func problems(_ files: PolicyFile...) -> [String] {
    do {
        _ = try PolicySet.load(files)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}
