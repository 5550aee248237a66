import Foundation
import TestKit
import Testing

/// The store's file, locked by another process while the gateway runs.
@Suite("A locked store", .serialized, .realParts)
struct StoreFaultTests {
    private func held(_ gateway: TestGateway, _ token: String) throws -> (Conversation, String) {
        let psql = try Conversation(gateway.psql(token))
        psql.send("BEGIN;\nDELETE FROM customers;\n")
        let hint = try #require(psql.line(containing: "sallyport approve hld_"), "\(psql.rest)")
        return (psql, String(hint.split(separator: " ").last ?? ""))
    }

    private func rows(_ gateway: TestGateway) throws -> String {
        try PostgresServer.shared.sql(
            "SELECT count(*) FROM customers", database: gateway.database)
    }

    @Test("refuses consents, holds and logins with a reason, and all of them work again afterwards")
    func locked() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let token = try await gateway.agentToken()
        let (psql, hold) = try held(gateway, token)
        let asking = try Conversation(gateway.psql(token, ["-At"]))
        asking.send("SELECT 'asking';\n")
        #expect(asking.expect("asking") != nil, "\(asking.rest)")

        let other = try StoreLock(gateway)
        let consent = try await gateway.person("bob", ["approve", hold])
        #expect(consent.status == 1 && consent.err.contains("store is locked"), "\(consent)")
        asking.send("DELETE FROM customers;\n")
        #expect(asking.expect("could not be held now") != nil, "\(asking.rest)")
        let login = try await gateway.logInAgain("bob", [gateway.password(of: "bob")])
        #expect(login.status == 1 && login.err.contains("not available"), "\(login)")
        // What needs no writing goes on.
        asking.send("SELECT 'allowed';\n")
        #expect(asking.expect("allowed") != nil, "\(asking.rest)")
        #expect(try rows(gateway) == "10")
        other.unlock()

        let again = try await gateway.logInAgain("bob", [gateway.password(of: "bob")])
        #expect(again.status == 0, "\(again)")
        let late = try await gateway.person("bob", ["approve", hold])
        #expect(late.status == 0, "\(late)")
        #expect(psql.expect("DELETE 10") != nil, "\(psql.rest)")
        psql.send("ROLLBACK;\n")
        psql.endInput()
        psql.finish()
        asking.send("DELETE FROM customers;\n")
        #expect(asking.expect("sallyport holds this command") != nil, "\(asking.rest)")
        asking.interrupt()
        asking.endInput()
        asking.finish()
        #expect(try rows(gateway) == "10")
        let log = gateway.drain()
        #expect(log.status == 0 && log.err.contains("locked by another process"), "\(log)")
    }

    @Test(
        "a client that leaves while its hold cannot be ended leaves nothing that could be approved")
    func abandonedWhileLocked() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let token = try await gateway.agentToken()
        let (psql, hold) = try held(gateway, token)
        let other = try StoreLock(gateway)
        psql.killNow()
        psql.finish()
        #expect(
            gateway.daemon.expect("a hold is not abandoned yet") != nil, "\(gateway.daemon.rest)")
        other.unlock()
        let late = try await gateway.person("bob", ["approve", hold])
        #expect(late.status == 1 && late.err.contains("abandoned"), "\(late)")
        try await gateway.expect(hold, becomes: "abandoned")
        // A hold's end is entered behind it.
        try await until("its end is entered") {
            try gateway.ledgerKinds().contains("hold-abandoned")
        }
        #expect(try gateway.ledgerBodies("hold-abandoned").count == 1)
        #expect(try rows(gateway) == "10")
    }

    @Test("does not keep a gateway from stopping, and the next start ends what was held")
    func stopWhileLocked() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let (psql, hold) = try held(gateway, try await gateway.agentToken())
        let other = try StoreLock(gateway)
        let stopped = gateway.drain()
        #expect(stopped.status == 0, "\(stopped)")
        #expect(psql.expect("the gateway is stopping") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
        other.unlock()
        try gateway.restart()
        let late = try await gateway.person("bob", ["approve", hold])
        #expect(late.status == 1 && late.err.contains("abandoned"), "\(late)")
        #expect(try gateway.ledgerBodies("hold-abandoned").count == 1)
        #expect(try rows(gateway) == "10")
    }

    @Test("a start with a store that is locked says so")
    func lockedAtStart() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        #expect(gateway.drain().status == 0)
        let other = try StoreLock(gateway)
        let said = try await Command(
            TestGateway.binaries + "/sallyportd", ["serve", "--config", gateway.configuration]
        ).run()
        #expect(said.status == 1 && said.err.contains("locked by another process"), "\(said)")
        other.unlock()
        try gateway.restart()
    }
}
