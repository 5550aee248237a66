import Testing
import Vocabulary

@testable import SQL

private let int4: UInt32 = 23
private let text: UInt32 = 25
private let date: UInt32 = 1082
private let regclass: UInt32 = 2205
/// An oid of a type that somebody made.
private let userType: UInt32 = 20_000

private struct Case: Sendable {
    let name: String
    let types: [UInt32?]
    let deeds: [FunctionDeed]

    init(_ name: String, _ types: [UInt32?], _ deeds: [FunctionDeed] = []) {
        self.name = name
        self.types = types
        self.deeds = deeds
    }
}

private func named(_ relation: String) -> FunctionObject {
    .named(ObjectName(["pg_catalog", relation]))
}

@Suite struct BuiltinsTests {
    @Test(
        arguments: [
            Case("lower", [text]), Case("lower", [nil]), Case("now", []), Case("count", []),
            Case("count", [userType]), Case("sum", [nil]), Case("max", [int4]),
            Case("abs", [int4]), Case("length", [text]), Case("random", []),
            Case("substring", [text, int4, int4]), Case("overlay", [text, text, int4]),
            Case("extract", [text, date]), Case("date_part", [text, date]), Case("btrim", [text]),
            Case("timezone", [text, nil]), Case("pg_collation_for", [nil]), Case("row_number", []),
            Case("rank", []), Case("similar_to_escape", [text]), Case("like_escape", [text, text]),
            Case("normalize", [text, text]), Case("xmlexists", [text, nil]), Case("unnest", [nil]),
            Case("array_agg", [userType]), Case("generate_series", [int4, int4]),
            Case("make_interval", [nil]), Case("make_interval", []), Case("format", [text]),
            Case("format", [text, int4, text]), Case("concat", [text, int4]),
            Case("to_json", [int4]), Case("coalesce_like", [text], [.executes]),
            Case("pg_get_viewdef", [regclass]), Case("has_table_privilege", [text, text]),
            Case("to_regclass", [text]), Case("pg_relation_size", [regclass]),
            Case("jsonb_extract_path", [3802, text, text]),
            Case("jsonb_extract_path", [3802, 1009]),
        ])
    private func `harmless stays harmless`(_ example: Case) { check(example) }

    @Test(
        arguments: [
            Case("to_json", [userType], [.runsTypeOf(argument: 0)]),
            Case("to_json", [nil], [.runsTypeOf(argument: 0)]),
            Case("format", [text, int4, userType], [.runsTypeOf(argument: 2)]),
            Case(
                "concat", [userType, text, nil],
                [.runsTypeOf(argument: 0), .runsTypeOf(argument: 2)]),
            Case("array_to_string", [20_001, text], [.runsTypeOf(argument: 0)]),
            Case("jsonb_populate_record", [userType, 3802], [.runsTypeOf(argument: 0)]),
            Case("row_to_json", [userType], [.runsTypeOf(argument: 0)]),
            Case("max", [userType], [.runsTypeOf(argument: 0)]),
            Case("quote_literal", [userType], [.runsTypeOf(argument: 0)]),
            // An implicit cast that somebody made from the type to text.
            Case("lower", [userType], [.runsTypeOf(argument: 0)]),
            Case("replace", [text, userType, text], [.runsTypeOf(argument: 1)]),
            Case("array_append", [1009, userType], [.runsTypeOf(argument: 1)]),
        ])
    private func `threat 13: a type that is not built in is run by what prints or compares it`(
        _ example: Case
    ) { check(example) }

    @Test(
        arguments: [
            Case("query_to_xml", [text, nil, nil, text], [.runsText(argument: 0)]),
            Case("query_to_xml_and_xmlschema", [nil, nil, nil, nil], [.runsText(argument: 0)]),
            Case("query_to_xmlschema", [nil, nil, nil, nil], [.runsText(argument: 0)]),
            Case("ts_stat", [text], [.runsText(argument: 0)]),
            Case("ts_rewrite", [3615, text], [.runsText(argument: 1)]),
            Case("ts_rewrite", [3615, 3615, 3615]),
            Case("cursor_to_xml", [nil, nil, nil, nil, nil], [.fetches(cursorArgument: 0)]),
            Case(
                "table_to_xml", [regclass, nil, nil, text],
                [.effect(.read, .relation(argument: 0))]),
            Case(
                "schema_to_xml", [nil, nil, nil, nil],
                [.effect(.read, .relationsOfSchema(argument: 0))]),
            Case("database_to_xml", [nil, nil, nil], [.effect(.read, .anything)]),
            Case("currtid2", [text, nil], [.effect(.read, .relation(argument: 0))]),
        ])
    private func `threat 13: a read that runs text or names a relation`(_ example: Case) {
        check(example)
    }

