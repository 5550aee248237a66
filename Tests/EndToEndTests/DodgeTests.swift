import Foundation
import TestKit
import Testing

/// Every dodge of a judging proxy that is known to have worked somewhere, tried against the real server. What is forbidden
/// here is an unbounded write of a real table; the policy denies it outright, so that an answer comes at once.
@Suite("Dodges", .serialized, .realParts)
struct DodgeTests {
    /// Unbounded writes have no rule, so they are denied; code has none either.
    private static let policy = """
        policy: dodges
        rules:
          - rule: sessions
            effects: [transaction, session]
            objects: ["-", "application_name", "statement_timeout", "search_path", "datestyle", "portal.*"]
            decide: allow
          - rule: scratch
            effects: [read, write, schema, copy-in]
            attributes: { temporary: true }
            decide: allow
          - rule: rows-in
            effects: [copy-in]
            decide: allow
          - rule: reads
            effects: [read]
            objects: { except: ["public.secrets"] }
            decide: allow
          - rule: flips
            effects: [execute]
            objects: ["public.flip"]
            decide: allow
          - rule: bounded
            effects: [write]
            attributes: { bounded: true }
            decide: allow
        """

    /// Unbounded writes are held, so that a Parse of one passes.
    private static let holding =
        policy + """

              - rule: unbounded
                effects: [write]
                attributes: { bounded: false, temporary: false }
                decide: hold
                consents: [{ from: "group:dba", count: 1 }]
                within: 60s
            """

    private static let objects = """
        CREATE TABLE notes (id int PRIMARY KEY, note text);
        INSERT INTO notes SELECT i, 'real ' || i FROM generate_series(1, 10) i;
        CREATE TABLE secrets (id int, secret text);
        INSERT INTO secrets VALUES (1, 'hunter2');
        CREATE SCHEMA other;
        CREATE VIEW other.customers AS SELECT * FROM public.secrets;
        CREATE FUNCTION flip() RETURNS text LANGUAGE sql
            AS $$ SELECT set_config('standard_conforming_strings', 'off', false) $$;
        CREATE FUNCTION boom(int[]) RETURNS bool LANGUAGE plpgsql
            AS $$ BEGIN DELETE FROM notes; RETURN true; END $$;
        CREATE DOMAIN evil AS int[] CHECK (boom(VALUE));
        CREATE TABLE takes_evil (e evil);
        """

    private func open(_ policy: String) async throws -> (gateway: TestGateway, token: String) {
        let gateway = try TestGateway(policies: [policy], objects: Self.objects)
        try await gateway.logIn("alice")
        return (gateway, try await gateway.agentToken())
    }

    private func session(_ opened: (gateway: TestGateway, token: String)) throws -> WireClient {
        let client = try WireClient(opened.gateway, token: opened.token)
        #expect(client.untilReady().last == "ReadyForQuery I")
        return client
    }

    private func notes(_ gateway: TestGateway) throws -> String {
        try PostgresServer.shared.sql(
            "SELECT count(*) || ' ' || min(note) FROM notes", database: gateway.database)
    }

    private func refused(_ lines: [String]) -> Bool {
        lines.contains { $0.hasPrefix("ErrorResponse ERROR 42501") }
    }

    private func held(_ lines: [String]) -> Bool {
        lines.contains { $0.hasPrefix("NoticeResponse") && $0.contains("hld_") }
    }

    // MARK: Settings

