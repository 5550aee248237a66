import Foundation
import TestKit

/// A real PostgreSQL 15 in a private directory on a free port of the loopback address, stopped by its process id.
final class PostgresServer: Sendable {
    static let binaries = "/usr/lib/postgresql/15/bin"
    /// The owner's password; the gateway logs in as `sallyport` with `upstreamPassword`.
    static let upstreamPassword = "upstream-secret"

    let port: Int
    let directory: ScratchDirectory
    let certificates: Certificates

    /// One server for all the tests of a run: starting one takes a second or two.
    static let shared: PostgresServer = {
        do {
            let server = try PostgresServer()
            processes.add(directory: server.directory.path)
            return server
        } catch {
            preconditionFailure("PostgreSQL did not start: \(error)")
        }
    }()

    init(settings: [String: String] = [:], certificates: Certificates? = nil) throws {
        directory = try ScratchDirectory()
        port = try freePort()
        self.certificates = try certificates ?? Certificates()
        let data = directory.file("data")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: directory.path)
        try asPostgres("mkdir", ["-p", data], in: directory, owner: true)
        try asPostgres(
            "\(Self.binaries)/initdb",
            [
                "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync",
                "--locale=C.UTF-8",
            ])
        try install(
            file: self.certificates.file("server.pem"), as: data + "/server.crt", mode: "0644")
        try install(
            file: self.certificates.file("server.key"), as: data + "/server.key", mode: "0600")
        var lines = [
            "listen_addresses = '127.0.0.1'", "port = \(port)",
            "unix_socket_directories = '\(data)'",
            "ssl = on", "fsync = off", "max_connections = 200", "max_prepared_transactions = 10",
            "wal_level = logical",
        ]
        lines += settings.map { "\($0.key) = \($0.value)" }
        try append(lines, to: data + "/postgresql.conf")
        try replaceHBA(data + "/pg_hba.conf")
        try start()
        try sql(
            "CREATE ROLE sallyport LOGIN SUPERUSER PASSWORD '\(Self.upstreamPassword)'",
            database: "postgres")
    }

    deinit { stop() }

    /// Returns when it takes connections; again after `stop()`.
    func start() throws {
        let data = directory.file("data")
        try asPostgres(
            "\(Self.binaries)/pg_ctl", ["-D", data, "-w", "-t", "60", "-l", data + "/log", "start"])
        processes.add(pidFile: data + "/postmaster.pid")
    }

    /// At once, amid whatever its sessions do.
    func stop() {
        _ = try? Command(
            "runuser",
            [
                "-u", "postgres", "--", "\(Self.binaries)/pg_ctl", "-D", directory.file("data"),
                "-m", "immediate", "stop",
            ]
        ).runToEnd()
    }

    /// Runs SQL as the superuser, past the gateway; the rows come back as `psql -At` prints them.
    @discardableResult
    func sql(_ text: String, database: String) throws -> String {
        let output = try Command(
            "\(Self.binaries)/psql",
            [
                "-X", "-At", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", String(port), "-U",
                "postgres", "-d", database, "-c", text,
            ]
        ).runToEnd()
        guard output.status == 0 else { throw Failure("psql: \(output)") }
        return output.out.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Makes a database with the story's table in it: `customers` with ten rows.
    func makeDatabase(_ name: String) throws {
        try sql("CREATE DATABASE \(name)", database: "postgres")
        try sql(
            """
            CREATE TABLE customers (id int PRIMARY KEY, name text, ssn text);
            INSERT INTO customers SELECT i, 'customer ' || i, '000-' || i FROM generate_series(1, 10) i;
            """, database: name)
    }

    private func replaceHBA(_ path: String) throws {
        let text = """
            local all all trust
            host all postgres 127.0.0.1/32 trust
            hostssl all sallyport 127.0.0.1/32 scram-sha-256
            hostssl all all 127.0.0.1/32 scram-sha-256
            """
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    private func append(_ lines: [String], to path: String) throws {
        let text =
            try String(contentsOfFile: path, encoding: .utf8) + lines.joined(separator: "\n") + "\n"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    private func install(file: String, as destination: String, mode: String) throws {
        let output = try Command(
            "install", ["-m", mode, "-o", "postgres", "-g", "postgres", file, destination]
        ).runToEnd()
        guard output.status == 0 else { throw Failure("install: \(output)") }
    }
}

private func asPostgres(
    _ program: String, _ arguments: [String], in directory: ScratchDirectory? = nil,
    owner: Bool = false
) throws {
    if owner, let directory {
        let output = try Command("chown", ["postgres", directory.path]).runToEnd()
        guard output.status == 0 else { throw Failure("chown: \(output)") }
    }
    // pg_ctl's server inherits the pipes, so the output goes to a file or the reader would never see its end.
    let output = try Command(
        "runuser",
        ["-u", "postgres", "--", "sh", "-c", "\"$0\" \"$@\" >/dev/null 2>&1 </dev/null", program]
            + arguments
    ).runToEnd()
    guard output.status == 0 else { throw Failure("\(program): \(output)") }
}
