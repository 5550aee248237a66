import Foundation
import TestKit
import Testing

/// Whatever psql does directly it does through the gateway, word for word.
@Suite("psql through the gateway", .serialized, .realParts)
struct PsqlTests {
    private static let scripts: [(name: String, text: String)] = [
        (
            "describing",
            "\\d customers\n\\dt\n\\dn\n\\df\n\\di\n\\dv\n\\dT\n\\l template*\n\\du sallyport\n\\dx\n"
        ),
        (
            "errors with positions",
            "SELECT selct;\nSELECT * FROM nowhere;\nSELECT 1/0;\nSELEC 1;\nSELECT 1 +;\nINSERT INTO customers (id) VALUES (1);\n"
        ),
        (
            "transactions",
            "BEGIN;\nUPDATE customers SET name = 'x' WHERE id = 1;\nSAVEPOINT a;\nSELECT 1/0;\nROLLBACK TO a;\nSELECT name FROM customers WHERE id = 1;\nROLLBACK;\nSELECT name FROM customers WHERE id = 1;\n"
        ),
        (
            "copying both ways",
            "CREATE TABLE copied (id int, t text);\n\\copy copied from stdin\n1\tone\n2\ttwo\n\\.\n\\copy copied to stdout\nCOPY copied TO STDOUT WITH CSV HEADER;\n\\copy copied from stdin\nnot a number\tx\n\\.\nSELECT count(*) FROM copied;\nDROP TABLE copied;\n"
        ),
        (
            "cursors",
            "BEGIN;\nDECLARE c CURSOR FOR SELECT id FROM customers ORDER BY id;\nFETCH 2 FROM c;\nMOVE 3 FROM c;\nFETCH 1 FROM c;\nCLOSE c;\nCOMMIT;\n\\set FETCH_COUNT 3\nSELECT id FROM customers ORDER BY id;\n"
        ),
        ("notices", "DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$;\n"),
        (
            "prepared statements",
            "PREPARE p (int) AS SELECT name FROM customers WHERE id = $1;\nEXECUTE p(2);\nEXECUTE p(3);\nDEALLOCATE p;\n"
        ),
        (
            "temporary tables and settings",
            "CREATE TEMP TABLE t AS SELECT 1 AS a;\nSELECT * FROM t;\nSET statement_timeout = '5s';\nSHOW statement_timeout;\nDROP TABLE t;\n"
        ),
        (
            "large objects",
            "\\lo_import /etc/hostname\n\\lo_export :LASTOID /dev/null\n\\lo_unlink :LASTOID\n"
        ),
        (
            "watching until it fails",
            "CREATE TEMP SEQUENCE s;\nSELECT 6 / (3 - nextval('s')) AS rest \\watch 0.1\n\\echo over\n"
        ),
        (
            "listening",
            "LISTEN here;\nNOTIFY here, 'payload';\nBEGIN;\nNOTIFY here, 'later';\nCOMMIT;\nUNLISTEN *;\nNOTIFY here;\nSELECT 1;\n"
        ),
        (
            "batches",
            "SELECT 1\\; SELECT 2\\; SELECT 3;\n\\gset\nSELECT 4 AS four \\gset\n\\echo :four\n"
        ),
    ]

