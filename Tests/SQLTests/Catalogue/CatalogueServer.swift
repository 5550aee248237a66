import Foundation
import TestKit
import SQL

/// A throw-away PostgreSQL 15 in a private directory, reached over a Unix socket there; stopped by
/// its own process id when the value goes.
final class CatalogueServer: Sendable {
    struct Failed: Error { let text: String }

    private static let binaries = "/usr/lib/postgresql/15/bin/"
    private static let field = "\u{1f}"
    private static let record = "\u{1e}"
    private static let null = "\u{1a}"
    /// Its own, made for it; `psql` reaches the server there.
    let directory: String

    init(options settings: String = "") throws {
        let made = try Self.run(["mktemp", "-d", "/tmp/sallyport-pg-XXXXXXXX"], asPostgres: true)
        directory = made.trimmingCharacters(in: .whitespacesAndNewlines)
        _ = try Self.run(
            [
                Self.binaries + "initdb", "-D", directory + "/data", "-A", "trust", "-U",
                "postgres",
                "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
            ], asPostgres: true)
        let options = "-c listen_addresses= -c unix_socket_directories=\(directory) -c fsync=off "
        _ = try Self.run(
            [
                Self.binaries + "pg_ctl", "-D", directory + "/data", "-l", directory + "/log", "-w",
                "-o", options + settings, "start",
            ], asPostgres: true)
    }

    deinit {
        _ = try? Self.run(
            [
                Self.binaries + "pg_ctl", "-D", directory + "/data", "-w", "-m", "immediate",
                "stop",
            ], asPostgres: true)
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Runs statements in one session and answers the rows of those that have any.
    @discardableResult
    func rows(_ statements: String..., database: String = "postgres") throws -> [[String?]] {
        let commands = statements.flatMap { ["-c", $0] }
        let text = try Self.run(
            [
                Self.binaries + "psql", "-XqAt", "-h", directory, "-U", "postgres", "-d",
                database, "-v", "ON_ERROR_STOP=1", "-F", Self.field, "-R", Self.record, "-P",
                "null=" + Self.null,
            ] + commands, asPostgres: false)
        guard !text.isEmpty else { return [] }
        return text.dropLast().components(separatedBy: Self.record).map { line in
            line.components(separatedBy: Self.field).map { $0 == Self.null ? nil : $0 }
        }
    }

    /// Runs a script of `psql` and answers all that is printed; what fails in it does not stop it.
    func output(ofScript text: String, database: String = "postgres") throws -> String {
        let path = NSTemporaryDirectory() + "sallyport-script-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return try Self.run(
            [
                Self.binaries + "psql", "-XqAt", "-h", directory, "-U", "postgres", "-d", database,
                "-f", path,
            ], asPostgres: false)
    }

    /// The answers to all queries, each asked as the gateway would.
    func catalogue(database: String = "postgres") throws -> Catalogue {
        var builder = CatalogueBuilder()
        for query in CatalogueQueries.all {
            let rows = try rows("SET search_path = pg_catalog", query.text, database: database)
            try builder.add(rows, of: query)
        }
        return try builder.finish()
    }

    /// A file and no pipe: the server inherits its output and would hold a pipe open.
    private static let redirecting =
        "cd /tmp && out=$1 && shift && exec \"$@\" >\"$out\" 2>&1 </dev/null"

    private static func run(_ words: [String], asPostgres: Bool) throws -> String {
        let becomes = asPostgres && geteuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
        let path = NSTemporaryDirectory() + "sallyport-out-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let said = try Command("bash", ["-c", redirecting, "-", path] + becomes + words).runToEnd()
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let text = String(decoding: data, as: UTF8.self)
        guard said.status == 0 else { throw Failed(text: text) }
        return text
    }
}