    @Test(
        "threat 12: settings that change how text is read are refused, by whatever road they come")
    func settings() async throws {
        let opened = try await open(
            Policies.allowAll.replacingOccurrences(of: "allow-all", with: "all"))
        let client = try session(opened)
        let roads: [[[Any]]] = [
            [["Q", "SET standard_conforming_strings = off"]],
            [["Q", "SET client_encoding = 'SJIS'"]],
            [["Q", "SET NAMES 'BIG5'"]],
            [["Q", "SELECT set_config('standard_conforming_strings', 'off', false)"]],
            [
                [
                    "Q",
                    "UPDATE pg_settings SET setting = 'off' WHERE name = 'standard_conforming_strings'",
                ]
            ],
            [["Q", "ALTER ROLE sallyport SET standard_conforming_strings = off"]],
            [["Q", "ALTER DATABASE \(opened.gateway.database) SET client_encoding = 'SJIS'"]],
            [["Q", "BEGIN; SET LOCAL standard_conforming_strings = off; SELECT 1"]],
            WireClient.run(
                "SELECT set_config($1, $2, false)", ["standard_conforming_strings", "off"])
                + [["S"]],
            WireClient.run("SELECT set_config($1, $2, false)", ["client_encoding", "SJIS"])
                + [["S"]],
        ]
        for road in roads {
            client.send(road)
            #expect(refused(client.untilReady()), "\(road)")
            _ = client.query("ROLLBACK")
        }
        #expect(client.query("SHOW standard_conforming_strings").contains("DataRow on"))
        #expect(client.query("SHOW client_encoding").contains("DataRow UTF8"))
    }

