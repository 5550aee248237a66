import Foundation
import TestKit
import Testing

/// Drivers as they are: what they do and say directly they do and say through the gateway, and a held command is to them one
/// that takes longer.
@Suite("Drivers", .serialized, .realParts)
struct ClientTests {
    @Test("does the same and says the same as directly", arguments: Driver.allCases)
    func parity(driver: Driver) async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let through = try await Route(through: gateway, token).command(driver).run()
        let straight = try await Route(pastGateway: gateway).command(driver).run()
        #expect(straight.status == 0, "\(straight)")
        #expect(through.status == 0, "\(through)")
        #expect(through.out == straight.out)
        #expect(straight.out.split(separator: "\n").count > 10)
    }

    @Test(
        "a held command with bound values takes longer, and runs where it was sent",
        arguments: Driver.allCases)
    func consented(driver: Driver) async throws {
        let (gateway, running, hold) = try await held(driver)
        let shown = try await gateway.person("bob", ["approve", hold])
        #expect(shown.status == 0, "\(shown)")
        #expect(shown.out.contains("'nobody'") && shown.out.contains("3"), "\(shown)")
        #expect(shown.out.contains("inside an open transaction"), "\(shown)")
        let said = running.finish()
        #expect(said.status == 0, "\(said)")
        #expect(said.out.contains("deleted") && said.out.contains("still here"), "\(said)")
        #expect(
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM customers", database: gateway.database)
                == "3")
    }

    @Test(
        "a denied command is the driver's own exception, and the session goes on",
        arguments: Driver.allCases)
    func denied(driver: Driver) async throws {
        let (gateway, running, hold) = try await held(driver)
        let no = try await gateway.person("bob", ["deny", hold, "--reason", "not these"])
        #expect(no.status == 0, "\(no)")
        let said = running.finish()
        #expect(said.status == 0, "\(said)")
        #expect(said.out.contains("refused 42501"), "\(said)")
        #expect(said.out.contains("not these") && said.out.contains("still here"), "\(said)")
        #expect(
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM customers", database: gateway.database)
                == "10")
    }

    /// The driver's script, waiting for its hold.
    private func held(_ driver: Driver) async throws -> (TestGateway, Conversation, String) {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let token = try await gateway.agentToken()
        let running = try Conversation(
            Route(through: gateway, token).command(driver, "with", ["held"]))
        return (gateway, running, try await gateway.pendingHold(asked: running))
    }

    @Test(
        "pgbench runs its own tables through the gateway, by each of its protocols",
        arguments: ["simple", "extended", "prepared"])
    func pgbench(mode: String) async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        func bench(_ arguments: [String]) async throws -> Output {
            var command = Command(
                PostgresServer.binaries + "/pgbench", arguments + [gateway.connection])
            command.environment = ["PGPASSWORD": token]
            return try await command.run()
        }
        let made = try await bench(["-i", "-q", "-s", "1"])
        #expect(made.status == 0, "\(made)")
        let ran = try await bench(["-M", mode, "-c", "4", "-t", "50", "-n"])
        #expect(ran.status == 0, "\(ran)")
        #expect(ran.out.contains("number of transactions actually processed: 200/200"), "\(ran)")
        #expect(
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM pgbench_history", database: gateway.database) == "200")
    }
}
