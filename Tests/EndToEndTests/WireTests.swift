import Foundation
import TestKit
import Testing

/// The bytes themselves: hostile ones get a clear error or the end of the connection and cost nobody else anything,
/// ordinary ones get word for word the server's own answers.
@Suite("The wire", .serialized, .realParts)
struct WireTests {
    private func open() async throws -> (gateway: TestGateway, token: String) {
        let gateway = try TestGateway(
            policies: [Policies.allowAll], label: "test",
            objects: """
                CREATE TABLE notes (id int PRIMARY KEY, note text);
                INSERT INTO notes SELECT i, 'note ' || i FROM generate_series(1, 5) i;
                """)
        try await gateway.logIn("alice")
        return (gateway, try await gateway.agentToken())
    }

    // MARK: Before the session

    private static let sslRequest = "0000000804d2162f"

    /// Packets before any TLS, and what the gateway says before it closes; nothing at all is an answer, too.
    private static let plaintext: [(name: String, bytes: String, answer: String)] = [
        (
            "threat 1: a start-up packet in the same write as the SSLRequest",
            sslRequest + "00000013000300007573657200616c69636500", ""
        ),
        ("threat 1: one byte behind the SSLRequest", sslRequest + "16", ""),
        (
            "threat 3: a start-up packet in plaintext",
            "0000001800030000757365720064656c706f6d650000000000", "FATAL 28000"
        ),
        ("threat 7: a length of 0", "00000000", ""),
        ("threat 7: a length of 3", "00000003", ""),
        ("threat 7: a length of 4", "00000004", ""),
        ("threat 7: a negative length", "ffffffff00030000", ""),
        ("threat 7: a length of 2 GiB", "7fffffff00030000", ""),
        ("threat 7: a length above the cap", "0000271100030000", ""),
        ("threat 2: HTTP in plaintext", "474554202f20485454502f312e310d0a0d0a", ""),
        ("threat 2: SSH", "5353482d322e302d780d0a", ""),
        ("protocol 2.0", "0000000800020000", "FATAL"),
        ("threat 16: a cancel request of nobody's", "0000001004d2162e0000000100000002", ""),
    ]

