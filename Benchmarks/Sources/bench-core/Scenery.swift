import Policy
import SQL
import Vocabulary

/// A database as pgbench makes it, an agent, and policies of any size.
struct Scenery {
    let principal: Principal
    let target: Target
    let view: SessionView

    init() throws {
        guard let agent = PrincipalName("deploy-bot"), let owner = PrincipalName("alice"),
            let orders = TargetName("orders")
        else { throw UsageError(text: "a name of the scenery is none") }
        principal = Principal(
            name: agent, standing: .agent(owner: owner), groups: ["automation"])
        target = Target(name: orders, kind: "postgres", labels: ["env": "bench"])
        view = SessionView(catalogue: try pgbenchCatalogue(), searchPath: ["public"])
    }

    /// `ruleCount` rules, of which few match, as in policies that have grown.
    func scope(ruleCount: Int) throws -> PolicyScope {
        let set = try PolicySet.load([
            PolicyFile(path: "bench.yaml", text: policyText(ruleCount: ruleCount))
        ])
        return set.scope(principal: principal, target: target)
    }
}

/// pgbench's own SELECT, for one account.
func selectText(_ account: Int) -> [UInt8] {
    Array("SELECT abalance FROM pgbench_accounts WHERE aid = \(account);".utf8)
}

private func policyText(ruleCount: Int) -> String {
    var text = """
        policy: bench
        targets: { labels: { env: bench } }
        rules:
          - rule: transactions
            effects: [transaction, session]
            decide: allow
          - rule: benchmark
            effects: [read]
            objects: ["public.pgbench_accounts", "public.pgbench_branches"]
            decide: allow
          - rule: all-but-personal
            effects: [read]
            objects: { except: ["hr.*"] }
            decide: allow
          - rule: never
            effects: [server-io, replication, unknown]
            decide: deny

        """
    let kinds = [("read", "allow"), ("write", "review"), ("schema", "deny"), ("read", "deny")]
    for number in 4..<ruleCount {
        let (effect, decide) = kinds[number % kinds.count]
        text += """
              - rule: table-\(number)
                effects: [\(effect)]
                objects: ["shop.table_\(number).*"]
                decide: \(decide)

            """
    }
    return text
}

private func pgbenchCatalogue() throws -> Catalogue {
    var builder = CatalogueBuilder()
    for query in CatalogueQueries.all {
        let rows: [[String?]] =
            switch query {
            case .server: [["150008", "orders"]]
            case .schemas: [["pg_catalog"], ["public"]]
            case .relations:
                [
                    [
                        "16390", "public", "pgbench_accounts", "r", "16392", nil, "sallyport", "f",
                        "f", "f", "{aid,bid,abalance,filler}", "{23,23,23,1042}", "{1,2,3,4}",
                    ]
                ]
            default: []
            }
        try builder.add(rows, of: query)
    }
    return try builder.finish()
}
