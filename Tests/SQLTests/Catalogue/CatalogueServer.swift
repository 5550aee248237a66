import Foundation
import SQL

/// A throw-away PostgreSQL 15 in a private directory, reached over a Unix socket there; stopped by
/// its own process id when the value goes.
final class CatalogueServer: Sendable {
    struct Failed: Error { let text: String }

    private static let binaries = "/usr/lib/postgresql/15/bin/"
    private static let field = "\u{1f}"
    private static let record = "\u{1e}"
    private static let null = "\u{1a}"
    private let directory: String

    init() throws {
        let made = try Self.run(["mktemp", "-d", "/tmp/sallyport-pg-XXXXXXXX"], asPostgres: true)
        directory = made.trimmingCharacters(in: .whitespacesAndNewlines)
        _ = try Self.run(
            [
                Self.binaries + "initdb", "-D", directory + "/data", "-A", "trust", "-U",
                "postgres",
                "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
            ], asPostgres: true)
        let options = "-c listen_addresses= -c unix_socket_directories=\(directory) -c fsync=off"
        _ = try Self.run(
            [
                Self.binaries + "pg_ctl", "-D", directory + "/data", "-l", directory + "/log", "-w",
                "-o", options, "start",
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
    func rows(_ statements: String...) throws -> [[String?]] {
        let commands = statements.flatMap { ["-c", $0] }
        let text = try Self.run(
            [
                Self.binaries + "psql", "-XqAt", "-h", directory, "-U", "postgres", "-d",
                "postgres",
                "-v", "ON_ERROR_STOP=1", "-F", Self.field, "-R", Self.record, "-P",
                "null=" + Self.null,
            ] + commands, asPostgres: false)
        guard !text.isEmpty else { return [] }
        return text.dropLast().components(separatedBy: Self.record).map { line in
            line.components(separatedBy: Self.field).map { $0 == Self.null ? nil : $0 }
        }
    }

    /// The answers to all queries, each asked as the gateway would.
    func catalogue() throws -> Catalogue {
        var builder = CatalogueBuilder()
        for query in CatalogueQueries.all {
            try builder.add(try rows("SET search_path = pg_catalog", query.text), of: query)
        }
        return try builder.finish()
    }

    /// Foundation learns of an exit by a descriptor that children inherit: a server that stays
    /// would hold it.
    private static let closing = """
        for path in /proc/self/fd/*; do
            number=${path##*/}
            if [ "$number" -gt 2 ]; then eval "exec $number>&-"; fi
        done
        exec "$@"
        """

    private static func run(_ words: [String], asPostgres: Bool) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let becomes = asPostgres && geteuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
        process.arguments = ["bash", "-c", closing, "-"] + becomes + words
        process.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
        // A file and no pipe: the server inherits it and would hold a pipe open.
        let path = NSTemporaryDirectory() + "sallyport-out-" + UUID().uuidString
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        try output.close()
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let text = String(decoding: data, as: UTF8.self)
        guard process.terminationStatus == 0 else { throw Failed(text: text) }
        return text
    }
}
