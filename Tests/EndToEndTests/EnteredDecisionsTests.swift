import Foundation
import TestKit
import Testing

/// Shells have theirs in `ShellTests`.
@Suite("Entries of a session's decisions", .realParts)
struct EnteredDecisionsTests {
    /// One by one, then the first that is counted, and the count as often as a minute went by.
    private func expect(
        _ kind: String, _ count: Int, above most: Int, of gateway: TestGateway
    ) throws {
        let entries = try gateway.ledgerBodies(kind)
        #expect((most + 2...most + 6).contains(entries.count), "\(kind): \(entries.count)")
        #expect(entries.reduce(0) { $0 + ($1["count"] as? Int ?? 1) } == count)
    }

    @Test(
        "threat 34: statements that are reviewed or refused without end make few entries in the ledger, each of them short, and none is missing in the recording"
    )
    func statements() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "carol"] { try await gateway.logIn(name) }
        let client = try await WireClient(gateway, token: gateway.agentToken())
        _ = client.untilReady()
        for number in 1...550 {
            let update = client.query("UPDATE customers SET name = name WHERE id = \(number)")
            #expect(update.contains { $0.hasPrefix("CommandComplete") }, "\(update)")
            guard number <= 100 else { continue }
            let said = client.query("ALTER TABLE customers RENAME TO c\(number)")
            #expect(said.contains { $0.hasPrefix("ErrorResponse") }, "\(said)")
        }
        client.send(["X"])
        _ = client.until("closed")
        var shown = ""
        try await until("the session is filed") {
            let listed = try await gateway.person("carol", ["sessions"])
            guard let id = listed.out.firstMatch(of: /ses_[a-z0-9]+/)?.output else { return false }
            shown = try await gateway.person("carol", ["session", String(id)]).out
            return shown.contains("closed")
        }
        for number in 1...550 {
            #expect(
                shown.contains("WHERE id = \(number)\n") || shown.contains("WHERE id = \(number) "))
            #expect(number > 100 || shown.contains("RENAME TO c\(number) "), "\(number)")
        }
        #expect(gateway.drain().status == 0)
        try expect("review", 550, above: 512, of: gateway)
        try expect("denied", 100, above: 64, of: gateway)
    }

    @Test(
        "threat 34: calls that are reviewed without end make few entries in the ledger, and none is missing in the recording"
    )
    func calls() async throws {
        let wire = try await WireGateway(policies: [WireGateway.policy(ping: "review")])
        let (client, peer) = try wire.session()
        for _ in 2...550 { #expect(try wire.isAlive(client, peer)) }
        client.close()
        _ = try await wire.end()
        var shown = ""
        try await until("the session is filed") {
            let listed = try await wire.gateway.person("alice", ["sessions"])
            guard let id = listed.out.firstMatch(of: /ses_[a-z0-9]+/)?.output else { return false }
            shown = try await wire.gateway.person("alice", ["session", String(id)]).out
            return shown.contains("closed")
        }
        #expect(shown.components(separatedBy: " review  ").count == 551)
        #expect(wire.gateway.drain().status == 0)
        try expect("review", 550, above: 512, of: wire.gateway)
    }
}
