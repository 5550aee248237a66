import Foundation
import TestKit
import Testing

/// What is sent to a session of programs is on the record where a rule says so, and nowhere else.
@Suite("Recorded input of programs", .realParts)
struct ShellInputTests {
    private static let typed = Policies.host.replacingOccurrences(
        of: "effects: [shell.login]\n    decide: allow",
        with: "effects: [shell.login]\n    decide: allow\n    record: input")

    /// The texts of the newest session's events of this kind: `i` for input, `o` for output.
    private func recorded(_ code: String, _ shells: ShellGateway) async throws -> String {
        let cast = try await shells.gateway.person(
            "alice", ["session", shells.endedSession(), "--asciicast"])
        #expect(cast.status == 0, "\(cast)")
        return try cast.out.split(separator: "\n").dropFirst().map { line in
            let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any] ?? []
            guard event.count == 3, event[1] as? String == code else { return "" }
            return event[2] as? String ?? ""
        }.joined()
    }

    @Test(
        "whatever program of a session without a terminal reads it, byte by byte",
        arguments: [
            "first line\nthen more\n", String(repeating: "0123456789abcde\n", count: 20_000),
        ]
    )
    func exec(input: String) async throws {
        let shells = try ShellGateway(policies: [Self.typed])
        let said = try await shells.exec(
            try await shells.agent(), ["sh", "-c", "echo beginning; /bin/cat | wc -c"], input: input
        )
        #expect(
            said.status == 0 && said.out == "beginning\n\(input.utf8.count)\n", "\(said)")
        let kept = try await recorded("i", shells)
        let isWhole = kept == input
        #expect(isWhole, "\(kept.count) of \(input.count)")
    }

    @Test("by `ssh` as well")
    func ssh() async throws {
        let shells = try ShellGateway(policies: [Self.typed])
        let clients = try await SSHClients(shells)
        var client = clients.client("ssh", ["host.sallyport", "wc", "-c"])
        client.input = "by ssh\n"
        let said = try await client.run()
        #expect(said.status == 0 && said.out == "7\n", "\(said)")
        #expect(try await recorded("i", shells) == "by ssh\n")
    }

    @Test("never of a terminal, which may not echo what is typed, and nowhere without a rule")
    func notRecorded() async throws {
        let shells = try ShellGateway(policies: [Self.typed])
        let terminal = try shells.onTerminal(
            shells.agent(
                try await shells.agent(),
                [
                    "exec", "--terminal", "host", "--", "sh", "-c",
                    "stty -echo; echo ready; read line; exit 5",
                ]))
        #expect(terminal.expect("ready") != nil, "\(terminal.rest)")
        terminal.send("secret\n")
        #expect(terminal.finish().status == 5)
        #expect(try await recorded("i", shells) == "")
        #expect(try await recorded("o", shells) == "ready\r\n")

        let plain = try ShellGateway()
        let said = try await plain.exec(try await plain.agent(), ["wc", "-c"], input: "not that\n")
        #expect(said.out == "9\n", "\(said)")
        #expect(try await recorded("i", plain) == "")
    }

    @Test("what cannot be recorded is not read by anybody, and the session ends")
    func broken() async throws {
        let broken = try BrokenDisk()
        let shells = try ShellGateway(policies: [Self.typed], environment: broken.environment)
        let running = try Conversation(
            shells.agent(
                try await shells.agent(),
                ["exec", "host", "--", "sh", "-c", "while read line; do echo saw $line; done"]))
        running.send("one\n")
        #expect(running.expect("saw one") != nil, "\(running.rest)")
        try broken.fail(under: shells.gateway.home + "/var/recordings")
        running.send("two\n")
        let ended = running.finish()
        #expect(ended.status == 255 && !ended.out.contains("two"), "\(ended)")
        #expect(ended.err.contains("recording failed"), "\(ended)")
        try broken.mend()
    }
}