    @Test("says little to what comes before TLS, and closes")
    func beforeTLS() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        for (name, bytes, answer) in Self.plaintext {
            let client = try WireClient(bare: gateway)
            client.send(["bytes", bytes], ["half-close"])
            let lines = client.until("closed")
            #expect(lines.last == "closed", "\(name): \(lines)")
            #expect(
                answer.isEmpty
                    ? lines == ["closed"]
                    : lines.first?.hasPrefix("ErrorResponse " + answer) == true,
                "\(name): \(lines)")
            #expect(!lines.contains { $0.hasPrefix("Authentication") }, "\(name): \(lines)")
        }
        let client = try WireClient(bare: gateway)
        client.send(["bytes", "0000000804d21630"], ["answer"], ["tls"])
        #expect(client.until("SSL") == ["Answer N", "SSL S"], "GSSENCRequest, and then TLS")
    }

    /// Start-up parameters that would change what the gateway knows of the session.
    private static let parameters: [[String: String]] = [
        ["options": "-c search_path=evil"], ["options": "-c role=postgres"],
        ["options": "--role=x"],
        ["options": "-crole=x"], ["options": "-c standard_conforming_strings=off"],
        ["options": "-c session_authorization=postgres"], ["options": "-O"],
        ["options": #"-c sta\ tement=1"#], ["search_path": "evil"], ["role": "postgres"],
        ["replication": "true"], ["replication": "database"], ["client_encoding": "SJIS"],
        ["session_replication_role": "replica"], ["default_transaction_read_only": "off"],
        ["Application_Name": "x", "role": "y"],
    ]

    @Test("threat 5: takes only start-up parameters of its list")
    func startupParameters() async throws {
        let (gateway, token) = try await open()
        for extra in Self.parameters {
            let client = try WireClient(bare: gateway)
            client.send(
                ["tls"],
                ["startup", extra.merging(["user": "deploy-bot", "database": "orders"]) { $1 }],
                ["password", token])
            let lines = client.until("ReadyForQuery")
            #expect(lines.contains { $0.hasPrefix("ErrorResponse FATAL") }, "\(extra): \(lines)")
            #expect(lines.last == "closed", "\(extra): \(lines)")
        }
    }

    @Test("threat 6: says the same of every wrong name, target and token")
    func wrongCredentials() async throws {
        let (gateway, token) = try await open()
        let attempts: [(user: String, database: String, password: String)] = [
            ("deploy-bot", "orders", "wrong"), ("deploy-bot", "orders", token + "x"),
            ("deploy-bot", "orders", ""), ("nobody", "orders", token), ("alice", "orders", token),

            ("deploy-bot", "orders", "spt_x_y"), ("", "orders", token),
        ]
        var answers: Set<[String]> = []
        for (user, database, password) in attempts {
            let client = try WireClient(bare: gateway)
            client.send(
                ["tls"], ["startup", ["user": user, "database": database]], ["password", password])
            let lines = client.until("closed").filter {
                !$0.hasPrefix("SSL") && $0 != "Authentication 3"
            }
            #expect(lines.last == "closed" && lines.count == 2, "\(user) \(database): \(lines)")
            if !user.isEmpty { answers.insert(lines) }
        }
        #expect(answers.count == 1, "\(answers)")
        let client = try WireClient(gateway, token: token)
        #expect(client.untilReady().last == "ReadyForQuery I", "the real one still gets in")
    }

    @Test(
        "threat 34: who has not logged in cannot take more connections than the limit, and sessions go on"
    )
    func crowd() async throws {
        let (gateway, token) = try await open()
        let client = try WireClient(gateway, token: token)
        #expect(client.untilReady().last == "ReadyForQuery I")
        // A session does not count, so exactly the limit of one address, 250, stays open.
        let crowd = try Conversation(
            Command(
                "python3",
                [
                    "-c",
                    """
                    import select, socket, sys
                    held = [socket.create_connection(("127.0.0.1", \(gateway.port))) for _ in range(251)]
                    print("closed:", len(select.select(held, [], [])[0]), flush=True)
                    sys.stdin.read()
                    """,
                ]))
        // Which one it is depends on who was looked at first.
        #expect(crowd.expect("closed: 1\n") != nil, "\(crowd.rest)")
        #expect(client.query("SELECT 1").contains("DataRow 1"))
        let late = try WireClient(bare: gateway)
        #expect(late.until("closed") == ["closed"])
        crowd.endInput()
        crowd.finish()
        // With the crowd gone there is room again.
        try await until("there is room again") {
            try WireClient(gateway, token: token).untilReady().last == "ReadyForQuery I"
        }
    }

    // MARK: In the session

    /// A message that cannot be, and the SQLSTATE of its refusal.
    private static var broken: [(name: String, messages: [[Any]], code: String)] {
        [
            ("threat 7: a length of 0", [["bytes", "5100000000"]], "FATAL 08P01"),
            ("threat 7: a length of 3", [["bytes", "5100000003"]], "FATAL 08P01"),
            ("threat 7: a negative length", [["bytes", "51ffffffff"]], "FATAL 08P01"),
            ("threat 7: a length of 2 GiB", [["bytes", "517fffffff"]], "FATAL 08P01"),
            ("an unknown type", [["raw", "y", ""]], "FATAL 08P01"),
            ("a message that only servers send", [["raw", "Z", "49"]], "FATAL 08P01"),
            ("a password when none was asked for", [["password", "x"]], "FATAL 08P01"),
            ("a Query without its final zero", [["raw", "Q", "53454c4543542031"]], "08P01"),
            ("a Query with a zero within", [["raw", "Q", "53454c454354003100"]], "08P01"),
            ("bytes that are not UTF-8", [["raw", "Q", "53454c4543542027ff2700"]], "22021"),
            ("a Parse cut short", [["raw", "P", "00"], ["S"]], "08P01"),
            (
                "a Bind with more values than bytes", [["raw", "B", "0000000000ffff"], ["S"]],
                "08P01"
            ),
            (
                "a Bind with a value longer than itself",
                [["raw", "B", "000000000000017fffffff0000"], ["S"]], "08P01"
            ),
            (
                "an Execute with bytes behind its end", [["raw", "E", "0000000000ff"], ["S"]],
                "08P01"
            ),
            ("a Describe of neither kind", [["raw", "D", "5800"], ["S"]], "08P01"),
        ]
    }

    @Test("refuses what is no message, and the next session is none the worse")
    func brokenMessages() async throws {
        let (gateway, token) = try await open()
        for (name, messages, code) in Self.broken {
            let client = try WireClient(gateway, token: token)
            #expect(client.untilReady().last == "ReadyForQuery I")
            client.send(messages)
            let lines = client.until(code.hasPrefix("FATAL") ? "closed" : "ErrorResponse")
            #expect(
                lines.contains { $0.hasPrefix("ErrorResponse") && $0.contains(code) },
                "\(name): \(lines)")
        }
        let client = try WireClient(gateway, token: token)
        _ = client.untilReady()
        #expect(client.query("SELECT 1").contains("DataRow 1"))
    }

    @Test(
        "above a size limit there is an error that names it, and the session lives; below, it runs")
    func oversized() async throws {
        let (gateway, token) = try await open()
        let client = try WireClient(gateway, token: token)
        _ = client.untilReady()
        // The text limit is 1 MiB.
        let fits = "SELECT 1 --" + String(repeating: "x", count: (1 << 20) - 11)
        #expect(client.query(fits).contains("DataRow 1"))
        let over = client.query(fits + "x")
        #expect(over.first?.hasPrefix("ErrorResponse ERROR 54000") == true, "\(over.first ?? "")")
        #expect(over.last == "ReadyForQuery I")
        let value = String(repeating: "v", count: (16 << 20) + 1)
        client.send(
            ["P", "", "SELECT length($1::text)"], ["B", "", "", [value]], ["E", ""], ["S"])
        #expect(client.untilReady().contains { $0.hasPrefix("ErrorResponse ERROR 54000") })
        client.send(
            ["P", "", "SELECT length($1::text)"], ["B", "", "", [String(value.dropLast(100))]],
            ["E", ""], ["S"])
        #expect(client.untilReady().contains("DataRow 16777117"))
        let tables = (0..<3_000).map { "customers a\($0)" }.joined(separator: ",")
        let wide =
            "SELECT \(Array(repeating: "name", count: 20_000).joined(separator: ",")) FROM \(tables)"
        #expect(client.query(wide).contains { $0.hasPrefix("ErrorResponse ERROR 54001") })
        let deep = "SELECT " + String(repeating: "1+", count: 100_000) + "1"
        #expect(client.query(deep).contains { $0.hasPrefix("ErrorResponse ERROR 54001") })
        // What SQL prepares is kept like what Parse prepares, and counts with it: 2 MiB.
        let long = String(repeating: "x", count: 700_000)
        for name in ["a", "b"] {
            #expect(
                client.query("PREPARE \(name) AS SELECT '\(long)'").first
                    == "CommandComplete PREPARE")
        }
        let third = "PREPARE c AS SELECT '\(long)'"
        #expect(client.query(third).first?.hasPrefix("ErrorResponse ERROR 53400") == true)
        client.send(["P", "c", "SELECT '\(long)'"], ["S"])
        #expect(client.untilReady().first?.hasPrefix("ErrorResponse ERROR 53400") == true)
        _ = client.query("DEALLOCATE a")
        #expect(client.query(third).first == "CommandComplete PREPARE")
        #expect(client.query("SELECT 1").contains("DataRow 1"))
    }

    @Test("what the gateway refuses by itself is in the ledger, without its text")
    func refusedByItself() async throws {
        let (gateway, token) = try await open()
        let client = try WireClient(gateway, token: token)
        _ = client.untilReady()
        #expect(client.query("SELEC 'pw-hunter2'").first?.contains("42601") == true)
        #expect(try gateway.ledgerKinds().contains("refused"))
        let entries = try String(
            contentsOfFile: gateway.ledger + "/entries-000001.jsonl", encoding: .utf8)
        #expect(!entries.contains("hunter2"))
    }

    @Test("a principal has no more sessions at once than the target allows")
    func sessionsPerPrincipal() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test") { home in
            let path = home + "/sallyport.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacingOccurrences(
                of: "    labels: {", with: "    sessions_per_principal: 2\n    labels: {"
            ).write(toFile: path, atomically: true, encoding: .utf8)
        }
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        var clients = [
            try WireClient(gateway, token: token), try WireClient(gateway, token: token),
        ]
        for client in clients { #expect(client.untilReady().last == "ReadyForQuery I") }
        let third = try WireClient(gateway, token: token)
        #expect(third.until("ErrorResponse").last?.contains("53300") == true)
        clients[0].send(["X"])
        #expect(clients.removeFirst().until("closed").last == "closed")
        let fourth = try WireClient(gateway, token: token)
        #expect(fourth.untilReady().last == "ReadyForQuery I")
    }

    @Test("more pipelined bytes than are kept behind a command that waits pass in the end")
    func pipelined() async throws {
        let gateway = try TestGateway(
            policies: [Policies.production()], objects: "CREATE TABLE logs (id int, line text)")
        try await gateway.logIn("alice")
        let client = try WireClient(gateway, token: try await gateway.agentToken())
        _ = client.untilReady()
        let line = String(repeating: "l", count: 100_000)
        // Each is reviewed: it waits for its entry in the ledger while the next ones come, 3 MB altogether.
        let messages: [[Any]] =
            [["P", "add", "INSERT INTO logs VALUES ($1, $2)"]]
            + (0..<30).flatMap { [["B", "", "add", [String($0), line]], ["E", ""]] as [[Any]] }
        client.send(messages + [["S"]])
        let answers = client.untilReady()
        #expect(answers.count { $0.hasPrefix("CommandComplete INSERT") } == 30, "\(answers)")
        client.send(
            [
                ["P", "", "INSERT INTO logs VALUES ($1, $2)"], ["B", "", "", ["31", "small"]],
                ["E", ""],
            ]
                + [
                    ["B", "", "add", ["32", String(repeating: "m", count: 5 << 20)]], ["E", ""],
                    ["S"],
                ])
        #expect(client.untilReady().count { $0.hasPrefix("CommandComplete INSERT") } == 2)
    }

    // MARK: Cancel

    @Test(
        "threat 16: only a session's own key cancels it, and the answer never tells",
        arguments: [false, true])
    func cancel(overTLS: Bool) async throws {
        let (gateway, token) = try await open()
        let (one, other) = (
            try WireClient(gateway, token: token), try WireClient(gateway, token: token)
        )
        let ownKey = try #require(self.key(in: one.untilReady()))
        let othersKey = try #require(self.key(in: other.untilReady()))
        #expect(ownKey.pid != othersKey.pid && ownKey.secret != othersKey.secret)
        // The locks make it certain that both wait in the server when the cancels come.
        let gate = try WireClient(direct: gateway.database)
        _ = gate.untilReady()
        _ = gate.query("SELECT pg_advisory_lock(1)")
        let server = PostgresServer.shared
        for client in [one, other] { client.send(["Q", "SELECT pg_advisory_lock(1)"]) }
        func waiting() throws -> String {
            try server.sql(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = '\(gateway.database)')",
                database: "postgres")
        }
        while try waiting() != "2" {}
        for (pid, secret) in [
            (ownKey.pid, ownKey.secret ^ 1), (ownKey.pid ^ 1, ownKey.secret),
            (othersKey.pid, ownKey.secret),
            (0, 0),
        ] {
            let forger = try WireClient(bare: gateway)
            forger.send(["cancel", pid, secret])
            #expect(forger.until("closed") == ["closed"])
        }
        // Some drivers cancel under TLS, others in plaintext whatever they were told.
        let canceller = try WireClient(bare: gateway)
        canceller.send(overTLS ? [["tls"]] : [])
        canceller.send(["cancel", ownKey.pid, ownKey.secret])
        #expect(canceller.until("closed").last == "closed")
        #expect(
            one.untilReady().contains {
                $0.contains("57014 canceling statement due to user request")
            })
        #expect(try waiting() == "1", "the other session still waits")
        _ = gate.query("SELECT pg_advisory_unlock(1)")
        #expect(other.untilReady().contains("CommandComplete SELECT 1"))
    }

    @Test(
        "the key for cancelling is the gateway's own: the server's process id is in notifications and pg_backend_pid() alone"
    )
    func processIdentifiers() async throws {
        let (gateway, token) = try await open()
        let client = try WireClient(gateway, token: token)
        let key = try #require(self.key(in: client.untilReady()))
        let row = client.query("SELECT pg_backend_pid()").first { $0.hasPrefix("DataRow ") }
        let process = try #require(row.flatMap { Int($0.dropFirst(8)) })
        #expect(process != key.pid)
        #expect(
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = \(process) AND datname = '\(gateway.database)'",
                database: "postgres") == "1")
    }

    private func key(in lines: [String]) -> (pid: Int, secret: Int)? {
        let words = lines.first { $0.hasPrefix("BackendKeyData") }?.split(separator: " ") ?? []
        guard words.count == 3, let pid = Int(words[1]), let secret = Int(words[2]) else {
            return nil
        }
        return (pid, secret)
    }

    // MARK: Parity

    /// One write, and what to read up to: by default as many ReadyForQuery as it asks for.
    private struct Step {
        let write: [[Any]]
        let until: String
        let times: Int

        init(_ write: [Any]..., until: String? = nil) {
            self.write = write
            self.until = until ?? "ReadyForQuery"
            times = until != nil ? 1 : write.count { ["Q", "S", "F"].contains($0[0] as? String) }
        }
    }

    private static let ids = "SELECT id FROM notes ORDER BY id"

    private static var scripts: [(name: String, steps: [Step])] {
        [
            ("empty queries", [Step(["Q", ""]), Step(["Q", ";;"]), Step(["Q", "-- nothing"])]),
            ("queries in one write", [Step(["Q", "SELECT 1"], ["Q", "SELECT 2; SELECT 3"])]),
            (
                "prepared, described, bound in text and binary",
                [
                    Step(
                        ["P", "s", "SELECT id, note FROM notes WHERE id = $1", [23]],
                        ["D", "S", "s"],
                        ["S"]),
                    Step(
                        ["B", "p", "s", ["1"]], ["D", "P", "p"], ["E", "p"], ["C", "P", "p"], ["S"]),
                    Step(["B", "", "s", [["hex": "00000002"]]], ["E", ""], ["S"]),
                    Step(["C", "S", "s"], ["S"]), Step(["B", "", "s", ["1"]], ["S"]),
                ]
            ),
            (
                "a Flush amid",
                [Step(["P", "", "SELECT 1"], ["B", "", ""], ["H"], ["E", ""], ["S"])]
            ),
            (
                "row limits, to the end and beyond",
                [
                    Step(
                        ["P", "", ids], ["B", "", ""], ["E", "", 2], ["E", "", 2], ["E", ""],
                        ["E", "", 1], ["S"])
                ]
            ),
            (
                "a portal that outlives its Sync, and not its transaction",
                [
                    Step(["Q", "BEGIN"]),
                    Step(["P", "", ids], ["B", "p", ""], ["E", "p", 1], ["S"]),
                    Step(["E", "p", 1], ["S"]), Step(["Q", "COMMIT"]), Step(["E", "p", 1], ["S"]),
                ]
            ),
            (
                "an error skips to Sync",
                [
                    Step(
                        ["P", "", "SELECT 1/0"], ["B", "", ""], ["E", ""], ["P", "", "SELECT 2"],
                        ["B", "", ""], ["E", ""], ["S"]), Step(["Q", "SELECT 3"]),
                ]
            ),
            (
                "names of nothing",
                [
                    Step(["B", "", "nowhere"], ["E", ""], ["S"]), Step(["E", "nowhere"], ["S"]),
                    Step(["D", "S", "nowhere"], ["S"]), Step(["D", "P", "nowhere"], ["S"]),
                    Step(["C", "S", "nowhere"], ["S"]),
                ]
            ),
            ("a name given twice", [Step(["P", "s", "SELECT 1"], ["P", "s", "SELECT 2"], ["S"])]),
            ("several commands in one Parse", [Step(["P", "", "SELECT 1; SELECT 2"], ["S"])]),
            (
                "a failed transaction",
                [
                    Step(["Q", "BEGIN"]), Step(["Q", "SELECT nothing"]), Step(["Q", "SELECT 1"]),
                    Step(["P", "", "SELECT 1"], ["S"]), Step(["Q", "COMMIT"]),
                ]
            ),
            (
                "texts of one shape",
                [
                    Step(["Q", "SELECT id FROM notes WHERE id = 1;"]),
                    Step(["Q", "SELECT id FROM notes WHERE id = 3;"]),
                    Step(["Q", "SELECT id FROM notes ORDER BY 1 LIMIT 2"]),
                    Step(["Q", "SELECT id FROM notes ORDER BY 1 LIMIT 0"]),
                    Step(["Q", "SELECT id FROM notes ORDER BY 2 LIMIT 0"]),
                    Step(["Q", "CREATE TEMP TABLE t1 (a int)"]),
                    Step(["Q", "COPY t1 FROM STDIN"], until: "CopyInResponse"),
                    Step(["d", "1\n"], ["c"], until: "ReadyForQuery"),
                    Step(["Q", "COPY t1 FROM STDIN"], until: "CopyInResponse"),
                    Step(["d", "2\n"], ["c"], until: "ReadyForQuery"),
                    Step(["Q", "SET statement_timeout = 1000"]),
                    Step(["Q", "SET statement_timeout = 2000"]),
                    Step(["Q", "SHOW statement_timeout"]),
                ]
            ),
            (
                "savepoints",
                [
                    Step(["Q", "BEGIN; SAVEPOINT a"]), Step(["Q", "SELECT 1/0"]),
                    Step(["Q", "ROLLBACK TO a"]), Step(["Q", "SELECT 1; COMMIT"]),
                ]
            ),
            (
                "COPY in, simple and extended",
                [
                    Step(["Q", "CREATE TEMP TABLE t (a int)"]),
                    Step(["Q", "COPY t FROM STDIN"], until: "CopyInResponse"),
                    Step(["d", "1\n2\n"], ["d", "3\n"], ["c"], until: "ReadyForQuery"),
                    Step(
                        ["P", "", "COPY t FROM STDIN"], ["B", "", ""], ["E", ""], ["S"],
                        until: "CopyInResponse"),
                    Step(["d", "4\n"], ["c"], ["S"]), Step(["Q", "SELECT count(*) FROM t"]),
                ]
            ),
            (
                "COPY in that fails, on either side",
                [
                    Step(["Q", "CREATE TEMP TABLE t (a int)"]),
                    Step(["Q", "COPY t FROM STDIN"], until: "CopyInResponse"),
                    Step(["d", "1\n"], ["f", "no more"], until: "ReadyForQuery"),
                    Step(["Q", "COPY t FROM STDIN"], until: "CopyInResponse"),
                    Step(["d", "x\n"], ["c"], until: "ReadyForQuery"),
                    Step(["Q", "SELECT count(*) FROM t"]),
                ]
            ),
            (
                "COPY out, simple and extended",
                [
                    Step(["Q", "COPY (SELECT id FROM notes ORDER BY id) TO STDOUT"]),
                    Step(["P", "", "COPY notes TO STDOUT"], ["B", "", ""], ["E", ""], ["S"]),
                ]
            ),
            ("a fast-path call", [Step(["F", 481, [["hex": "00000007"]]])]),
            (
                "SQL and the protocol have one namespace",
                [
                    Step(["Q", "PREPARE s AS SELECT 7"]), Step(["B", "", "s"], ["E", ""], ["S"]),
                    Step(["P", "t", "SELECT 8"], ["S"]),
                    Step(["Q", "EXECUTE t"]), Step(["Q", "DEALLOCATE s"]),
                    Step(["B", "", "s"], ["S"]),
                    Step(["Q", "DISCARD ALL"]), Step(["Q", "EXECUTE t"]),
                ]
            ),
            (
                "a cursor by SQL and by protocol",
                [
                    Step(["Q", "BEGIN; DECLARE c CURSOR FOR " + ids]), Step(["E", "c", 2], ["S"]),
                    Step(["Q", "FETCH 1 FROM c"]),
                    Step(["D", "P", "c"], ["S"]), Step(["C", "P", "c"], ["S"]),
                    Step(["Q", "FETCH 1 FROM c"]),
                ]
            ),
            (
                "what the server says unasked",
                [
                    Step(["Q", "DO $$ BEGIN RAISE NOTICE 'here' USING DETAIL = 'more'; END $$"]),

                    Step(["Q", "SET application_name = 'renamed'"]),
                    Step(["Q", "SET datestyle = 'German'"]),
                ]
            ),
            (
                "values that do not fit",
                [
                    Step(
                        ["P", "", "SELECT $1, $2::int"], ["B", "", "", ["a", NSNull()]], ["E", ""],
                        ["S"]),
                    Step(["P", "", "SELECT $1::int"], ["B", "", "", []], ["E", ""], ["S"]),
                    Step(["P", "", "SELECT $1::int"], ["B", "", "", ["x"]], ["E", ""], ["S"]),
                    Step(
                        ["P", "", "SELECT $1::int"], ["B", "", "", [["hex": "0001"]]], ["E", ""],
                        ["S"]),
                ]
            ),
        ]
    }

    @Test("answers word for word as the server does")
    func parity() async throws {
        let (gateway, token) = try await open()
        for script in Self.scripts {
            let through = try WireClient(gateway, token: token)
            let direct = try WireClient(direct: gateway.database)
            _ = (through.untilReady(), direct.untilReady())
            for step in script.steps {
                var answers: [[String]] = []
                for client in [through, direct] {
                    client.send(step.write)
                    answers.append((0..<step.times).flatMap { _ in client.until(step.until) })
                }
                #expect(
                    answers[0].map(comparable) == answers[1].map(comparable),
                    "\(script.name): \(step.write)")
            }
        }
    }

    /// Where the gateway knows no such name it says so with the server's code and words, and adds why.
    private func comparable(_ line: String) -> String {
        line.replacingOccurrences(
            of: " | DETAIL: no command of this session that went through the gateway made it",
            with: "")
    }
}
