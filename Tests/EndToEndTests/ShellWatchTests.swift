import Foundation
import TestKit
import Testing

@Suite("Watching shells", .realParts)
struct ShellWatchTests {
    @Test("who joins sees every byte from the first on, as the session's own client does")
    func exact() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let running = try Conversation(
            shells.agent(
                token,
                [
                    "exec", "host", "--", "sh", "-c",
                    "echo first; read go; seq 1 60000; read go; echo last",
                ]))
        #expect(running.expect("first\n") != nil)
        let id = try await shells.gateway.openSession()
        let watchers = try (0..<2).map { _ in
            try Conversation(shells.gateway.command(of: "alice", ["join", id, "--raw"]))
        }
        for watcher in watchers { #expect(watcher.expect("first\n") != nil) }
        #expect(running.expect("alice watches this session") != nil)
        running.send("go\n")
        #expect(running.expect("\n60000\n") != nil)
        let late = try Conversation(shells.gateway.command(of: "alice", ["join", id, "--raw"]))
        #expect(late.expect("\n30000\n") != nil)
        running.send("go\n")
        let said = running.finish()
        #expect(said.status == 0 && said.out.hasSuffix("\nlast\n"))
        for watcher in watchers + [late] {
            let seen = watcher.finish()
            #expect(seen.out == said.out)
            #expect(seen.status == 0)
            #expect(seen.err.contains("the session has ended: exited 0"), "\(seen.err)")
        }
        let kinds = try shells.gateway.ledgerKinds()
        #expect(kinds.count { $0 == "session-joined" } == 3)
    }

