import Foundation
import TestKit
import Testing

/// Ends of a session that stop reading and writing without going away.
@Suite("A session with an end that stalls", .serialized, .realParts)
struct StallTests {
    /// What a gateway may grow by while ends stall: far less than what they leave unread.
    private static let growthKilobytesMax = 48 << 10

    @Test("threat 34: clients that are gone while they are let in leave no session behind")
    func gone() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let clients = try await Command(
            "python3",
            [
                projectDirectory + "/Tests/EndToEndTests/Clients/leaving.py", "\(gateway.port)",
                gateway.home + "/certs/ca.pem", token, "800",
            ]
        ).run()
        #expect(clients.out == "left\n", "\(clients)")
        try await until("no session goes on") {
            let open = try await gateway.person("alice", ["sessions", "--open", "--json"])
            return open.status == 0 && !open.out.contains("ses_")
        }
    }

    @Test(
        "threat 34: clients that read a byte at a time take no memory of the gateway's, and the other sessions go on"
    )
    func slowReaders() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        let token = try await {
            try await gateway.logIn("alice"); return try await gateway.agentToken()
        }()
        let before = try residentKilobytes(gateway)
        let rows = 20_000
        let readers = try (0..<4).map { try SlowReader(gateway, token, rows: rows, number: $0) }
        let waiting =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'ClientWrite'"
        try await until("the server waits for all of them") {
            for reader in readers { try reader.readByte() }
            return try PostgresServer.shared.sql(waiting, database: gateway.database) == "4"
        }
        // As many sessions as there are loops to share with the readers, and more.
        for number in 0..<8 {
            let said = try await gateway.psql(token, ["-At", "-c", "SELECT \(number) + 1"]).run()
            #expect(said.out == "\(number + 1)\n", "\(said)")
        }
        let growth = try residentKilobytes(gateway) - before
        #expect(growth < Self.growthKilobytesMax)
        // Buffers may have grown meanwhile, and taken a little more.
        try await until("the server waits for all of them still") {
            try PostgresServer.shared.sql(waiting, database: gateway.database) == "4"
        }
        // One of them reads on, and has all of it; the others leave.
        let whole = try readers[0].readToEnd()
        #expect(whole == (1...rows).reduce(0) { $0 + String($1).count + SlowReader.width + 2 })
        for reader in readers.dropFirst() { reader.leave() }
        try await until("every close was entered") {
            try gateway.ledgerKinds().count { $0 == "session-closed" } == 12
        }
    }

    @Test(
        "threat 34: a server that stalls holds up its own sessions alone; ^C reaches it, its clients may leave, and the gateway stops"
    )
    func upstream() async throws {
        // Of its own: a session that stalls holds up whatever waits for all sessions of a server.
        let server = try PostgresServer()
        let gateway = try TestGateway(
            policies: [Policies.allowAll], label: "test", server: server)
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let (running, backend) = try session(gateway, token)
        let (leaving, other) = try session(gateway, token)
        running.send("SELECT pg_sleep(1000);\n")
        try await until("the server sleeps") {
            let sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            return try server.sql(sleeping, database: gateway.database) == "1"
        }
        for stalled in [backend, other] { kill(stalled, SIGSTOP) }
        defer { for stalled in [backend, other] { kill(stalled, SIGCONT) } }
        running.interrupt()
        #expect(running.expect("Cancel request sent") != nil, "\(running.rest)")
        leaving.send("SELECT 'never';\n")
        let free = try await gateway.psql(token, ["-At", "-c", "SELECT 'free'"]).run()
        #expect(free.out == "free\n", "\(free)")
        leaving.killNow()
        leaving.finish()
        try await until("the close was entered") {
            try gateway.ledgerKinds().count { $0 == "session-closed" } == 2
        }
        kill(backend, SIGCONT)
        #expect(running.expect("canceling statement") != nil, "\(running.rest)")
        running.endInput()
        running.finish()

        let (last, third) = try session(gateway, token)
        kill(third, SIGSTOP)
        defer { kill(third, SIGCONT) }
        last.send("SELECT 'never';\n")
        let stopped = gateway.drain()
        #expect(stopped.status == 0, "\(stopped)")
        #expect(last.expect("the gateway is stopping") != nil, "\(last.rest)")
        last.endInput()
        last.finish()
    }

    @Test("threat 34: what a client sends to a server that reads nothing waits with the client")
    func copyIn() async throws {
        let server = try PostgresServer()
        let gateway = try TestGateway(
            policies: [Policies.allowAll], label: "test", server: server)
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let file = gateway.directory.file("rows")
        let rows = 200_000
        let line = "\(String(repeating: "x", count: 500))\n"
        try (0..<rows).map { "\($0 + 100)\t\(line)" }.joined()
            .write(toFile: file, atomically: false, encoding: .utf8)
        let size = (rows * line.count)
        let (psql, backend) = try session(gateway, token)
        let before = try residentKilobytes(gateway)
        psql.send("BEGIN;\nSELECT 'begun';\n")
        #expect(psql.expect("begun") != nil, "\(psql.rest)")
        kill(backend, SIGSTOP)
        defer { kill(backend, SIGCONT) }
        psql.send("\\copy customers (id, name) FROM '\(file)'\nSELECT 'copied';\n")
        // The copy begins with the server's answer: it reads so much and then no more.
        kill(backend, SIGCONT)
        try await until("psql reads the file") { try readBytes(psql) > 1 << 20 }
        kill(backend, SIGSTOP)
        var last = (bytes: 0, times: 0)
        try await until("it reads no more") {
            let bytes = try readBytes(psql)
            last = (bytes, bytes == last.bytes ? last.times + 1 : 0)
            return last.times == 2_000
        }
        #expect(last.bytes < size, "the server had it all before it was stopped")
        let growth = try residentKilobytes(gateway) - before
        #expect(growth < Self.growthKilobytesMax)
        kill(backend, SIGCONT)
        #expect(psql.expect("COPY \(rows)") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
    }

    @Test(
        "threat 34: a server that takes connections and says nothing is given up at the limit, and so is a client, with a reason"
    )
    func silent() async throws {
        let server = try PostgresServer()
        let gateway = try TestGateway(
            policies: [Policies.allowAll], label: "test", server: server)
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let slow = try WireClient(bare: gateway)
        slow.send(["tls"], ["startup", ["user": "deploy-bot", "database": "orders"]])
        let text = try String(
            contentsOfFile: server.directory.file("data/postmaster.pid"), encoding: .utf8)
        let postmaster = try #require(text.split(separator: "\n").first.flatMap { Int32($0) })
        kill(postmaster, SIGSTOP)
        defer { kill(postmaster, SIGCONT) }
        let said = try await gateway.psql(token, ["-c", "SELECT 1"]).run()
        #expect(said.status == 2, "\(said)")
        #expect(said.err.contains("the target `orders` cannot be reached"), "\(said)")
        let failed = try gateway.ledgerBodies("session-failed")
        #expect(failed.count == 1, "\(failed)")
        let last = slow.until("ErrorResponse")
        #expect(last.last?.contains("the login took longer than 60 seconds") == true, "\(last)")
    }

    // MARK: Pieces

    /// A session that is open, and the process that serves it.
    private func session(_ gateway: TestGateway, _ token: String) throws -> (Conversation, Int32) {
        let psql = try Conversation(gateway.psql(token, ["-At"]))
        psql.send("SELECT 'server', pg_backend_pid();\n")
        let line = try #require(psql.line(containing: "server|"), "\(psql.rest)")
        return (psql, try #require(Int32(line.split(separator: "|")[1]), "\(line)"))
    }

    /// What the daemon has in memory.
    private func residentKilobytes(_ gateway: TestGateway) throws -> Int {
        try number("VmRSS:", of: gateway.daemon, "status")
    }

    /// What a program has read, of files and sockets together.
    private func readBytes(_ program: Conversation) throws -> Int {
        try number("rchar:", of: program, "io")
    }

    private func number(_ name: String, of program: Conversation, _ file: String) throws -> Int {
        let path = "/proc/\(program.processIdentifier)/\(file)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        let words = line?.split { $0 == " " || $0 == "\t" } ?? []
        return try #require(words.count > 1 ? Int(words[1]) : nil, "\(text)")
    }
}