    @Test(
        "threat 12: a setting flipped out of sight, in front in the same write, changes nothing that gets through"
    )
    func flippedInPipeline() async throws {
        let opened = try await open(Self.policy)
        // Read one way this selects two strings; read the other it deletes.
        let text = #"SELECT '\' , '; DELETE FROM notes; --'"#
        let client = try session(opened)
        client.send(["Q", "SELECT flip()"], ["Q", text])
        #expect(client.untilReady().contains("DataRow off"))
        #expect(client.untilReady().contains { $0.contains("0A000") })
        #expect(try notes(opened.gateway) == "10 real 1")

        let second = try session(opened)
        second.send(WireClient.run("SELECT flip()") + WireClient.run(text) + [["S"]])
        let lines = second.untilReady()
        #expect(lines.contains { $0.hasPrefix("ErrorResponse") }, "\(lines)")
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 12: the path on which names are looked up is what the session set it to")
    func searchPath() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        #expect(!refused(client.query("SELECT count(*) FROM customers")))
        client.send(["Q", "SET search_path = other, public"], ["Q", "SELECT * FROM customers"])
        #expect(client.untilReady().contains("CommandComplete SET"))
        #expect(refused(client.untilReady()))
        client.send(["Q", "ROLLBACK"])
        _ = client.untilReady()
        #expect(
            client.query("BEGIN; SET LOCAL search_path = public; SELECT 1").contains("DataRow 1"))
        #expect(client.query("SELECT count(*) FROM customers").contains("DataRow 10"))
        #expect(client.query("ROLLBACK").contains("CommandComplete ROLLBACK"))
        #expect(refused(client.query("SELECT count(*) FROM customers")))
    }

    @Test(
        "threat 12: what a prepared statement meant a moment ago is not believed while a change of it is under way"
    )
    func changedInFlight() async throws {
        let opened = try await open(Self.policy)
        for change in [
            "SET search_path = other, public", "SET LOCAL search_path = other",
            "SELECT set_config('search_path', 'other', false)",
        ] {
            let client = try session(opened)
            client.send(["Q", "BEGIN"], ["P", "s", "SELECT count(*) FROM customers"], ["S"])
            _ = (client.untilReady(), client.untilReady())
            for _ in 0..<2 {
                client.send(["B", "", "s"], ["E", ""], ["S"])
                #expect(client.untilReady().contains("DataRow 10"))
            }
            client.send(["Q", change], ["B", "", "s"], ["E", ""], ["S"])
            let changed = client.untilReady()
            #expect(!changed.contains { $0.hasPrefix("ErrorResponse") }, "\(changed)")
            #expect(refused(client.untilReady()), "\(change)")
        }
    }

    @Test("threat 12: a transaction's end brings the path back, in whatever way it comes")
    func pathBroughtBack() async throws {
        let opened = try await open(Self.policy)
        // Outside of the transaction `customers` is the view of secrets; within it is the harmless table.
        let within = "BEGIN; SET LOCAL search_path = public"
        let reading = "SELECT count(*) FROM customers"
        let ends: [(name: String, writes: [[[Any]]])] = [
            ("COMMIT alone", [[["Q", "COMMIT"]], [["Q", reading]]]),
            ("ROLLBACK alone", [[["Q", "ROLLBACK"]], [["Q", reading]]]),
            ("COMMIT in one write", [[["Q", "COMMIT"], ["Q", reading]]]),
            ("COMMIT in one text", [[["Q", "COMMIT; " + reading]]]),
            ("ROLLBACK in one text", [[["Q", "ROLLBACK; " + reading]]]),
            ("COMMIT AND CHAIN", [[["Q", "COMMIT AND CHAIN; " + reading]]]),
            (
                "COMMIT in a pipeline",
                [WireClient.run("COMMIT") + WireClient.run(reading) + [["S"]]]
            ),
            (
                "COMMIT in a pipeline, answered before its Sync",
                [
                    WireClient.run("COMMIT") + [["H"]],
                    WireClient.run(reading) + [["S"]],
                ]
            ),
            (
                "ROLLBACK in a pipeline, a known statement behind it",
                [WireClient.run("ROLLBACK") + [["B", "", "s"], ["E", ""], ["S"]]]
            ),
            (
                "an error, then ROLLBACK",
                [[["Q", "SELECT 1/0"]], [["Q", "ROLLBACK"], ["Q", reading]]]
            ),
        ]
        for (name, writes) in ends {
            let client = try session(opened)
            for text in ["SET search_path = other, public", within] {
                #expect(!refused(client.query(text)))
            }
            client.send(["P", "s", reading], ["B", "", "s"], ["E", ""], ["S"])
            #expect(client.untilReady().contains("DataRow 10"), "\(name)")
            var lines: [String] = []
            for write in writes {
                client.send(write)
                if write.contains(where: { $0[0] as? String == "H" }) {
                    lines += client.until("CommandComplete")
                    continue
                }
                for message in write where ["Q", "S"].contains(message[0] as? String) {
                    lines += client.untilReady()
                }
            }
            #expect(refused(lines) && !lines.contains("DataRow 1"), "\(name): \(lines)")
        }
    }

    @Test("what a pipeline changes and then uses is judged by what the change became")
    func changedAndUsed() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        client.send(
            ["Q", "SET search_path = other"], ["Q", "SET search_path = public"],
            ["Q", "SELECT count(*) FROM customers"])
        _ = (client.untilReady(), client.untilReady())
        #expect(client.untilReady().contains("DataRow 10"))
        client.send(
            WireClient.run("CREATE TEMP TABLE mine (id int)")
                + WireClient.run("INSERT INTO mine SELECT generate_series(1, 3)")
                + WireClient.run("DELETE FROM mine") + [["S"]])
        #expect(client.untilReady().contains("CommandComplete DELETE 3"))
    }

    // MARK: Names

    @Test("threat 9: a temporary table that is gone at Bind no longer stands before the real one")
    func shadow() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        #expect(
            client.query("CREATE TEMP TABLE notes (id int, note text)").last == "ReadyForQuery I")
        client.send(["P", "wipe", "DELETE FROM notes"], ["S"])
        #expect(client.untilReady() == ["ParseComplete", "ReadyForQuery I"])
        client.send(["B", "", "wipe"], ["E", ""], ["S"])
        #expect(client.untilReady().contains("CommandComplete DELETE 0"))
        client.send(["Q", "DROP TABLE pg_temp.notes"], ["B", "", "wipe"], ["E", ""], ["S"])
        #expect(client.untilReady().contains("CommandComplete DROP TABLE"))
        #expect(refused(client.untilReady()))
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 9: a temporary table goes with the transaction, and the savepoint, that made it")
    func shadowRolledBack() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        let made = "CREATE TEMP TABLE notes (id int, note text)"
        for script in [
            ["BEGIN", made, "ROLLBACK"], ["BEGIN", "SAVEPOINT a", made, "ROLLBACK TO a"],
            ["BEGIN", made + " ON COMMIT DROP", "COMMIT"], [made, "DISCARD TEMP"],
            ["BEGIN", made, "SELECT 1/0", "ROLLBACK"],
        ] {
            for text in script { _ = client.query(text) }
            #expect(refused(client.query("DELETE FROM notes")), "\(script)")
            _ = client.query("ROLLBACK")
        }
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test(
        "threat 9: a temporary table that begins to shadow the real one is not what a statement prepared before it means"
    )
    func shadowAfterPrepare() async throws {
        let opened = try await open(Self.holding)
        let ways: [(name: String, prepare: [[Any]], run: [[Any]])] = [
            (
                "protocol", [["P", "p", "DELETE FROM notes"], ["S"]],
                [["B", "", "p"], ["E", ""], ["S"]]
            ),
            ("EXECUTE", [["P", "p", "DELETE FROM notes"], ["S"]], [["Q", "EXECUTE p"]]),
            (
                "EXPLAIN ANALYZE EXECUTE", [["P", "p", "DELETE FROM notes"], ["S"]],
                [["Q", "EXPLAIN ANALYZE EXECUTE p"]]
            ),
        ]
        for (name, prepare, run) in ways {
            let client = try session(opened)
            #expect(client.query("CREATE TEMP TABLE first (id int)").last == "ReadyForQuery I")
            client.send(prepare)
            #expect(client.untilReady() == ["ParseComplete", "ReadyForQuery I"])
            #expect(client.query("CREATE TEMP TABLE notes (id int)").last == "ReadyForQuery I")
            client.send(run)
            let lines = client.until("NoticeResponse")
            #expect(held(lines), "\(name): \(lines)")
        }
        // The temporary one alone is the session's own business.
        let client = try session(opened)
        _ = client.query("CREATE TEMP TABLE notes (id int)")
        client.send(["P", "p", "DELETE FROM notes"], ["B", "", "p"], ["E", ""], ["S"])
        #expect(client.untilReady().contains("CommandComplete DELETE 0"))
        _ = client.query("CREATE TEMP TABLE unrelated (id int)")
        client.send(["B", "", "p"], ["E", ""], ["S"])
        #expect(client.untilReady().contains("CommandComplete DELETE 0"))
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 9: COMMIT AND CHAIN drops what was to be dropped on commit")
    func chained() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        _ = client.query("BEGIN; CREATE TEMP TABLE notes (id int) ON COMMIT DROP")
        #expect(client.query("COMMIT AND CHAIN").last == "ReadyForQuery T")
        #expect(refused(client.query("DELETE FROM notes")))
        #expect(client.query("ROLLBACK").last == "ReadyForQuery I")
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    // MARK: Prepared statements

    @Test("threat 9: EXECUTE has the effects of what the protocol prepared under that name")
    func executeOfProtocolStatement() async throws {
        let opened = try await open(Self.holding)
        for text in [
            "EXECUTE wipe", "EXPLAIN ANALYZE EXECUTE wipe", "EXPLAIN (ANALYZE) EXECUTE wipe",
        ] {
            let client = try session(opened)
            client.send(["P", "wipe", "DELETE FROM notes"], ["S"])
            #expect(client.untilReady() == ["ParseComplete", "ReadyForQuery I"])
            client.send(["Q", text])
            #expect(held(client.until("NoticeResponse")), "\(text)")
        }
        let client = try session(opened)
        #expect(client.query("EXECUTE nobody_prepared_this").first?.contains("26000") == true)
        client.send(["Q", "PREPARE wipe AS DELETE FROM notes"])
        #expect(held(client.until("NoticeResponse")))
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test(
        "threat 9: EXPLAIN of a DECLARE opens no cursor, so that a portal of its name stays what it was"
    )
    func explainedDeclare() async throws {
        let opened = try await open(Self.holding)
        let client = try session(opened)
        _ = client.query("BEGIN")
        client.send(
            ["P", "", "UPDATE notes SET note = 'late' WHERE id = 1"], ["B", "a", ""], ["S"])
        _ = client.untilReady()
        #expect(!refused(client.query("EXPLAIN DECLARE a CURSOR FOR SELECT 1")))
        try opened.gateway.reload(policies: [
            Self.holding.replacingOccurrences(of: "bounded: true", with: "temporary: true")
        ])
        client.send(["E", "a"], ["S"])
        #expect(refused(client.untilReady()))
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 9: Close and Parse that the server skipped behind an error changed nothing")
    func skippedBehindError() async throws {
        let opened = try await open(Self.holding)
        let client = try session(opened)
        client.send(["P", "s", "DELETE FROM notes"], ["S"])
        #expect(client.untilReady() == ["ParseComplete", "ReadyForQuery I"])
        client.send(
            WireClient.run("SELECT 1/0") + [["C", "S", "s"], ["P", "s", "SELECT 1"], ["S"]])
        #expect(client.untilReady().contains("ErrorResponse ERROR 22012 division by zero"))
        client.send(["B", "", "s"], ["E", ""], ["S"])
        #expect(held(client.until("NoticeResponse")))
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 9: a statement of a transaction that failed is what the server still has")
    func deallocatedAndRolledBack() async throws {
        let opened = try await open(Self.holding)
        let client = try session(opened)
        // Neither Parse nor DEALLOCATE is undone by a rollback.
        client.send(
            ["P", "s", "SELECT 1"], ["S"], ["Q", "BEGIN; DEALLOCATE s"],
            ["P", "s", "DELETE FROM notes"], ["S"], ["Q", "ROLLBACK"])
        for status in ["I", "T", "T", "I"] {
            #expect(client.untilReady().last == "ReadyForQuery \(status)")
        }
        client.send(["Q", "EXECUTE s"])
        #expect(held(client.until("NoticeResponse")))
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 13: code that would run while a statement is analysed does not reach the server")
    func codeAtParse() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        for text in [
            "SELECT '{1}'::evil", "SELECT CAST('{1}' AS public.evil)", "SELECT evil '{1}'",
            "INSERT INTO takes_evil VALUES ('{1}')", "PREPARE p AS SELECT '{1}'::evil",
            "EXPLAIN SELECT '{1}'::evil", "CREATE TEMP TABLE t AS SELECT '{1}'::evil",
        ] {
            client.send(["P", "", text], ["S"])
            #expect(refused(client.untilReady()), "\(text)")
            #expect(refused(client.query(text)), "\(text)")
        }
        client.send(["P", "", "SELECT $1::evil"], ["B", "", "", ["{1}"]], ["E", ""], ["S"])
        #expect(refused(client.untilReady()))
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 13: a parameter's declared type brings its code, whether the text uses it or not")
    func declaredTypes() async throws {
        let opened = try await open(Self.policy)
        let evil = try PostgresServer.shared.sql(
            "SELECT 'evil'::regtype::oid", database: opened.gateway.database)
        let type = try #require(Int(evil))
        for text in ["SELECT $1", "SELECT 1", "SELECT $1::int[]"] {
            let client = try session(opened)
            client.send(["P", "", text, [type]], ["B", "", "", ["{1}"]], ["E", ""], ["S"])
            #expect(refused(client.untilReady()), "\(text)")
            client.send(
                ["P", "named", text, [type]], ["B", "", "named", ["{1}"]], ["E", ""], ["S"])
            #expect(refused(client.untilReady()), "\(text)")
            // The same text without the type is another statement.
            client.send(["P", "", text, [1007]], ["B", "", "", ["{1}"]], ["E", ""], ["S"])
            #expect(!refused(client.untilReady()), "\(text)")
            client.send(["P", "", text, [type]], ["B", "", "", ["{1}"]], ["E", ""], ["S"])
            #expect(refused(client.untilReady()), "\(text)")
        }
        let client = try session(opened)
        #expect(refused(client.query("PREPARE p (evil) AS SELECT 1; EXECUTE p ('{1}')")))
        #expect(refused(client.query("PREPARE p (evil) AS SELECT $1")))
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 13: code that is held does not run at Parse, before anyone has consented")
    func heldCodeAtParse() async throws {
        let code = """

              - rule: code
                effects: [execute]
                decide: hold
                consents: [{ from: "group:dba", count: 1 }]
                within: 60s
            """
        let opened = try await open(Self.policy + code)
        for text in ["SELECT '{1}'::evil", "INSERT INTO takes_evil VALUES ('{1}')"] {
            let client = try session(opened)
            client.send(["P", "", text], ["S"])
            #expect(held(client.until("NoticeResponse")), "\(text)")
        }
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    // MARK: Framing

    @Test("threat 15: a Query amid CopyData is judged like any other")
    func queryAmidCopy() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        _ = client.query("CREATE TEMP TABLE t (id int)")
        client.send(["Q", "COPY t FROM STDIN"])
        #expect(client.until("CopyInResponse") == ["CopyInResponse"])
        client.send(["d", "not a number\n"], ["Q", "DELETE FROM notes"], ["c"])
        #expect(client.untilReady().contains { $0.contains("22P02") })
        #expect(refused(client.untilReady()))
        #expect(client.query("SELECT 1").contains("DataRow 1"))

        // The same in one write with the COPY itself, when nobody can know yet that it will fail.
        client.send(
            ["Q", "COPY t FROM STDIN"], ["d", "x\n"], ["Q", "DELETE FROM notes"], ["c"], ["S"])
        var lines: [String] = []
        while lines.count(where: { $0 == "ReadyForQuery I" }) < 3, lines.last != "closed" {
            lines += client.untilReady()
        }
        #expect(refused(lines) || lines.last == "closed", "\(lines)")
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 10: the earlier half of a refused pipeline is rolled back")
    func earlierHalf() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        client.send(
            WireClient.run("UPDATE notes SET note = 'changed' WHERE id = 1")
                + WireClient.run("DELETE FROM notes")
                + WireClient.run("UPDATE notes SET note = 'changed' WHERE id = 2") + [["S"]])
        let lines = client.untilReady()
        #expect(lines.contains("CommandComplete UPDATE 1"))
        #expect(lines.count { $0.hasPrefix("ErrorResponse") } == 1 && refused(lines))
        #expect(lines.count { $0.hasPrefix("CommandComplete") } == 1)
        #expect(lines.last == "ReadyForQuery I")
        #expect(try notes(opened.gateway) == "10 real 1")

        // With a Flush, so that the first half is long done and answered.
        client.send(
            WireClient.run("UPDATE notes SET note = 'changed' WHERE id = 1") + [["H"]])
        #expect(client.until("CommandComplete").last == "CommandComplete UPDATE 1")
        client.send(["Q", "DELETE FROM notes"])
        #expect(refused(client.untilReady()))
        client.send(["S"])
        _ = client.untilReady()
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 1: two texts that differ in a number are two commands where the number decides")
    func numbers() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        let before = try notes(opened.gateway)
        for _ in 0..<2 {
            #expect(!refused(client.query("EXPLAIN (ANALYZE 0) DELETE FROM notes")))
            #expect(refused(client.query("EXPLAIN (ANALYZE 1) DELETE FROM notes")))
        }
        #expect(try notes(opened.gateway) == before)
    }

    @Test("threat 10: all of a batch is one action: nothing of it runs when a part is denied")
    func batch() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        for text in [
            "UPDATE notes SET note = 'changed' WHERE id = 1; DELETE FROM notes",
            "SELECT 1;;; DELETE/**/FROM notes", "SELECT 1; /* ; */ COMMIT; DELETE FROM ONLY notes",
        ] {
            let lines = client.query(text)
            #expect(
                refused(lines) && !lines.contains { $0.hasPrefix("CommandComplete") }, "\(text)")
        }
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test("threat 23: by whatever road a denied command comes, the server never reads it")
    func everyRoad() async throws {
        let opened = try await open(Self.policy)
        let database = opened.gateway.database
        let server = PostgresServer.shared
        try server.sql("ALTER DATABASE \(database) SET log_statement = 'all'", database: database)
        let client = try session(opened)
        let mark = "road_\(database)"
        let text = "DELETE FROM notes /* \(mark) */"
        let texts = [
            text, "EXPLAIN ANALYZE \(text)", "PREPARE gone AS \(text)",
            "WITH gone AS (\(text) RETURNING id) SELECT id FROM gone",
            "COPY (\(text) RETURNING id) TO STDOUT",
            "CREATE TEMP TABLE t AS WITH d AS (\(text) RETURNING 1) TABLE d",
            "SELECT query_to_xml('DELETE FROM notes -- \(mark)', true, true, '')",
            "DO 'BEGIN DELETE FROM notes; END' -- \(mark)",
        ]
        for text in texts {
            #expect(refused(client.query(text)), "Query: \(text)")
            client.send(WireClient.run(text) + [["S"]])
            #expect(refused(client.untilReady()), "Parse, Bind, Execute: \(text)")
        }
        // pg_read_file(text), by the fast path.
        client.send(["F", 3826, ["PG_VERSION"]])
        #expect(refused(client.untilReady()), "FunctionCall")
        let seen = client.query("SELECT 'seen_\(mark)'")
        #expect(seen.contains("DataRow seen_\(mark)"), "\(seen)")

        // Others write to it meanwhile: its end may be a part of a character.
        let bytes = try Data(
            contentsOf: URL(fileURLWithPath: server.directory.file("data/log")))
        let log = String(decoding: bytes, as: UTF8.self)
        let lines = log.split(separator: "\n").filter { $0.contains(mark) }
        #expect(lines.contains { $0.contains("seen_\(mark)") }, "what is allowed is logged")
        #expect(
            lines.filter { !$0.contains("seen_\(mark)") && !$0.contains("ALTER DATABASE") } == [])
        #expect(!log.contains("pg_read_file"))
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    // MARK: Revocation

    @Test(
        "threat 22: a portal that was bound before the policy changed is judged by the policy of now"
    )
    func portalAfterPolicyChange() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        client.send(
            ["P", "", "UPDATE notes SET note = 'late' WHERE id = 1"], ["B", "", ""], ["H"])
        #expect(client.until("BindComplete").last == "BindComplete")
        try opened.gateway.reload(
            policies: [
                Self.policy.replacingOccurrences(of: "bounded: true", with: "temporary: true")
            ])
        client.send(["E", ""], ["S"])
        #expect(refused(client.untilReady()))
        #expect(try notes(opened.gateway) == "10 real 1")
    }

    @Test(
        "threat 9: a portal that waits while something else runs is judged again by what its names mean now"
    )
    func portalAfterOthers() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        // The server looks up the name of a TRUNCATE when it runs, not when it is bound.
        for text in ["TRUNCATE notes", "DELETE FROM notes"] {
            #expect(client.query("CREATE TEMP TABLE notes (id int)").last == "ReadyForQuery I")
            #expect(client.query("BEGIN").last == "ReadyForQuery T")
            client.send(["P", "", text], ["B", "p", ""], ["S"])
            #expect(client.untilReady() == ["ParseComplete", "BindComplete", "ReadyForQuery T"])
            let dropped = client.query("DROP TABLE pg_temp.notes")
            client.send(["E", "p"], ["S"])
            let lines = client.untilReady()
            #expect(
                lines.contains { $0.hasPrefix("ErrorResponse") }, "\(text): \(dropped) \(lines)")
            _ = client.query("COMMIT")
            _ = client.query("DROP TABLE IF EXISTS pg_temp.notes")
        }
        #expect(try notes(opened.gateway) == "10 real 1")

        // What is allowed both when bound and when run goes on, as drivers with cursors need it.
        _ = client.query("BEGIN")
        client.send(["P", "", "SELECT id FROM notes ORDER BY id"], ["B", "c", ""], ["S"])
        _ = client.untilReady()
        #expect(client.query("MOVE 4 FROM c").contains("CommandComplete MOVE 4"))
        client.send(["E", "c", 1], ["S"])
        #expect(client.untilReady().contains("DataRow 5"))
    }

    @Test("threat 22: a suspended portal gives no further row once the token is revoked")
    func portalAfterRevocation() async throws {
        let opened = try await open(Self.policy)
        let client = try session(opened)
        client.send(
            ["Q", "BEGIN"], ["P", "", "SELECT id FROM notes ORDER BY id"], ["B", "", ""],
            ["E", "", 2], ["H"])
        #expect(client.untilReady().last == "ReadyForQuery T")
        #expect(client.until("PortalSuspended").count == 5)
        try await opened.gateway.revokeTokens()
        client.send(["E", "", 2], ["S"])
        let lines = client.until("closed")
        #expect(lines.contains { $0.hasPrefix("ErrorResponse FATAL 57P01") }, "\(lines)")
        #expect(!lines.contains { $0.hasPrefix("DataRow") }, "\(lines)")
    }
}
