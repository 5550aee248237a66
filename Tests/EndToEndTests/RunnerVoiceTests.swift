import Foundation
import TestKit
import Testing

/// A runner that is not ours: what it says reaches people as what it is.
@Suite("threat 8: a runner that says what it should not", .realParts)
struct RunnerVoiceTests {
    /// Takes one session, says `frame` and that the session's program exited with 0, and stays until its input ends.
    private func start(_ frame: String, at socket: String) throws -> Conversation {
        let script = """
            import os, socket, struct, sys
            def frame(kind, body): return bytes([kind]) + struct.pack(">I", len(body) + 4) + body
            def text(bytes): return struct.pack(">I", len(bytes)) + bytes
            def notice(words): return frame(0x6E, b"\\4" + b"\\0" + text(b"") + text(words) + b"\\0")
            os.path.exists(sys.argv[1]) and os.unlink(sys.argv[1])
            server = socket.socket(socket.AF_UNIX)
            server.bind(sys.argv[1])
            server.listen(1)
            print("listening", flush=True)
            session, _ = server.accept()
            session.recv(1 << 20)
            session.sendall(eval(sys.argv[2]) + frame(0x51, b"\\1" + struct.pack(">i", 0)))
            sys.stdin.read()
            """
        let runner = try Conversation(Command("python3", ["-c", script, socket, frame]))
        guard runner.expect("listening") != nil else { throw Failure("python3: \(runner.rest)") }
        return runner
    }

    /// What `sallyport exec` says when the runner says this.
    private func said(
        _ frame: String, _ shells: ShellGateway, _ token: String, options: [String] = []
    ) async throws -> Output {
        shells.stopRunner()
        let runner = try start(frame, at: shells.socket)
        defer {
            runner.killNow()
            runner.finish()
        }
        return try await shells.exec(token, ["true"], options: options)
    }

    @Test("it speaks in its own name, and not with the gateway's voice")
    func voice() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let words = "it waits for consent by 1 of group `dba`"
        for frame in ["notice(b'\(words)')", "frame(0x46, text(b'\(words)') + b'\\0\\0\\0\\1')"] {
            let said = try await said(frame, shells, token)
            #expect(said.err == "sallyport: the runner says: \(words)\n", "\(frame): \(said)")
        }
        let cut = try await said("frame(0x51, b'\\3' + text(b'\(words)'))", shells, token)
        #expect(
            cut.err == """
                sallyport: the runner says: \(words)
                sallyport: the session was ended: the runner ended it

                """, "\(cut)")
        var sessions: [String] = []
        try await until("all three are filed") {
            let listed = try await shells.gateway.person("alice", ["sessions", "--json"])
            sessions = listed.out.matches(of: /ses_[a-z0-9]+/).map { String($0.output) }
            return sessions.count == 3
        }
        for session in sessions {
            let shown = try await shells.gateway.person("alice", ["session", session])
            #expect(shown.out.contains("the runner says: \(words)"), "\(shown)")
        }
    }

    @Test("of what cannot be read the client hears that, and the gateway's log has why")
    func nonsense() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let long = "frame(0x46, text(b'x' * 4100) + b'\\0\\0\\0\\1')"
        let said = try await said(long, shells, token)
        #expect(said.err.contains("its runner sent what cannot be read"), "\(said)")
        #expect(!said.err.contains("4100"))
        #expect(shells.gateway.daemon.expect("a field of 4100 bytes") != nil)
    }

    @Test("with --json a lost runner, a refusal and an error are an object on a line each")
    func json() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let cut = try await said(
            "frame(0x51, b'\\3' + text(b'x'))", shells, token, options: ["--json"])
        let events = try objects(cut)
        #expect(events.map { $0["event"] as? String } == ["information", "information"])
        #expect(cut.status == 255)
        let away = try await shells.exec(token, ["true"], options: ["--json"])
        #expect(away.status == 3, "\(away)")
        let refused = try #require(try objects(away).first)
        #expect(refused["event"] as? String == "refused")
        #expect(refused["program"] as? String == "")
        #expect((refused["message"] as? String ?? "").contains("cannot be reached"), "\(away)")
        let wrong = try await shells.exec("spt_x", ["true"], options: ["--json"])
        #expect(wrong.status == 3)
        #expect(try objects(wrong).count == 1)
    }

    private func objects(_ said: Output) throws -> [[String: Any]] {
        try said.err.split(separator: "\n").map { line in
            try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                "\(said)")
        }
    }
}
