import Foundation
import Shell
import TestKit
import Testing

@Suite("How shells end", .realParts)
struct ShellEndTests {
    @Test("a program's output that somebody else has open does not keep its session")
    func passed() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        // Where any account can reach it, and no session has a directory of its own.
        let place = "/srv/sallyport-test-\(UUID().uuidString.prefix(8))"
        mkdir(place, 0o755)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let holder = try Conversation(
            Command("/usr/bin/python3", ["-u", "-c", Self.holder, place + "/socket"]))
        defer {
            holder.killNow()
            holder.finish()
        }
        #expect(holder.expect("listening") != nil)
        let said = try await shells.exec(
            token, ["python3", "-c", Self.passing, place + "/socket"])
        #expect(said.status == 3, "\(said)")
        #expect(said.out == String(repeating: "x", count: 50_000), "\(said.err)")
        #expect(holder.expect("has 2") != nil)
    }

    static let holder = """
        import os, socket, sys
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(sys.argv[1])
        os.chmod(sys.argv[1], 0o777)
        listening.listen()
        print('listening')
        _, files, _, _ = socket.recv_fds(listening.accept()[0], 100, 2)
        print('has', len(files))
        sys.stdin.read()
        """

    static let passing = """
        import os, socket, sys
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(sys.argv[1])
        socket.send_fds(connection, [b'x'], [1, 2])
        os.write(1, b'x' * 50_000)
        os._exit(3)
        """

    @Test("a session whose own process becomes what cannot be read ends with its status")
    func unreadable() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let script = "import os; os.execv('/bin/echo', ['echo'] + ['x' * 100_000] * 25)"
        let said = try await shells.exec(
            token, ["bash", "-c", "ulimit -s 65536; exec python3 -c \"$0\"", script])
        #expect(said.status == 128 + 9, "\(said)")
        #expect(said.err.contains("does not run"))
    }

    @Test(
        "a signal to a held program ends its session as the signal, and its hold",
        arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func heldSignal(_ number: Int32) async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let running = try Conversation(shells.agent(token, ["exec", "host", "--", "id"]))
        #expect(running.line(containing: "sallyport approve ") != nil, "\(running.rest)")
        kill(running.processIdentifier, number)
        let said = running.finish()
        #expect(said.status == 128 + number, "\(said)")
        #expect(said.out.isEmpty && said.err.contains("ended while it waited"), "\(said)")
        try await until("the hold is over") {
            try shells.gateway.ledgerKinds().contains("hold-abandoned")
        }
    }

    @Test("^C on a terminal ends a held program by SIGINT")
    func heldTerminal() async throws {
        let shells = try ShellGateway()
        let client = try FrameClient(
            shells, token: try await shells.agent(), ["id"],
            terminal: TerminalSize(columns: 80, rows: 24))
        _ = try client.next(.notice)
        try client.send(frame(.input, [3]))
        let end = try client.next(.ended).withUnsafeBytes { try ShellEnd(body: $0) }
        #expect(end == .signalled(SIGINT))
    }

    @Test(
        "a signal gives up a login that waits for people, as it does a program",
        arguments: [false, true])
    func heldLogin(isTerminal: Bool) async throws {
        let policy = Policies.host.replacing(
            "effects: [shell.login]\n    decide: allow",
            with: """
                effects: [shell.login]
                    decide: hold
                    consents: [{ from: "group:dba", count: 1 }]
                    within: 60s
                """)
        let shells = try ShellGateway(policies: [policy])
        let token = try await shells.agent()
        let client = try FrameClient(
            shells, token: token, ["true"],
            terminal: isTerminal ? TerminalSize(columns: 80, rows: 24) : nil)
        _ = try client.next(.notice)
        try client.send(frame(.input, Array("typed".utf8)))
        try client.send(isTerminal ? frame(.input, [3]) : frame(.signal, [0, 0, 0, UInt8(SIGINT)]))
        let end = try client.next(.ended).withUnsafeBytes { try ShellEnd(body: $0) }
        #expect(end == .signalled(SIGINT))
        try await until("the hold is over") {
            try shells.gateway.ledgerKinds().contains("hold-abandoned")
        }
    }

    @Test("as many words as the kernel takes do not end a session")
    func words() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let said = try await shells.exec(
            token, ["bash", "-c", "/bin/echo $(seq 1 70000) | wc -w; echo rest"])
        #expect(said.out == "70000\nrest\n", "\(said.err)")
        #expect(said.status == 0)
    }
}
