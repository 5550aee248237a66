import Foundation
import TestKit
import Testing

/// A database server that goes away: before a session, amid a row, and while a command is held.
@Suite("A lost database server", .serialized, .realParts)
struct UpstreamFaultTests {
    private func gateway(_ server: PostgresServer) async throws -> TestGateway {
        let gateway = try TestGateway(
            policies: [Policies.allowAll, Policies.production()], server: server)
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        return gateway
    }

    private func reasons(_ gateway: TestGateway) throws -> [String] {
        try gateway.ledgerBodies("session-closed").compactMap { $0["reason"] as? String }
    }

    @Test("that is down is named at connect, and its sessions open again when it is back")
    func down() async throws {
        let server = try PostgresServer()
        let gateway = try await gateway(server)
        let token = try await gateway.agentToken()
        let query = gateway.psql(token, ["-At", "-c", "SELECT 'in'"])
        #expect(try await query.run().out == "in\n")
        server.stop()
        let said = try await query.run()
        #expect(said.status == 2, "\(said)")
        #expect(said.err.contains("the target `orders` cannot be reached"), "\(said)")
        #expect(said.err.contains("HINT:"), "\(said)")
        let failed = try gateway.ledgerBodies("session-failed").map { $0["error"] as? String }
        let why =
            "the target `orders` cannot be reached at 127.0.0.1:\(server.port): connection refused"
        #expect(failed == [why])
        // What needs no target goes on.
        let targets = try await gateway.person("bob", ["targets"])
        #expect(targets.status == 0, "\(targets)")
        try server.start()
        let again = try await query.run()
        #expect(again.out == "in\n", "\(again)")
    }

    /// Passes connections on to a server, from the word `hold` on each only after its word `go`.
    private func relay(to port: Int, at own: Int) throws -> Conversation {
        let script = """
            import socket, sys, threading
            held, go = threading.Event(), threading.Event()
            def carry(source, target, end=None):
                try:
                    while bytes := source.recv(65536): target.sendall(bytes)
                except OSError: pass
                if end: print(end, flush=True)
                try: target.shutdown(socket.SHUT_WR)
                except OSError: pass
            def serve(client):
                waits = held.is_set()
                if waits:
                    print("dialled", flush=True)
                    go.wait()
                server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                threading.Thread(target=carry, args=(server, client), daemon=True).start()
                carry(client, server, "left" if waits else None)
            def accept():
                while True:
                    threading.Thread(target=serve, args=(own.accept()[0],), daemon=True).start()
            own = socket.create_server(("127.0.0.1", int(sys.argv[2])))
            threading.Thread(target=accept, daemon=True).start()
            print("listening", flush=True)
            for line in sys.stdin:
                (held if line == "hold\\n" else go).set()
                print("done", flush=True)
            """
        let relay = try Conversation(Command("python3", ["-c", script, "\(port)", "\(own)"]))
        guard relay.expect("listening") != nil else { throw Failure("python3: \(relay.rest)") }
        return relay
    }

    @Test(
        "that is reached when the credential is revoked is left at once, and the session is entered as failed"
    )
    func revokedMeanwhile() async throws {
        let port = try freePort()
        let relay = try relay(to: PostgresServer.shared.port, at: port)
        let gateway = try TestGateway(policies: [Policies.production()]) { home in
            let path = home + "/sallyport.yaml"
            try String(contentsOfFile: path, encoding: .utf8)
                .replacingOccurrences(of: ":\(PostgresServer.shared.port)", with: ":\(port)")
                .write(toFile: path, atomically: false, encoding: .utf8)
        }
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        relay.send("hold\n")
        #expect(relay.expect("done") != nil)
        let psql = try Conversation(gateway.psql(token, ["-c", "SELECT 1"]))
        #expect(relay.expect("dialled") != nil)
        try await gateway.revokeTokens()
        relay.send("go\n")
        let said = psql.finish()
        #expect(said.status == 2, "\(said)")
        #expect(relay.expect("left") != nil)
        try await until("the session is entered as failed") {
            let opened = try gateway.ledgerBodies("session-opened")
            let failed = try gateway.ledgerBodies("session-failed")
            return failed.count == 1
                && opened.last?["session"] as? String == failed[0]["session"] as? String
        }
        relay.endInput()
        relay.finish()
    }

    /// Passes connections on to a server, and closes each behind what the server says first that it is ready.
    private func cut(to port: Int, at own: Int) throws -> Conversation {
        let script = """
            import socket, sys, threading
            def carry(source, target):
                try:
                    while bytes := source.recv(65536): target.sendall(bytes)
                except OSError: pass
            def serve(client):
                server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                threading.Thread(target=carry, args=(client, server), daemon=True).start()
                said = b""
                while b"Z\\0\\0\\0\\5I" not in said:
                    bytes = server.recv(65536)
                    said += bytes
                    client.sendall(bytes)
                for side in (client, server): side.shutdown(socket.SHUT_RDWR)
            own = socket.create_server(("127.0.0.1", int(sys.argv[2])))
            print("listening", flush=True)
            while True: threading.Thread(target=serve, args=(own.accept()[0],), daemon=True).start()
            """
        let cut = try Conversation(Command("python3", ["-c", script, "\(port)", "\(own)"]))
        guard cut.expect("listening") != nil else { throw Failure("python3: \(cut.rest)") }
        return cut
    }

