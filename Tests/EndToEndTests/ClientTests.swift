import Foundation
import Testing

/// Drivers as they are: what they do and say directly they do and say through the gateway, and a held command is to them one
/// that takes longer.
@Suite("Drivers", .serialized, .realParts)
struct ClientTests {
    enum Driver: String, CaseIterable {
        case psycopg, asyncpg, jdbc
    }

    /// How the driver's script is run; `target` is the host's port, user, database, password and CA.
    private struct Route {
        let port: Int
        let user: String
        let database: String
        let password: String
        let authority: String

        func command(_ driver: Driver, _ arguments: [String] = []) throws -> Command {
            let scripts = projectDirectory + "/Tests/EndToEndTests/Clients/"
            guard driver != .jdbc else {
                let url =
                    "jdbc:postgresql://localhost:\(port)/\(database)?sslmode=verify-full&sslrootcert=\(authority)"
                return Command(
                    "java",
                    [
                        "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp",
                        "/usr/share/java/postgresql.jar", scripts + "WithJdbc.java", url, user,
                        password,
                    ] + arguments)
            }
            var command = Command(
                try PythonEnvironment.shared.get(),
                [scripts + "with_\(driver.rawValue).py"] + arguments)
            command.environment = [
                "PGHOST": "localhost", "PGPORT": String(port), "PGUSER": user,
                "PGDATABASE": database,
                "PGPASSWORD": password, "PGSSLMODE": "verify-full", "PGSSLROOTCERT": authority,
            ]
            return command
        }
    }

    private func route(_ gateway: TestGateway, _ token: String) -> Route {
        Route(
            port: gateway.port, user: "deploy-bot", database: "orders", password: token,
            authority: gateway.home + "/certs/ca.pem")
    }

    private func direct(_ gateway: TestGateway) -> Route {
        let server = PostgresServer.shared
        return Route(
            port: server.port, user: "sallyport", database: gateway.database,
            password: PostgresServer.upstreamPassword, authority: server.certificates.file("ca.pem")
        )
    }

    @Test("does the same and says the same as directly", arguments: Driver.allCases)
    func parity(driver: Driver) async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let through = try await route(gateway, token).command(driver).run()
        let straight = try await direct(gateway).command(driver).run()
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
        let running = try Conversation(route(gateway, token).command(driver, ["held"]))
        // JDBC shows notices only behind the command, so the inbox is asked.
        for _ in 0..<600 {
            let listed = try await gateway.person("bob", ["holds", "--state", "pending", "--json"])
            let holds =
                try JSONSerialization.jsonObject(with: Data(listed.out.utf8)) as? [[String: Any]]
            if let id = holds?.first?["id"] as? String { return (gateway, running, id) }
        }
        throw Failure("no hold: \(running.rest)")
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

/// Python with the drivers, in a virtual environment that is made once for a checkout.
enum PythonEnvironment {
    /// The interpreter's path.
    static let shared = Result<String, any Error> {
        let directory = projectDirectory + "/.build/venv"
        let python = directory + "/bin/python"
        let probe = Command(python, ["-c", "import psycopg, asyncpg"])
        if FileManager.default.isExecutableFile(atPath: python), try probe.runToEnd().status == 0 {
            return python
        }
        for (program, arguments) in [
            ("python3", ["-m", "venv", directory]),
            (python, ["-m", "pip", "install", "--quiet", "psycopg[binary]", "asyncpg"]),
        ] {
            var command = Command(program, arguments)
            for (name, value) in ProcessInfo.processInfo.environment
            where name.hasPrefix("PIP_") || name.lowercased().hasSuffix("_proxy") {
                command.environment[name] = value
            }
            command.environment["HOME"] = ProcessInfo.processInfo.environment["HOME"]
            let said = try command.runToEnd()
            guard said.status == 0 else { throw Failure("\(program) \(arguments): \(said)") }
        }
        return python
    }
}
