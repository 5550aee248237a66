import Foundation

/// The drivers that the tests run as they are, each by a script of its own in `Clients/`.
enum Driver: String, CaseIterable {
    case psycopg, asyncpg, jdbc
}

/// A way to a database, as a driver is told it.
struct Route {
    let port: Int
    let user: String
    let database: String
    let password: String
    let authority: String

    /// Through the gateway, as the agent.
    init(through gateway: TestGateway, _ token: String) {
        (port, user, database) = (gateway.port, "deploy-bot", "orders")
        (password, authority) = (token, gateway.home + "/certs/ca.pem")
    }

    /// To the same database without the gateway, by the role that the gateway itself has there.
    init(pastGateway gateway: TestGateway) {
        let server = PostgresServer.shared
        (port, user, database) = (server.port, "sallyport", gateway.database)
        (password, authority) = (
            PostgresServer.upstreamPassword, server.certificates.file("ca.pem")
        )
    }

    /// - Parameters:
    ///   - script: the script's name up to the driver's: `with` is `with_psycopg.py`, `WithJdbc.java`.
    ///   - arguments: which of the script's stories; none: what the script says of that.
    func command(_ driver: Driver, _ script: String = "with", _ arguments: [String] = []) throws
        -> Command
    {
        let scripts = projectDirectory + "/Tests/EndToEndTests/Clients/"
        guard driver != .jdbc else {
            let url =
                "jdbc:postgresql://localhost:\(port)/\(database)?sslmode=verify-full&sslrootcert=\(authority)"
            return Command(
                "java",
                [
                    "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp",
                    "/usr/share/java/postgresql.jar",
                    scripts + script.capitalized + "Jdbc.java", url, user, password,
                ] + arguments)
        }
        var command = Command(
            try PythonEnvironment.shared.get(),
            [scripts + "\(script)_\(driver.rawValue).py"] + arguments)
        command.environment = [
            "PGHOST": "localhost", "PGPORT": String(port), "PGUSER": user,
            "PGDATABASE": database,
            "PGPASSWORD": password, "PGSSLMODE": "verify-full", "PGSSLROOTCERT": authority,
        ]
        return command
    }
}

/// Python with the clients that Debian does not have, or has in older versions, in a virtual environment that is made once for a checkout.
enum PythonEnvironment {
    /// The interpreter's path.
    static let shared = Result<String, any Error> {
        let directory = projectDirectory + "/.build/venv"
        let python = directory + "/bin/python"
        let probe = Command(python, ["-c", "import psycopg, asyncpg, testcontainers"])
        if FileManager.default.isExecutableFile(atPath: python), try probe.runToEnd().status == 0 {
            return python
        }
        for (program, arguments) in [
            ("python3", ["-m", "venv", directory]),
            (
                python,
                ["-m", "pip", "install", "--quiet", "psycopg[binary]", "asyncpg", "testcontainers"]
            ),
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

extension TestGateway {
    /// The id of the hold that is pending, as bob's inbox lists it: JDBC shows notices only behind the command.
    /// - Parameters:
    ///   - client: whose output a failure shows.
    ///   - seen: holds that were pending before.
    func pendingHold(asked client: Conversation, besides seen: [String] = []) async throws -> String
    {
        var hold: String?
        try await until("a hold is pending: \(client.rest)") {
            let listed = try await person("bob", ["holds", "--state", "pending", "--json"])
            guard listed.status == 0 else { throw Failure("holds: \(listed) \(daemon.rest)") }
            let holds =
                try JSONSerialization.jsonObject(with: Data(listed.out.utf8)) as? [[String: Any]]
            let ids = (holds ?? []).compactMap { $0["id"] as? String }
            hold = ids.first { !seen.contains($0) }
            return hold != nil
        }
        return hold ?? ""
    }
}