    @Test("does the same and says the same as directly")
    func parity() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let server = PostgresServer.shared
        for script in Self.scripts {
            let through = try await run(
                gateway.psql(token, ["-a", "-v", "VERBOSITY=default"]), script.text)
            var direct = Command(
                PostgresServer.binaries + "/psql",
                [
                    "-X", "-a",
                    "host=localhost port=\(server.port) user=sallyport dbname=\(gateway.database) sslmode=require",
                ])
            direct.environment = ["PGPASSWORD": PostgresServer.upstreamPassword]
            let straight = try await run(direct, script.text)
            #expect(withoutNumbers(through) == withoutNumbers(straight), "\(script.name)")
        }
    }

    private func run(_ command: Command, _ text: String) async throws -> String {
        var command = command
        command.input = text
        let output = try await command.run()
        return output.out + "--- errors ---\n" + output.err
    }

    /// Object and process numbers, times and databases' names differ from run to run: in lines that have them every digit is
    /// a `#`. The gateway adds a hint to a syntax error.
    private func withoutNumbers(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.contains("HINT:  the gateway reads") }
            .map { line in
                let named = line.replacing(/db_[0-9a-f]{8}/, with: "db_#")
                let varies = ["lo_import", "lo_unlink", "with PID", "(every"].contains {
                    named.contains($0)
                }
                return varies ? named.replacing(/[0-9]+/, with: "#") : named
            }
            .joined(separator: "\n")
    }

    @Test("what one session notifies another that listens is told, and what is rolled back is not")
    func notified() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let listener = try Conversation(gateway.psql(token))
        listener.send("LISTEN told;\n\\echo listening\n")
        #expect(listener.expect("listening") != nil, "\(listener.rest)")
        let speaker = gateway.psql(
            token,
            [
                "-c", "BEGIN; NOTIFY told, 'never'; ROLLBACK", "-c", "NOTIFY told, 'hello'", "-c",
                "NOTIFY untold, 'other'", "-At", "-c", "SELECT 'I am ' || pg_backend_pid()",
            ])
        let spoke = try await speaker.run()
        #expect(spoke.status == 0, "\(spoke)")
        listener.send("SELECT 1;\nUNLISTEN told;\n")
        listener.endInput()
        let said = listener.finish()
        let told = said.out.split(separator: "\n").filter { $0.contains("notification") }
        #expect(told.count == 1, "\(said)")
        let speakerWords = spoke.out.split(separator: "\n").first { $0.hasPrefix("I am ") }
        let process = try #require(speakerWords?.dropFirst(5), "\(spoke)")
        #expect(
            told.first
                == "Asynchronous notification \"told\" with payload \"hello\" received from server process with PID \(process).",
            "\(said)")
    }

    @Test("a command that runs is cancelled by ^C, and a second session is not touched")
    func cancel() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let other = try Conversation(gateway.psql(token))
        let psql = try Conversation(gateway.psql(token))
        for session in [other, psql] {
            session.send("\\echo ready\nSELECT pg_sleep(60) IS NULL AS slept;\n")
            #expect(session.expect("ready") != nil)
        }
        try await sleeping(2, in: gateway)
        psql.interrupt()
        #expect(psql.expect("canceling statement due to user request") != nil, "\(psql.rest)")
        try await sleeping(1, in: gateway)
        psql.endInput()
        psql.finish()
        #expect(!other.rest.contains("cancel"), "\(other.rest)")
        other.killNow()
        other.finish()
        try await sleeping(0, in: gateway)
    }

    /// Returns when the server runs so many pg_sleep.
    private func sleeping(_ number: Int, in gateway: TestGateway) async throws {
        try await until("there are \(number) at once") {
            let count = try PostgresServer.shared.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(gateway.database)' AND query LIKE '%pg_sleep(60)%' AND state = 'active'",
                database: "postgres")
            return count == String(number)
        }
    }

    @Test("a plaintext client is told to use TLS before it is asked for a password")
    func plaintext() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        let connection = gateway.connection.replacingOccurrences(
            of: "sslmode=verify-full", with: "sslmode=disable")
        var command = Command(
            PostgresServer.binaries + "/psql", ["-X", connection, "-c", "SELECT 1"])
        command.environment = ["PGPASSWORD": "spt_x_y"]
        let output = try await command.run()
        #expect(
            output.status == 2 && output.err.contains("encrypted connections only"), "\(output)")
    }

    @Test("a wrong token, another principal's name and an unknown target are refused alike")
    func refusedLogins() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let wrong = try await gateway.psql(token.dropLast() + "x", ["-c", "SELECT 1"]).run()
        #expect(wrong.status == 2 && wrong.err.contains("authentication failed"), "\(wrong)")
        var other = gateway.psql(token, ["-c", "SELECT 1"])
        other.arguments[1] = gateway.connection.replacingOccurrences(
            of: "deploy-bot", with: "alice")
        let named = try await other.run()
        #expect(named.status == 2 && named.err.contains("authentication failed"), "\(named)")
        other.arguments[1] = gateway.connection.replacingOccurrences(
            of: "dbname=orders", with: "dbname=nowhere")
        let lost = try await other.run()
        #expect(lost.status == 2 && lost.err.contains("no target"), "\(lost)")
    }

    @Test("revoking the token ends its session")
    func revoked() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let psql = try Conversation(gateway.psql(token))
        psql.send("SELECT 'here' AS i_am;\n")
        #expect(psql.expect("here") != nil)
        let identifier = String(token.split(separator: "_")[1])
        let said = try await gateway.person("alice", ["token", "revoke", identifier])
        #expect(said.status == 0, "\(said)")
        psql.send("SELECT 'still' || ' here';\n")
        psql.endInput()
        let ended = psql.finish()
        #expect(!ended.out.contains("still here") && ended.err.contains("revoked"), "\(ended)")
    }
}
