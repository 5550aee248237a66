import Foundation

@testable import SQL

/// The rows of `docs/effects.md` as a script for a real server: each in a session of its own, in a transaction that is rolled
/// back; or, where that cannot be, in a database of its own.
struct TableScript {
    struct Row {
        let statement: String
        let inspection: Inspection
        let needs: [String]
        /// It ends the transaction or cannot run in one.
        let isAlone: Bool
    }

    struct Answer {
        var sqlstate = "no answer"
        var message = ""
        var changes: [ServerState.Change] = []

        /// It ran, or failed on its data when all that it names had been opened.
        var hasRun: Bool {
            sqlstate == "00000" || ["21", "22", "23"].contains(String(sqlstate.prefix(2)))
        }
    }

    let server: CatalogueServer
    let rows: [Row]
    static let database = "orders"
    static let template = "template_orders"
    /// Of one statement alone.
    static let alone = "alone"

    /// Made of the document's fixture, with a few rows in it.
    init(_ table: EffectsTable) throws {
        server = try CatalogueServer(
            options: "-c wal_level=logical -c max_prepared_transactions=5 -c autovacuum=off")
        let files = server.directory + "/files"
        try server.rows("CREATE DATABASE \(Self.database)")
        try server.rows(table.fixture, Self.content, database: Self.database)
        let catalogue = try server.catalogue(database: Self.database)
        _ = try server.rows(
            "COPY (SELECT 1) TO PROGRAM 'mkdir \(files) \(files)/space'",
            "COPY (SELECT 'x', 'y', 'z' WHERE false) TO '\(files)/in'", database: Self.database)
        _ = try server.rows(
            Grants.server, TableGrants.server, "GRANT USAGE ON SCHEMA hr TO probe",
            ServerState.server(directory: files), database: Self.database)
        try server.rows("CREATE DATABASE \(Self.template) TEMPLATE \(Self.database)")
        rows = try table.rows.compactMap { row in
            let statement = Self.here(row.statement, files)
            let inspection = try EffectsFixture.inspect(statement, catalogue)
            guard inspection.refusal == nil else { return nil }
            return Row(
                statement: statement, inspection: inspection, needs: TableNeeds.of(statement),
                isAlone: TableNeeds.isAlone(statement))
        }
    }

    private static let content = """
        INSERT INTO public.customers VALUES (101, 'a', 'x'), (102, 'b', 'y');
        INSERT INTO public.orders VALUES (101, 101, 1), (102, 102, 2);
        INSERT INTO hr.pay VALUES (101, 1), (102, 2);
        INSERT INTO public.events VALUES ('2026-02-01', 'x');
        INSERT INTO public.items VALUES (1, 1);
        REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA public FROM PUBLIC;
        """

    /// The same statement with files of the test's own directory.
    private static func here(_ statement: String, _ files: String) -> String {
        statement.replacingOccurrences(of: "/tmp/x", with: files + "/x")
            .replacingOccurrences(of: "/etc/passwd", with: files + "/in")
            .replacingOccurrences(of: "/mnt", with: files + "/space")
            .replacingOccurrences(of: "PROGRAM 'sh'", with: "PROGRAM 'cat'")
            .replacingOccurrences(of: "REINDEX DATABASE orders", with: "REINDEX DATABASE \(alone)")
    }

    // MARK: Running

    /// As `probe` with what the effects amount to.
    func runGranted() throws -> [Answer] {
        try run("granted") { row in
            "\(Probe(statement: "", inspection: row.inspection).granting)SET ROLE probe;\n"
        } after: { _, _ in
            ""
        }
    }

    /// As the superuser, with what it changes.
    func runCompared() throws -> [Answer] {
        try run("compared") { row in
            ServerState.remember(inTransaction: !row.isAlone)
        } after: { row, mark in
            ServerState.compare(mark, inTransaction: !row.isAlone)
        }
    }

    private func run(
        _ name: String, before: (Row) -> String, after: (Row, String) -> String
    ) throws -> [Answer] {
        var script = ""
        for (index, row) in rows.enumerated() {
            let alone = row.statement.contains(Self.alone) ? Self.alone : "\(name)_\(index)"
            script += open(row, alone) + before(row) + "\\echo @row@ \(index)\n"
            script += Self.line(row)
            script += "\\echo @answer@ :SQLSTATE :LAST_ERROR_MESSAGE\n"
            script += after(row, "@change@") + close(row, alone)
        }
        return answers(try server.output(ofScript: script))
    }

    private func open(_ row: Row, _ database: String) -> String {
        var script = ""
        if row.isAlone {
            script +=
                "\\c postgres\nCREATE DATABASE \(database) TEMPLATE \(Self.template);\n"
                + Self.count + "\\c \(database)\n"
        } else {
            script += "\\c \(Self.database)\n"
        }
        script += "SET search_path = public;\nSET statement_timeout = '20s';\nSET jit = off;\n"
        script += "CREATE TEMP TABLE scratch (a int);\nPREPARE purge AS DELETE FROM customers;\n"
        if !row.isAlone { script += "BEGIN;\n" }
        return script + row.needs.map { $0 + ";\n" }.joined()
    }

    private func close(_ row: Row, _ database: String) -> String {
        guard row.isAlone else { return "ROLLBACK;\n" }
        let script = "ROLLBACK;\nRESET SESSION AUTHORIZATION;\nRESET ROLE;\n" + Self.count
        // Dropping one takes a checkpoint: only where it holds what the next row needs.
        let isInTheWay =
            row.statement.contains(Self.alone) || row.statement.contains("TABLESPACE")
        let drop = "\\c postgres\nDROP DATABASE \(database) WITH (FORCE);\n"
        return script + TableNeeds.undoHere + (isInTheWay ? drop : "\\c postgres\n")
            + TableNeeds.undo + Self.count
    }

    /// A connection's changes are counted by then: else they may be when it has ended, amid the next row.
    private static let count = "SELECT pg_stat_force_next_flush();\n"

    /// As psql takes it: a batch stays one message, data follow a COPY, parameters get a value.
    private static func line(_ row: Row) -> String {
        var text = row.statement
        if row.inspection.statementCount > 1 {
            text = text.replacingOccurrences(of: "; ", with: "\\; ")
        }
        if text.contains("$1"), !text.hasPrefix("PREPARE") {
            return
                "PREPARE with_values AS \(text)\\; EXECUTE with_values(\(TableNeeds.values(text)));\n"
        }
        return text + ";\n" + (text.contains("FROM STDIN") ? "\\.\n" : "")
    }

    private func answers(_ output: String) -> [Answer] {
        var answers = Array(repeating: Answer(), count: rows.count)
        var index = -1
        var isRunning = false
        for line in output.split(separator: "\n") {
            if line.hasPrefix("@row@ ") {
                index = Int(line.dropFirst(6)) ?? -1
                isRunning = true
            }
            guard answers.indices.contains(index) else { continue }
            if line.hasPrefix("@answer@ ") {
                let words = line.split(separator: " ", maxSplits: 2).map(String.init)
                answers[index].sqlstate = words.count > 1 ? words[1] : ""
                answers[index].message = words.count > 2 ? words[2] : ""
                isRunning = false
            }
            if line.hasPrefix("@change@ "), let change = ServerState.change(line) {
                answers[index].changes.append(change)
            }
            if isRunning, line.hasPrefix("Asynchronous notification") {
                answers[index].changes.append(
                    ServerState.Change(kind: "notification", object: "news", detail: ""))
            }
        }
        return answers
    }
}
