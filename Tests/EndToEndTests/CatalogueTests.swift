import Foundation
import TestKit
import Testing

/// What a command's names mean when the schema has just changed.
@Suite("The catalogue", .serialized, .realParts)
struct CatalogueTests {
    private static let policy =
        HoldTests.policy() + """

              - rule: tables
                effects: [schema]
                decide: allow
            """

    private func open() async throws -> (gateway: TestGateway, token: String) {
        let gateway = try TestGateway(policies: [Self.policy], objects: HoldTests.objects)
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        return (gateway, try await gateway.agentToken())
    }

    @Test("is read anew before the first command behind a change is judged, in every session")
    func awaited() async throws {
        let (gateway, token) = try await open()
        let (one, other) = (
            try WireClient(gateway, token: token), try WireClient(gateway, token: token)
        )
        for client in [one, other] { _ = client.untilReady() }
        for round in 0..<5 {
            #expect(
                one.query("CREATE TABLE new\(round) (id int)").contains(
                    "CommandComplete CREATE TABLE"))
            // `count` is the built-in function only where nobody has made another.
            #expect(other.query("SELECT count(id) FROM notes").contains("DataRow 10"))
            #expect(one.query("SELECT count(id) FROM new\(round)").contains("DataRow 0"))
        }
    }

    @Test("is not waited for where the session's own transaction keeps it from being read")
    func ownLock() async throws {
        let (gateway, token) = try await open()
        _ = try PostgresServer.shared.sql(
            "CREATE VIEW shown AS SELECT id, note FROM notes; ALTER TABLE notes OWNER TO sallyport; ALTER VIEW shown OWNER TO sallyport",
            database: gateway.database)
        let (one, other) = (
            try WireClient(gateway, token: token), try WireClient(gateway, token: token)
        )
        for client in [one, other] { _ = client.untilReady() }
        _ = one.query("BEGIN")
        #expect(one.query("ALTER TABLE notes ADD c int").contains("CommandComplete ALTER TABLE"))
        #expect(other.query("SELECT 1").contains("DataRow 1"))
        #expect(one.query("COMMIT").contains("CommandComplete COMMIT"))
        #expect(other.query("SELECT count(id) FROM notes").contains("DataRow 10"))
    }

    @Test("is read anew before what was consented to is decided again")
    func release() async throws {
        let (gateway, token) = try await open()
        let (one, other) = (
            try WireClient(gateway, token: token), try WireClient(gateway, token: token)
        )
        for client in [one, other] { _ = client.untilReady() }
        one.send(["Q", "DELETE FROM notes WHERE id <= (SELECT count(id) - 9 FROM notes)"])
        let id = try #require(
            one.until("NoticeResponse").last?.firstMatch(of: /hld_[A-Za-z0-9]+/)?.output)
        _ = other.query("CREATE TABLE meanwhile (id int)")
        let consent = try await gateway.person("bob", ["approve", String(id)])
        #expect(consent.status == 0, "\(consent)")
        #expect(one.untilReady().contains("CommandComplete DELETE 1"))
    }

    @Test("is read before a hold opens: whatever becomes of the hold then reaches the client")
    func hold() async throws {
        let (gateway, token) = try await open()
        let client = try WireClient(gateway, token: token)
        _ = client.untilReady()
        for round in 0..<3 {
            _ = client.query("CREATE TABLE new\(round) (id int)")
            client.send(["Q", "DELETE FROM notes"])
            let id = try #require(
                client.until("NoticeResponse").last?.firstMatch(of: /hld_[A-Za-z0-9]+/)?.output)
            let withdrawn = try await gateway.person("alice", ["withdraw", String(id)])
            #expect(withdrawn.status == 0, "\(withdrawn)")
            #expect(client.untilReady().contains { $0.hasPrefix("ErrorResponse ERROR 42501") })
        }
    }
}