    @Test(
        arguments: [
            Case("set_config", [text, nil, nil], [.sets(nameArgument: 0, valueArgument: 1)]),
            Case("current_setting", [text], [.readsSetting(argument: 0)]),
            Case("current_setting", [text, nil], [.readsSetting(argument: 0)]),
            Case("nextval", [nil], [.effect(.write, .relation(argument: 0))]),
            Case("setval", [regclass, nil, nil], [.effect(.write, .relation(argument: 0))]),
            Case("currval", [regclass], [.effect(.read, .relation(argument: 0))]),
            Case("lastval", [], [.effect(.read, .none)]),
            Case("pg_notify", [text, text], [.effect(.session, .text(argument: 0))]),
            Case("pg_advisory_lock", [int4, int4], [.effect(.session, .function)]),
            Case("pg_sleep", [nil], [.effect(.session, .function)]),
            Case("setseed", [nil], [.effect(.session, .function)]),
        ])
    private func `settings, sequences and the session`(_ example: Case) { check(example) }

    @Test(
        arguments: [
            Case("pg_read_file", [text], [.effect(.serverIO, .function)]),
            Case("pg_read_binary_file", [text, nil, nil], [.effect(.serverIO, .function)]),
            Case("pg_ls_dir", [text], [.effect(.serverIO, .function)]),
            Case("pg_stat_file", [text], [.effect(.serverIO, .function)]),
            Case("pg_reload_conf", [], [.effect(.serverIO, .function)]),
            Case("pg_rotate_logfile", [], [.effect(.serverIO, .function)]),
            Case(
                "lo_export", [26, text],
                [.effect(.serverIO, .function), .effect(.read, named("pg_largeobject"))]),
            Case(
                "lo_import", [text],
                [.effect(.serverIO, .function), .effect(.write, named("pg_largeobject"))]),
            Case("lo_get", [26], [.effect(.read, named("pg_largeobject"))]),
            Case("loread", [int4, int4], [.effect(.read, named("pg_largeobject"))]),
            Case("lo_unlink", [26], [.effect(.write, named("pg_largeobject"))]),
            Case("lowrite", [int4, 17], [.effect(.write, named("pg_largeobject"))]),
            Case("pg_terminate_backend", [int4], [.effect(.maintenance, .function)]),
            Case("pg_stat_reset", [], [.effect(.maintenance, .function)]),
            Case("pg_switch_wal", [], [.effect(.maintenance, .function)]),
            Case(
                "gin_clean_pending_list", [regclass],
                [.effect(.maintenance, .relation(argument: 0))]),
            Case(
                "pg_create_physical_replication_slot", [text],
                [.effect(.replication, .function)]),
            Case(
                "pg_logical_slot_get_changes", [text, nil, nil],
                [.effect(.replication, .function), .effect(.read, .anything)]),
            Case(
                "pg_stat_get_activity", [nil], [.effect(.read, named("pg_stat_activity"))]),
            Case(
                "pg_stat_get_backend_activity", [int4],
                [.effect(.read, named("pg_stat_activity"))]),
            Case("record_in", [nil, nil, nil], [.executes]),
            Case("binary_upgrade_set_next_pg_type_oid", [26], [.executes]),
            Case("dblink", [text, text], [.executes]),
            Case("RI_FKey_check_ins", [], [.executes]),
        ])
    private func `threat 14: what reaches beyond the data`(_ example: Case) { check(example) }

    @Test func `unknown types mean the worst of all signatures`() {
        let judged = Builtins.judge(name: "ts_rewrite", argumentCount: 2)
        #expect(judged.deeds == [.runsText(argument: 1)])
        let shorter = Builtins.judge(name: "max", argumentCount: 1, argumentTypes: [nil])
        #expect(shorter.deeds == [.runsTypeOf(argument: 0)])
        #expect(Builtins.judge(name: "pg_read_file", argumentCount: 1).deeds.count == 1)
    }

    @Test func `a call that no signature fits is not a built-in`() {
        #expect(!Builtins.judge(name: "lower", argumentCount: 3).isBuiltin)
        #expect(!Builtins.judge(name: "Lower", argumentCount: 1).isBuiltin)
        #expect(!Builtins.judge(name: "", argumentCount: 0).isBuiltin)
        #expect(!Builtins.judge(name: "upper", argumentCount: 1, argumentTypes: [int4]).isBuiltin)
        #expect(!Builtins.judge(name: "lower", schema: "public", argumentCount: 1).isBuiltin)
        #expect(Builtins.judge(name: "lower", argumentCount: 9).deeds == [.executes])
    }