/// A psql that gets a large result and hands it on to a pipe that is read a byte at a time.
private final class SlowReader {
    /// Characters of one cell.
    static let width = 3_000

    private let psql: Conversation
    private let pipe: Int32
    private var bytes = 0

    init(_ gateway: TestGateway, _ token: String, rows: Int, number: Int) throws {
        let path = gateway.directory.file("pipe\(number)")
        guard mkfifo(path, 0o600) == 0 else { throw Failure("mkfifo: \(path)") }
        pipe = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard pipe >= 0 else { throw Failure("open: \(path)") }
        let copy =
            "COPY (SELECT i, repeat('x', \(Self.width)) FROM generate_series(1, \(rows)) i) TO STDOUT"
        psql = try Conversation(gateway.psql(token, ["-o", path, "-c", copy]))
    }

    deinit {
        leave()
        close(pipe)
    }

    /// One byte, when there is one.
    func readByte() throws { _ = try read(1) }

    /// Everything else; how many bytes it was altogether.
    func readToEnd() throws -> Int {
        while true {
            var poll = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&poll, 1, 60_000) == 1 else { throw Failure("nothing more came") }
            if try read(1 << 16) == 0 { break }
        }
        let said = psql.finish()
        guard said.status == 0 else { throw Failure("psql: \(said)") }
        return bytes
    }

    func leave() {
        psql.killNow()
        psql.finish()
    }

    private func read(_ count: Int) throws -> Int {
        var buffer = [UInt8](repeating: 0, count: count)
        let got = Glibc.read(pipe, &buffer, count)
        guard got >= 0 || errno == EAGAIN else { throw Failure("read: \(errno)") }
        bytes += max(0, got)
        return got
    }
}
