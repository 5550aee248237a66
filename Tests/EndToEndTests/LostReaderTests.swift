import Foundation
import TestKit
import Testing

@Suite("Commands whose reader leaves", .realParts)
struct LostReaderTests {
    /// Runs the command with standard output, or standard error, into a pipe that nobody reads.
    private func unread(_ command: Command, stream: String = "stdout") -> Command {
        let script = """
            import os, subprocess, sys
            read, write = os.pipe()
            os.close(read)
            code = subprocess.run(sys.argv[2:], **{sys.argv[1]: write}).returncode
            sys.exit(code if code >= 0 else 128 - code)
            """
        var run = Command("python3", ["-c", script, stream, command.program] + command.arguments)
        run.environment = command.environment
        return run
    }

    @Test("a program that writes for ever ends when nobody reads it, and its session with it")
    func endless() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        var line = shells.agent(token, ["exec", "host", "--", "yes"])
        line.arguments =
            [
                "-c", "\"$@\" | head -n 1; echo \"${PIPESTATUS[0]}\"", "bash", line.program,
            ] + line.arguments
        line.program = "/bin/bash"
        let said = try await line.run()
        #expect(said.out == "y\n141\n", "\(said)")
        #expect(said.err.isEmpty, "\(said)")
        try await until("the session is closed") {
            try shells.gateway.ledgerKinds().contains("session-closed")
        }
        let errors = shells.agent(token, ["exec", "host", "--", "sh", "-c", "yes >&2"])
        #expect(try await unread(errors, stream: "stderr").run().status == 141)
    }

    @Test("what cannot be written is said, and ends the session too")
    func full() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        var line = shells.agent(token, ["exec", "host", "--", "yes"])
        line.arguments = ["-c", "\"$@\" > /dev/full", "sh", line.program] + line.arguments
        line.program = "/bin/sh"
        let said = try await line.run()
        #expect(said.status == 1)
        #expect(said.err == "sallyport: standard output: No space left on device\n")
    }

    @Test("every command that prints leaves quietly")
    func quietly() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let said = try await shells.exec(token, ["echo", "text"])
        #expect(said.status == 0, "\(said)")
        let session = try await shells.filedSession()
        for words in [
            ["sessions"], ["sessions", "--json"], ["session", session],
            ["session", session, "--json"], ["session", session, "--asciicast"],
            ["play", "--speed", "0", session], ["play", "--raw", "--speed", "0", session],
            ["search", "text"], ["targets"], ["tokens"], ["keys"],
            ["--help"], ["session", "--help"],
        ] {
            let left = try await unread(shells.gateway.command(of: "alice", words)).run()
            #expect(left.status == 141, "\(words): \(left)")
            #expect(left.err.isEmpty, "\(words): \(left)")
        }
        try await shells.gateway.logIn("carol")
        let ledger = shells.gateway.command(of: "carol", ["ledger", "tail", "--follow"])
        let left = try await unread(ledger).run()
        #expect(left.status == 141 && left.err.isEmpty, "\(left)")
    }
}