    @Test func `functions of information_schema are built in there and nowhere else`() {
        let name = "_pg_expandarray"
        #expect(!Builtins.judge(name: name, argumentCount: 1).isBuiltin)
        #expect(
            Builtins.judge(name: name, schema: "information_schema", argumentCount: 1).isHarmless)
    }

    @Test func `a call by the name of a type is a cast`() {
        let known = Builtins.judge(name: "jsonb", argumentCount: 1, argumentTypes: [text])
        #expect(known.isHarmless && known.resultType == 3802)
        let unknown = Builtins.judge(name: "uuid", argumentCount: 1, argumentTypes: [nil])
        #expect(unknown.deeds == [.runsTypeOf(argument: 0)])
        #expect(!Builtins.judge(name: "internal", argumentCount: 1).isBuiltin)
    }

    @Test func `the result's type is known when all signatures agree`() {
        let lower = Builtins.judge(name: "lower", argumentCount: 1, argumentTypes: [text])
        #expect(lower.resultType == text)
        #expect(Builtins.judge(name: "sum", argumentCount: 1).resultType == nil)
        #expect(Builtins.judge(name: "count", argumentCount: 1).resultType == 20)
    }

    @Test(
        arguments: [
            ("=", int4, int4), ("=", text, nil), ("~~", text, text), ("||", text, int4),
            ("->>", 3802, text), ("<@", 1007, 1007), ("+", int4, nil), ("@@", 3614, 3615),
            ("=", 1009, 1009), ("&&", 3904, 3904),
        ] as [(String, UInt32, UInt32?)])
    func `operators over harmless types are harmless`(
        _ name: String, _ left: UInt32, _ right: UInt32?
    ) {
        let judged = Builtins.judgeOperator(named: name, left: left, right: right)
        #expect(judged.isBuiltin)
        #expect(judged.deeds.allSatisfy { $0 == .runsTypeOf(argument: 1) && right == nil })
    }

    @Test func `operators over other types run what those bring, and other operators are not ours`()
    {
        let rows = Builtins.judgeOperator(named: "=", left: userType, right: userType)
        #expect(rows.deeds == [.runsTypeOf(argument: 0), .runsTypeOf(argument: 1)])
        let unknown = Builtins.judgeOperator(named: "-", left: nil, right: int4)
        #expect(unknown.isBuiltin && unknown.resultType == nil)
        let cast = Builtins.judgeOperator(named: "~~", left: text, right: userType)
        #expect(cast.deeds == [.runsTypeOf(argument: 1)])
        #expect(!Builtins.judgeOperator(named: "===", left: text, right: text).isBuiltin)
        #expect(!Builtins.judgeOperator(named: "~~", left: int4, right: int4).isBuiltin)
        #expect(Builtins.judgeOperator(named: "-", right: int4, isPrefix: true).isHarmless)
        #expect(!Builtins.judgeOperator(named: "/", right: int4, isPrefix: true).isBuiltin)
    }

    @Test func `a bare literal takes the other operand's type`() {
        let unknown = Builtins.unknownType
        for (left, right) in [(int4, unknown), (unknown, int4), (text, unknown), (1009, unknown)] {
            let judged = Builtins.judgeOperator(named: "=", left: left, right: right)
            #expect(judged.isHarmless && judged.isBuiltin && judged.resultType == 16)
        }
        let row = Builtins.judgeOperator(named: "=", left: userType, right: unknown)
        #expect(row.deeds == [.runsTypeOf(argument: 0)])
    }

    @Test func `types are harmless by name and by oid`() {
        for name in ["int4", "int8", "bool", "text", "varchar", "bpchar", "numeric", "timestamptz"]
        {
            #expect(Builtins.isHarmlessType(name))
        }
        for name in [
            "xml", "jsonb", "regclass", "_text", "unknown", "pg_class", "pg_stat_activity",
        ] {
            #expect(Builtins.isHarmlessType(name))
        }
        for name in ["internal", "cstring", "record", "anyelement", "trigger", "citext", "integer"]
        {
            #expect(!Builtins.isHarmlessType(name))
        }
        #expect(Builtins.isHarmlessType(oid: int4))
        #expect(!Builtins.isHarmlessType(oid: 0) && !Builtins.isHarmlessType(oid: userType))
    }

    @Test func `a function is found by the oid of a FunctionCall`() {
        #expect(Builtins.function(oid: 952)?.name == "lo_open")
        #expect(Builtins.function(oid: 0) == nil)
        #expect(Builtins.function(oid: userType) == nil)
    }

    @Test func `argument names are kept where deeds count arguments`() {
        #expect(Builtins.functions(named: "query_to_xml").first?.argumentNames.first == "query")
    }

    private func check(_ example: Case) {
        let judged = Builtins.judge(
            name: example.name, argumentCount: example.types.count, argumentTypes: example.types)
        #expect(judged.deeds == example.deeds, "\(example.name)")
    }
}
