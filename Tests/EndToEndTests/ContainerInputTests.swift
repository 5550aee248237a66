import Foundation
import TestKit
import Testing

/// What is given to a container to read is on the record where a rule says so, and nowhere else.
@Suite("Recorded input of containers", .realParts)
struct ContainerInputTests {
    /// Beside a policy that allows all of this.
    private static func typed(_ effect: String) -> String {
        """
        policy: typed
        targets: { kind: docker }
        rules:
          - rule: typed
            effects: [\(effect)]
            decide: allow
            record: input
        """
    }

    /// `i ls` for each event with bytes, of the session in which a container wrote `text`.
    private func streams(_ gateway: TestGateway, _ text: String) async throws -> [String] {
        var session = ""
        try await until("the session has ended and is filed") {
            let found = try await gateway.person("alice", ["search", text])
            session = found.out.firstMatch(of: /ses_[a-z0-9]+/).map { String($0.output) } ?? ""
            guard !session.isEmpty else { return false }
            return try await gateway.person("alice", ["session", session, "--json"]).out
                .contains("\"closed\"")
        }
        let cast = try await gateway.person("alice", ["session", session, "--asciicast"])
        #expect(cast.status == 0, "\(cast)")
        return try cast.out.split(separator: "\n").dropFirst().compactMap { line in
            let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any] ?? []
            guard event.count == 3, let code = event[1] as? String, let text = event[2] as? String
            else { return nil }
            return ["i", "o"].contains(code) ? "\(code) \(text)" : nil
        }
    }

    private func joined(_ streams: [String], _ code: String) -> String {
        streams.filter { $0.hasPrefix(code) }.map { String($0.dropFirst(2)) }.joined()
    }

    @Test("of an `exec` that its making's rule wants recorded, and played without it", .engine)
    func exec() async throws {
        let containers = try ContainerGateway(
            policies: [Policies.containers, Self.typed("container.exec")])
        let agent = try await containers.agent()
        let name = containers.name("exec")
        let made = try await agent.docker([
            "run", "--detach", "--name", name, "bb", "sleep", "1000",
        ]).run()
        #expect(made.status == 0, "\(made)")
        let text = "first typed\nthen more\n"
        let said = try await agent.docker(
            ["exec", "-i", name, "sh", "-c", "echo begin''ning; wc -c"], input: text
        ).run()
        #expect(said.status == 0 && said.out == "beginning\n22\n", "\(said)")
        let streams = try await streams(containers.gateway, "beginning")
        #expect(joined(streams, "i") == text, "\(streams)")
        #expect(joined(streams, "o") == "beginning\r\n22\r\n", "\(streams)")

        let terminal = try containers.gateway.onTerminal(
            agent.docker(["exec", "-it", name, "sh"]), columns: 80, rows: 24)
        #expect(terminal.expect("# ") != nil, "\(terminal.rest)")
        terminal.send("stty -echo; echo on''screen; cat > /dev/null; exit 5\r")
        #expect(terminal.expect("onscreen\r\n") != nil, "\(terminal.rest)")
        terminal.send("quiet\r\u{4}")
        let ended = terminal.finish()
        #expect(ended.status == 5, "\(ended)")
        let shown = try await self.streams(containers.gateway, "onscreen")
        // Also what the terminal did not show.
        #expect(joined(shown, "i").hasSuffix("exit 5\rquiet\r\u{4}"), "\(shown)")
        #expect(!joined(shown, "o").contains("quiet"), "\(shown)")

        // Attached, which no rule wants recorded.
        let attached = try await agent.docker(
            ["run", "--rm", "-i", "bb", "sh", "-c", "echo from''the''container; cat"],
            input: "not that\n"
        ).run()
        #expect(
            attached.status == 0 && attached.out == "fromthecontainer\nnot that\n", "\(attached)")
        let plain = try await self.streams(containers.gateway, "fromthecontainer")
        #expect(joined(plain, "i").isEmpty && !joined(plain, "o").isEmpty, "\(plain)")
    }

    @Test(
        "of an attachment; `play` and `join` show what came back, and a transcript has both",
        .engine)
    func attach() async throws {
        let containers = try ContainerGateway(
            policies: [Policies.containers, Self.typed("container.attach")])
        let agent = try await containers.agent()
        let said = try await agent.docker(
            ["run", "--rm", "-i", "bb", "sh", "-c", "echo from''inside; wc -l"], input: "a\nb\n"
        ).run()
        #expect(said.status == 0 && said.out == "frominside\n2\n", "\(said)")
        #expect(try await joined(streams(containers.gateway, "frominside"), "i") == "a\nb\n")
        let found = try await containers.gateway.person("alice", ["search", "frominside"])
        let session = try #require(found.out.firstMatch(of: /ses_[a-z0-9]+/)).output
        let raw = try await containers.gateway.person(
            "alice", ["play", String(session), "--speed", "0", "--raw"])
        #expect(raw.status == 0 && raw.out == "frominside\n2\n", "\(raw)")
        let transcript = try await containers.gateway.person(
            "alice", ["play", String(session), "--speed", "0"])
        #expect(transcript.out.contains("input  a\\u{a}b\\u{a}"), "\(transcript)")
    }

    @Test("that cannot be recorded does not pass, and ends the session")
    func broken() async throws {
        let broken = try BrokenDisk()
        let wire = try await WireGateway(
            policies: [WireGateway.policy(), Self.typed("container.attach")],
            environment: broken.environment)
        let (client, peer) = try wire.session()
        client.send(
            wire.head(
                "POST /containers/web/attach?stream=1&stdin=1&stdout=1",
                ["Connection: Upgrade", "Upgrade: tcp", "Content-Length: 0"]))
        try peer.answerQuestions()
        #expect(try peer.request().line.contains("/attach?"))
        try peer.send(
            "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
        #expect(try client.response().status == 101)
        client.send("seen\n")
        #expect(try peer.read(until: "\n") == "seen\n")
        try broken.fail(under: wire.gateway.home + "/var/recordings")
        client.send("not seen\n")
        #expect(try peer.rest() == "")
        _ = try client.rest()
        try broken.mend()
    }
}