    @Test("that goes as soon as it is ready keeps no client waiting")
    func goneWhenReady() async throws {
        let port = try freePort()
        let cut = try cut(to: PostgresServer.shared.port, at: port)
        defer {
            cut.killNow()
            cut.finish()
        }
        let gateway = try TestGateway(policies: [Policies.production()]) { home in
            let path = home + "/sallyport.yaml"
            try String(contentsOfFile: path, encoding: .utf8)
                .replacingOccurrences(of: ":\(PostgresServer.shared.port)", with: ":\(port)")
                .replacing("    tls: verify-full", with: "    tls: disable")
                .replacing("    ca: certs/upstream.pem\n", with: "")
                .write(toFile: path, atomically: false, encoding: .utf8)
        }
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        for _ in 0..<5 {
            let said = try await gateway.psql(token, ["-At", "-c", "SELECT 1"]).run()
            #expect(said.status != 0 && !said.err.isEmpty, "\(said)")
        }
        try await until("no session goes on") {
            let open = try await gateway.person("alice", ["sessions", "--open", "--json"])
            return open.status == 0 && !open.out.contains("ses_")
        }
    }

    @Test("threat 3: that has lost its TLS is refused, and nothing is said to it in plaintext")
    func upstreamWithoutTLS() async throws {
        let server = try PostgresServer(settings: ["ssl": "off", "log_connections": "on"])
        let gateway = try await gateway(server)
        let before = try connections(server)
        let said = try await gateway.psql(gateway.agentToken(), ["-At", "-c", "SELECT 1"]).run()
        #expect(said.status == 2 && said.err.contains("cannot be reached"), "\(said)")
        #expect(try gateway.ledgerBodies("session-failed").count == 1)
        // A connection that asks for TLS and then leaves is received, and never names a user.
        #expect(try connections(server) == before)
    }

    /// What the server's log says of users: let in, or turned away.
    private func connections(_ server: PostgresServer) throws -> Int {
        try String(contentsOfFile: server.directory.file("data/log"), encoding: .utf8)
            .split(separator: "\n").count { $0.contains("user=sallyport") || $0.contains("FATAL") }
    }

    @Test(
        "threat 8: that dies amid its rows ends the session at both ends, and the record says unknown"
    )
    func amidRows() async throws {
        let server = try PostgresServer()
        let gateway = try await gateway(server)
        let token = try await gateway.agentToken()
        let rows = gateway.directory.file("rows")
        let psql = try Conversation(
            gateway.psql(
                token,
                [
                    "-o", rows, "-c",
                    "COPY (SELECT generate_series(1, 100000000), repeat('x', 3000)) TO STDOUT",
                ]))
        try await until("rows came") { try size(rows) >= 1 << 20 }
        server.stop()
        let said = psql.finish()
        #expect(said.status != 0 && said.err.contains("connection"), "\(said)")
        // The rows that came are whole up to the last one, and are those of the server.
        let text = try String(contentsOfFile: rows, encoding: .utf8)
        let lines = text.split(separator: "\n").dropLast()
        let cell = String(repeating: "x", count: 3_000)
        for (index, line) in lines.enumerated() where line != "\(index + 1)\t\(cell)" {
            Issue.record("row \(index + 1) is not the server's")
        }
        try await until("the close was entered") { try reasons(gateway).count == 1 }
        #expect(try reasons(gateway).allSatisfy { $0.contains("the server was lost") })
        let session = try #require(
            gateway.ledgerBodies("session-opened").last?["session"] as? String)
        // The recording is filed within a second or so.
        try await until("the recording says so") {
            let said = try await gateway.person("alice", ["session", session]).out
            return said.contains("→ unknown: the server was lost")
        }
        try server.start()
        let again = try await gateway.psql(token, ["-At", "-c", "SELECT 'in'"]).run()
        #expect(again.out == "in\n", "\(again)")
    }

    @Test("that dies while a command runs or is held tells both clients, and the hold is abandoned")
    func heldAndRunning() async throws {
        let server = try PostgresServer()
        let gateway = try await gateway(server)
        let token = try await gateway.agentToken()
        let held = try Conversation(gateway.psql(token))
        held.send("BEGIN;\nDELETE FROM customers;\n")
        let hint = try #require(held.line(containing: "sallyport approve hld_"), "\(held.rest)")
        let hold = String(hint.split(separator: " ").last ?? "")
        let running = try Conversation(gateway.psql(token))
        running.send("SELECT pg_sleep(1000);\n")
        let sleeping = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
        try await until("the server sleeps") {
            try server.sql(sleeping, database: gateway.database) == "1"
        }
        server.stop()
        for psql in [held, running] {
            // The server's own last words, or ours when it had none.
            let said =
                psql.line(containing: "the database server closed the connection")
                ?? psql.line(containing: "terminating connection")
            #expect(said != nil, "\(psql.rest)")
            psql.endInput()
            psql.finish()
        }
        try await gateway.expect(hold, becomes: "abandoned")
        let late = try await gateway.person("bob", ["approve", hold])
        #expect(late.status == 1 && late.err.contains("abandoned"), "\(late)")
        try await until("both closes were entered") { try reasons(gateway).count == 2 }
        try server.start()
        #expect(
            try server.sql("SELECT count(*) FROM customers", database: gateway.database) == "10")
    }

    private func size(_ path: String) throws -> Int {
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }
}
