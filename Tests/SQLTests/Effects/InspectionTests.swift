import Testing
import Vocabulary

@testable import SQL

@Suite struct InspectionTests {
    private func inspect(
        _ text: String, _ stage: InspectionStage = .query, _ values: [BoundValue] = [],
        _ change: (inout SessionView) -> Void = { _ in }
    ) throws -> Inspection {
        var view = SessionView(catalogue: .empty, searchPath: ["app", "public"])
        change(&view)
        return try ParsedText.parse(Array(text.utf8)).inspect(
            in: view, values: values, stage: stage)
    }

    private func name(_ components: String...) -> ObjectName { ObjectName(components) }

    @Test func `an unknown name may be in any schema of the path`() throws {
        let effects = try inspect("SELECT * FROM t").effects
        #expect(effects == [Effect(.read, .oneOf([name("app", "t"), name("public", "t")]))])
    }

    @Test func `without a path an unqualified name is anything`() throws {
        let effects = try inspect("DELETE FROM t") { $0.searchPath = nil }.effects
        #expect(effects.map(\.object) == [.anything])
        #expect(
            try inspect("SELECT lower('a')") { $0.searchPath = nil }.effects.map(\.verb) == [
                .execute
            ])
    }

    @Test func `a snapshot that may be old makes calls may`() throws {
        let effects = try inspect("SELECT lower('a')") { $0.catalogueIsCurrent = false }.effects
        #expect(
            effects == [
                Effect(
                    .execute,
                    .oneOf([
                        name("app", "lower"), name("public", "lower"), name("pg_catalog", "lower"),
                    ]))
            ])
    }

    @Test func `threat 12: a temporary table that may shadow makes the name may`() throws {
        let effects = try inspect("DELETE FROM app.t; DELETE FROM t") {
            $0.temporariesUnsure = true
        }.effects
        #expect(effects.count == 2)
        #expect(effects[0].object == .exactly(name("app", "t")))
        #expect(
            effects[1].object
                == .oneOf([name("app", "t"), name("public", "t"), name("pg_temp", "t")]))
    }

    @Test func `a rolled back temporary table is no longer surely the session's`() throws {
        var objects = TemporaryObjects()
        objects.apply(.createTemporary(name: "t", .table))
        #expect(objects["t"] == .table)
        objects.apply(.transactionEnded(isRollback: true))
        #expect(objects["t"] == nil)
        #expect(objects.unsureNames == ["t"])
        objects.apply(.createTemporary(name: "t", .tableUntilCommit))
        objects.apply(.transactionEnded(isRollback: false))
        #expect(objects["t"] == nil)
        #expect(objects.unsureNames.isEmpty)
    }

    @Test(arguments: [("client_encoding", "SJIS", true), ("application_name", "x", false)])
    func `threat 12: a bound set_config is judged by its value`(
        setting: String, value: String, refused: Bool
    ) throws {
        let values = [setting, value].map {
            BoundValue(bytes: Array($0.utf8), format: .text, type: 25)
        }
        let inspection = try inspect("SELECT set_config($1, $2, false)", .bind, values)
        #expect(inspection.effects == [Effect(.session, .exactly(name(setting)))])
        #expect((inspection.refusal != nil) == refused)
        #expect(inspection.dependsOnValues)
    }

    @Test func `at Parse a parameter decides nothing yet`() throws {
        let inspection = try inspect("SELECT set_config($1, $2, false), nextval($3)", .parse)
        #expect(inspection.effects.isEmpty)
        #expect(inspection.refusal == nil)
        #expect(inspection.dependsOnValues)
    }

    @Test func `a binary value of an undeclared type names anything`() throws {
        let value = BoundValue(bytes: [0, 0, 0, 1], format: .binary, type: 0)
        let inspection = try inspect("SELECT nextval($1)", .bind, [value])
        #expect(inspection.effects.map(\.object) == [.anything])
    }

    @Test func `threat 9: what a name stands for is looked up each time`() throws {
        let held = try PreparedText(text: ParsedText.parse(Array("DELETE FROM app.t".utf8)))
        let inspection = try inspect("EXECUTE p") { $0.prepared = { $0 == "p" ? held : nil } }
        #expect(inspection.effects.map(\.verb) == [.write])
        #expect(inspection.dependsOnTables)
        #expect(try inspect("EXECUTE p").effects == [Effect(.unknown, .none)])
    }

    @Test func `a statement that executes itself ends`() throws {
        let own = try PreparedText(text: ParsedText.parse(Array("EXECUTE p".utf8)))
        let inspection = try inspect("EXECUTE p") { $0.prepared = { _ in own } }
        #expect(inspection.effects == [Effect(.unknown, .none)])
    }

    @Test func `changes are listed statement by statement`() throws {
        let inspection = try inspect(
            "PREPARE p AS SELECT 1; CREATE TEMP TABLE t (a int); SELECT 1; DISCARD ALL")
        #expect(inspection.changes.count == 4)
        guard case .prepare(let name, _)? = inspection.changes[0].first,
            case .createTemporary("t", .table)? = inspection.changes[1].first,
            case .discardAll? = inspection.changes[3].first
        else {
            Issue.record("other changes: \(inspection.changes)")
            return
        }
        #expect(name == "p")
        #expect(inspection.changes[2].isEmpty)
    }

    @Test func `more effects than the limit are unknown`() throws {
        let text = (0..<20).map { "SELECT * FROM app.t\($0)" }.joined(separator: ";")
        let inspection = try inspect(text) { $0.limits.effectsMax = 10 }
        #expect(inspection.effects.count == 11)
        #expect(inspection.effects.last == Effect(.unknown, .none))
    }

    @Test func `a node or field that nobody knows is unknown`() throws {
        let json = """
            {"version":150001,"stmts":[{"stmt":{"SelectStmt":{"targetList":[{"ResTarget":{"val":\
            {"NewExpr":{"arg":{}}}}}],"newClause":[1,{"a":"b"}],"op":"SETOP_NONE"}}},\
            {"stmt":{"NewStmt":{"x":1}}}]}
            """
        let unknown = try Array(json.utf8).withUnsafeBytes { bytes in
            var reader = TreeReader(bytes, depthMax: 100)
            _ = try reader.statements()
            return reader.unknown
        }
        #expect(unknown == ["NewExpr", "SelectStmt.newClause", "NewStmt"])
    }

    @Test(arguments: 0..<60)
    func `a tree that ends early is refused`(length: Int) {
        let json = #"{"version":150001,"stmts":[{"stmt":{"SelectStmt":{"op":"SETOP_NONE"}}}]}"#
        #expect(throws: TreeReader.Failure.self) {
            try Array(json.utf8.prefix(length)).withUnsafeBytes { bytes in
                var reader = TreeReader(bytes, depthMax: 100)
                _ = try reader.statements()
            }
        }
    }

    @Test func `the schema has an entry for every kind`() {
        let shapes = NodeSchema.shared.shapes
        #expect(shapes.map(\.kind) == NodeKind.allCases)
        for shape in shapes where shape.kind != .rawStar && shape.kind != .checkPointStmt {
            #expect(!shape.fields.isEmpty, "\(shape.kind)")
        }
    }

    @Test func `every field that is asked for by name is some kind's`() {
        let known = Set(
            NodeSchema.list.split { " \n".contains($0) }
                .flatMap { $0.split { ":*=".contains($0) }.prefix(1).map(String.init) })
        for field in NodeField.allCases {
            #expect(known.contains(field.rawValue), "\(field.rawValue)")
        }
    }

    @Test(arguments: [
        ("0", 0), ("-1", -1), ("9223372036854775807", Int64.max),
        ("-9223372036854775808", Int64.min), ("9223372036854775808", nil), ("-", nil), ("", nil),
        ("-9223372036854775809", nil), ("1.5", nil),
    ])
    func `a number is read whole or not at all`(text: String, expected: Int64?) throws {
        let json = #"{"stmts":[{"stmt":{"Integer":{"ival":\#(text)}}}]}"#
        let found = try? Array(json.utf8).withUnsafeBytes { bytes in
            var reader = TreeReader(bytes, depthMax: 100)
            let statement = try reader.statements()[0]
            return statement.node.map { Node(reader.tree, $0).integer(.ival) }
        }
        #expect(found == expected)
    }

    @Test(arguments: [
        "DELETE FROM app.t", "DELETE/**/FROM app.t", "/* SELECT */ DELETE FROM app.t WHERE true",
        "WITH x AS (DELETE FROM app.t RETURNING 1) SELECT * FROM x", "dElEtE\nfRoM app . \"t\"",
        "SELECT 1; DELETE FROM app.t", "EXPLAIN ANALYZE DELETE FROM app.t",
        "COPY (DELETE FROM app.t RETURNING 1) TO STDOUT", "PREPARE p AS DELETE FROM app.t",
        "SELECT query_to_xml('DELETE FROM app.t', true, false, '')",
    ])
    func `threats 10, 11 and 13: a delete is a delete however it is dressed`(text: String) throws {
        let writes = try inspect(text).effects.filter { $0.verb == .write }
        #expect(
            writes == [
                Effect(
                    .write, .exactly(name("app", "t")),
                    attributes: ["bounded": .flag(false), "operation": .text("delete")])
            ])
    }

    @Test(arguments: [
        "COPY app.t TO PROGRAM 'sh'", "SELECT lo_export(1, '/tmp/x')", "SELECT pg_read_file('x')",
        "CREATE EXTENSION dblink", "CREATE SERVER s FOREIGN DATA WRAPPER w", "LOAD 'x'",
        "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", "ALTER SYSTEM SET work_mem = 1",
        "SELECT ('x'::text).pg_read_file",
    ])
    func `threat 14: what reaches out of the database says so`(text: String) throws {
        #expect(try inspect(text).effects.contains { $0.verb == .serverIO })
    }

    @Test func `threat 17: what the text leaves open is listed`() throws {
        let inspection = try inspect("SELECT (SELECT 1); DO 'BEGIN END'")
        #expect(inspection.leavesOpen == ["sub-select", "a code block (DO)"])
    }
}
