import Foundation
import TestKit
import Testing

/// What a session of programs leaves behind, as a security team looks at it.
@Suite("A shell's recording", .realParts)
struct ShellRecordingTests {
    @Test("its programs are shown as a tree, and what they wrote and were called is found")
    func tree() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let text = "printf 'quar'; printf 'terly report\\n'; /bin/ls / >/dev/null; wget -V; exit 3"
        let said = try await shells.exec(token, ["sh", "-c", text])
        #expect(said.status == 3, "\(said)")
        let id = try await shells.endedSession()
        let shown = try await shells.gateway.person("alice", ["session", id])
        let lines = shown.out.split(separator: "\n")
        let first = try #require(lines.first { $0.contains("#1 ") }, "\(shown)")
        #expect(first.contains("allow") && first.contains("→ exited 3"))
        let list = try #require(lines.first { $0.contains("ls /") && !$0.contains("#1 ") })
        #expect(list.contains("s    #2 allow") && list.contains("→ exited 0"), "\(list)")
        let refused = try #require(lines.first { $0.contains("#3 ") })
        #expect(refused.contains("s    #3 deny") && refused.contains("hosts/no-downloads"))

        let json = try await shells.gateway.person("alice", ["session", id, "--json"])
        let story = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
        let programs = try #require(story?["programs"] as? [[String: Any]])
        #expect(programs.map { $0["number"] as? Int } == [1, 2, 3])
        #expect(programs.map { $0["parent"] as? Int } == [nil, 1, 1])
        #expect(programs.map { $0["verdict"] as? String } == ["allow", "allow", "deny"])
        #expect(programs[1]["values"] as? [String] == ["/bin/ls", "/"])

        let found = try await shells.gateway.person("alice", ["search", "quarterly", "--json"])
        let hits = try JSONSerialization.jsonObject(with: Data(found.out.utf8)) as? [[String: Any]]
        #expect(hits?.compactMap { $0["text"] as? String } == ["quarterly report"], "\(found)")
        #expect(hits?.first?["session"] as? String == id)
        #expect(hits?.first?["isOutput"] as? Bool == true)
        let whole = try await shells.gateway.person(
            "alice", ["search", "--session", id, "wget"])
        #expect(whole.out.contains("wget"), "\(whole)")
    }

    @Test(
        "threat 18: a terminal's is shown by asciinema as it was, and played without what acts on the viewer's"
    )
    func terminal() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let text =
            "printf '\\033]0;title\\007\\033[31mgr\\303'; /bin/true; printf '\\274n\\033[0m\\n'; exit 0"
        let said = try shells.onTerminal(
            shells.agent(token, ["exec", "--terminal", "host", "--", "sh", "-c", text])
        ).finish()
        #expect(said.status == 0, "\(said)")
        let green = "\u{1B}[31mgr\u{FC}n\u{1B}[0m\r\n"
        #expect(said.out.hasPrefix("\u{1B}]0;title\u{7}\u{1B}[31mgr"), "\(said)")
        let id = try await shells.endedSession()

        let file = shells.gateway.directory.file("one.cast")
        let exported = try await shells.gateway.person(
            "alice", ["session", id, "--asciicast", file])
        #expect(exported.status == 0, "\(exported)")
        let cast = try String(contentsOfFile: file, encoding: .utf8)
        #expect(cast.hasPrefix("{\"version\": 2, \"width\": 80, \"height\": 24"), "\(cast)")
        #expect(cast.contains("\"m\", \"#2 allow"), "\(cast)")
        let printed = try await shells.gateway.person("alice", ["session", id, "--asciicast"])
        #expect(printed.out == cast)
        var cat = Command("asciinema", ["cat", file])
        cat.environment["HOME"] = shells.gateway.directory.path
        let shown = try shells.onTerminal(cat).finish()
        #expect(shown.out == "\u{1B}]0;title\u{7}" + green, "\(shown)")

        let play = shells.gateway.command(of: "alice", ["play", id, "--speed", "0"])
        let played = try shells.onTerminal(play).finish()
        #expect(played.status == 0 && played.out.hasPrefix(green), "\(played)")
        #expect(!played.out.contains("title"))
        let written = try await play.run()
        #expect(written.out.contains("\\u{1b}]0;title\\u{7}\\u{1b}[31mgr"), "\(written)")
        #expect(!written.out.contains("\u{1B}"))
        var raw = play
        raw.arguments.append("--raw")
        #expect(try await raw.run().out == "\u{1B}]0;title\u{7}" + green)
    }

    @Test("what nobody waited for is recorded as held, with its rule and its hold")
    func notWaitedFor() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let said = try await shells.exec(
            token, ["id", "-un"], options: ["--json", "--wait", "0"])
        let hold = try #require(said.err.firstMatch(of: /hld_[a-z0-9]+/)).output
        let id = try await shells.endedSession()
        let json = try await shells.gateway.person("alice", ["session", id, "--json"])
        let story = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
        let program = try #require((story?["programs"] as? [[String: Any]])?.first)
        #expect(program["verdict"] as? String == "hold", "\(json)")
        #expect(json.out.contains("hosts/identity") || json.out.contains("hosts\\/identity"))
        #expect(json.out.contains(String(hold)), "\(json)")
    }

    @Test("the terminal is as it was when the player ends, by a key or by a signal")
    func restored() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let text = "echo first; /bin/sleep 1; echo last"
        _ = try shells.onTerminal(
            shells.agent(token, ["exec", "--terminal", "host", "--", "sh", "-c", text])
        ).finish()
        let id = try await shells.endedSession()
        let play = shells.gateway.command(of: "alice", ["play", id])
        for end in ["key", "signal"] {
            let file = shells.gateway.directory.file("play-\(end)")
            // The player takes the shell's place in the foreground, and its number is known.
            try """
            before=$(stty -g)
            sh -c 'echo player $$; exec "$0" play \(id) --speed 0.05 --idle-limit 600' \(play.program)
            echo "status $?"
            [ "$before" = "$(stty -g)" ] && echo same || echo changed
            """.write(toFile: file, atomically: true, encoding: .utf8)
            var script = Command(
                "script", ["-q", "-e", "-f", "-c", "/bin/sh \(file)", "/dev/null"])
            script.environment = play.environment
            script.environment["SHELL"] = "/bin/sh"
            let conversation = try Conversation(script)
            // It shows something only when it reads its keys.
            let begun = try #require(conversation.expect("first"), "\(conversation.rest)")
            let number = try #require(begun.firstMatch(of: /player (\d+)/).flatMap { Int32($0.1) })
            if end == "key" { conversation.send("q") } else { _ = Foundation.kill(number, SIGTERM) }
            let said = conversation.finish()
            #expect(said.out.contains("same"), "\(end): \(said)")
            #expect(said.out.contains(end == "key" ? "status 0" : "status 143"), "\(end): \(said)")
        }
    }
}