    @Test("who watches is told what is refused and held, in the order of the session")
    func notices() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let running = try Conversation(
            shells.agent(token, ["exec", "host", "--", "sh", "-c", "read go; wget; read go; id"]))
        let id = try await shells.gateway.openSession()
        let watcher = try Conversation(shells.gateway.command(of: "alice", ["join", id]))
        #expect(running.expect("alice watches this session") != nil)
        running.send("go\n")
        #expect(watcher.expect("refused  wget") != nil, "\(watcher.rest)")
        running.send("go\n")
        #expect(watcher.expect("it waits for consent by 1 of group `dba`") != nil)
        let killed = try await shells.gateway.person("alice", ["kill", id, "--reason", "enough"])
        #expect(killed.status == 0, "\(killed)")
        let said = running.finish()
        #expect(said.status == 255)
        #expect(said.err.contains("the session was ended: killed by alice: enough"), "\(said)")
        #expect(watcher.finish().out.contains("closed  killed by alice: enough"))
        try await until("nobody is asked any more") {
            let holds = try await shells.gateway.person("alice", ["holds", "--state", "pending"])
            return holds.status == 0 && !holds.out.contains("hld_")
        }
    }

    @Test("a session of statements is watched and ended too")
    func statements() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll])
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let psql = try Conversation(gateway.psql(token, ["-v", "VERBOSITY=verbose"]))
        psql.send("SELECT 'one' AS a;\n")
        #expect(psql.expect("one") != nil)
        let id = try await gateway.openSession()
        let watcher = try Conversation(gateway.command(of: "alice", ["join", id]))
        #expect(watcher.expect("SELECT 'one' AS a") != nil)
        psql.send("SELECT 'two' AS b;\n")
        #expect(watcher.expect("SELECT 'two' AS b") != nil)
        let killed = try await gateway.person("alice", ["kill", id])
        #expect(killed.status == 0, "\(killed)")
        #expect(watcher.expect("killed by alice") != nil)
        #expect(watcher.finish().status == 0)
        psql.send("SELECT 3;\n")
        #expect(psql.expect("killed by alice") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
    }

    static let moderated = Policies.host.replacingOccurrences(
        of: "effects: [shell.login]\n    decide: allow",
        with:
            "effects: [shell.login]\n    decide: allow\n    moderators: [{ from: \"group:dba\" }]\n    grace: 60s"
    )

    @Test(
        "a session that has to be watched begins when they come, stands still while they are away, and goes on"
    )
    func moderators() async throws {
        let shells = try ShellGateway(policies: [Self.moderated])
        let gateway = shells.gateway
        let token = try await shells.agent()
        try await gateway.logIn("bob")
        let inbox = try Conversation(gateway.command(of: "bob", ["watch"]))
        #expect(inbox.expect("Watching ") != nil)
        let running = try Conversation(
            shells.agent(
                token,
                [
                    "exec", "host", "--", "sh", "-c",
                    "echo begun; while read line; do /bin/echo got $line; done; echo done",
                ]))
        #expect(running.expect("waits for moderators: 1 of group `dba`") != nil)
        let id = try await gateway.openSession(as: "bob")
        #expect(inbox.expect("\(id)  waits for moderators: 1 of group `dba`") != nil)
        inbox.terminate()
        inbox.finish()
        // Who opens the inbox later is told too.
        let late = try Conversation(gateway.command(of: "bob", ["watch"]))
        #expect(late.expect("\(id)  waits for moderators: 1 of group `dba`") != nil)
        late.terminate()
        late.finish()
        let listed = try await gateway.person("bob", ["sessions", "--open"])
        #expect(listed.out.contains("waits for moderators: 1 of group `dba`"), "\(listed)")
        // The owner may watch, but does not count.
        let owner = try Conversation(gateway.command(of: "alice", ["join", id]))
        #expect(owner.expect("waits for moderators") != nil)
        let first = try Conversation(gateway.command(of: "bob", ["join", id, "--raw"]))
        #expect(running.expect("begun\n") != nil, "\(running.rest)")
        #expect(first.expect("begun\n") != nil)
        running.send("one\n")
        #expect(running.expect("got one\n") != nil)
        first.terminate()
        first.finish()
        #expect(running.expect("stands still for 60s at most") != nil, "\(running.rest)")
        running.send("two\n")
        #expect(running.expect("what you type is lost") != nil)
        let second = try Conversation(gateway.command(of: "bob", ["join", id, "--raw"]))
        #expect(running.expect("the session goes on") != nil)
        running.send("three\n")
        running.endInput()
        let said = running.finish()
        #expect(said.out == "begun\ngot one\ngot three\ndone\n", "\(said)")
        #expect(said.status == 0)
        #expect(second.finish().out == said.out)
        _ = owner.finish()
        let kinds = try gateway.ledgerKinds().filter {
            ["session-moderated", "session-paused", "session-resumed"].contains($0)
        }
        #expect(kinds == ["session-moderated", "session-paused", "session-resumed"])
    }

    private static func moderated(denying effects: String) -> String {
        moderated + "\n  - rule: closed\n    effects: [\(effects)]\n"
            + (effects == "shell.exec" ? "    objects: [\"/usr/bin/id\"]\n" : "")
            + "    decide: deny\n"
    }

    @Test("a session that new policies deny ends, and does not go on with nobody who has to watch")
    func denied() async throws {
        let shells = try ShellGateway(policies: [Self.moderated])
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let running = try Conversation(
            shells.agent(token, ["exec", "host", "--", "sh", "-c", "echo begun; cat"]))
        let id = try await shells.gateway.openSession(as: "bob")
        let watcher = try Conversation(shells.gateway.command(of: "bob", ["join", id]))
        #expect(running.expect("begun\n") != nil, "\(running.rest)")
        try shells.gateway.reload(policies: [Self.moderated(denying: "shell.login")])
        let said = running.finish()
        #expect(said.status == 255)
        #expect(said.err.contains("no policy allows the session any more"), "\(said)")
        watcher.finish()
    }

    @Test(
        "what is consented to while a session stands still is decided when it goes on",
        arguments: [true, false])
    func consentedMeanwhile(isDenied: Bool) async throws {
        let shells = try ShellGateway(policies: [Self.moderated])
        let gateway = shells.gateway
        let token = try await shells.agent()
        try await gateway.logIn("bob")
        let running = try Conversation(
            shells.agent(
                token, ["exec", "host", "--", "sh", "-c", "echo begun; id -un; echo rest $?"]))
        let id = try await gateway.openSession(as: "bob")
        let first = try Conversation(gateway.command(of: "bob", ["join", id]))
        let hold = try #require(
            running.line(containing: "sallyport approve ")?.firstMatch(of: /hld_[a-z0-9]+/)
        ).output
        first.terminate()
        first.finish()
        #expect(running.expect("stands still for 60s at most") != nil, "\(running.rest)")
        let approved = try await gateway.person("bob", ["approve", String(hold)])
        #expect(approved.status == 0, "\(approved)")
        if isDenied { try gateway.reload(policies: [Self.moderated(denying: "shell.exec")]) }
        let shown = try await gateway.person("bob", ["hold", String(hold)])
        #expect(shown.out.contains("approved"), "\(shown)")
        let second = try Conversation(gateway.command(of: "bob", ["join", id]))
        let said = running.finish()
        let expected = isDenied ? "rest 126\n" : "\(ShellGateway.account)\nrest 0\n"
        #expect(said.out == "begun\n" + expected, "\(said)")
        second.finish()
    }

    @Test(
        "what a program wrote, and how it ended, is not lost when it ends in a session that stands still"
    )
    func endsMeanwhile() async throws {
        let shells = try ShellGateway(policies: [Self.moderated])
        let gateway = shells.gateway
        let token = try await shells.agent()
        try await gateway.logIn("bob")
        let flag = "/home/\(ShellGateway.account)/go-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: flag) }
        let running = try Conversation(
            shells.agent(
                token,
                [
                    "exec", "host", "--", "sh", "-c",
                    "echo begun; while [ ! -e \(flag) ]; do :; done; echo late; exit 5",
                ]))
        let id = try await gateway.openSession(as: "bob")
        let first = try Conversation(gateway.command(of: "bob", ["join", id]))
        #expect(running.expect("begun\n") != nil, "\(running.rest)")
        first.terminate()
        first.finish()
        #expect(running.expect("stands still for 60s at most") != nil, "\(running.rest)")
        #expect(isRunning(flag))
        try "".write(toFile: flag, atomically: true, encoding: .utf8)
        try await until("the program has ended") { !isRunning(flag) }
        let second = try Conversation(gateway.command(of: "bob", ["join", id, "--raw"]))
        let said = running.finish()
        #expect(said.status == 5, "\(said)")
        #expect(said.out == "begun\nlate\n")
        #expect(second.finish().out == said.out)
    }

    /// Whether a `sh -c` with this in its text is there.
    private func isRunning(_ text: String) -> Bool {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.contains { number in
            guard number.allSatisfy(\.isNumber),
                let data = FileManager.default.contents(atPath: "/proc/\(number)/cmdline")
            else { return false }
            let words = String(decoding: data, as: UTF8.self)
            return words.hasPrefix("sh\0-c\0") && words.contains(text)
        }
    }

    @Test("a session whose moderators stay away ends, and says why")
    func grace() async throws {
        let shells = try ShellGateway(
            policies: [Self.moderated.replacingOccurrences(of: "grace: 60s", with: "grace: 1s")])
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let running = try Conversation(
            shells.agent(token, ["exec", "host", "--", "sh", "-c", "echo begun; cat"]))
        let id = try await shells.gateway.openSession(as: "bob")
        let watcher = try Conversation(shells.gateway.command(of: "bob", ["join", id]))
        #expect(running.expect("begun\n") != nil, "\(running.rest)")
        watcher.terminate()
        watcher.finish()
        let said = running.finish()
        #expect(said.status == 255)
        #expect(said.err.contains("those who have to watch it were away for 1s"), "\(said)")
    }
}
