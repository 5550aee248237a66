import Foundation
import TestKit
import Testing

@Suite("Shells", .realParts)
struct ShellTests {
    @Test("a program's output, errors and exit status are its own")
    func exact() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let said = try await shells.exec(
            token, ["/bin/sh", "-c", "echo out; echo err >&2; cat; exit 7"], input: "in\n")
        #expect(said.out == "out\nin\n")
        #expect(said.err == "err\n")
        #expect(said.status == 7)
        let signalled = try await shells.exec(token, ["sh", "-c", "kill -TERM $$"])
        #expect(signalled.status == 128 + 15)
        let missing = try await shells.exec(token, ["no-such-program"])
        #expect(missing.status == 127)
        #expect(missing.err.contains("no such program"))
        let forbidden = try await shells.exec(token, ["/etc/passwd"])
        #expect(forbidden.status == 126)
    }

    @Test("--env sends what the target lists, and nothing else")
    func sentVariables() async throws {
        let shells = try ShellGateway(target: ["    environment: [DEPLOY_STAGE, EMPTY]"])
        let options = [
            "--env", "DEPLOY_STAGE=blue", "--env", "EMPTY=", "--env", "LANG=en_US.UTF-8",
            "--env", "OTHER=x", "--env", "HOME",
        ]
        let token = try await shells.agent()
        let said = try await shells.exec(token, ["env"], options: options)
        let lines = said.out.split(separator: "\n")
        for line in ["DEPLOY_STAGE=blue", "EMPTY=", "LANG=en_US.UTF-8"] {
            #expect(lines.contains(Substring(line)), "\(said)")
        }
        #expect(!said.out.contains("OTHER="))
        #expect(lines.contains("HOME=/home/\(ShellGateway.account)"))
        let missing = try await shells.exec(token, ["env"], options: ["--env", "NOT_SET_HERE"])
        #expect(missing.status == 2, "\(missing)")
    }

    @Test("threat 31: the runner's own socket is not seen, wherever it is")
    func ownSocket() async throws {
        let shells = try ShellGateway(place: "/opt")
        let directory = URL(fileURLWithPath: shells.socket).deletingLastPathComponent().path
        #expect(try await Command("ls", [directory]).run().out == "runner.sock\n")
        let said = try await shells.exec(try await shells.agent(), ["ls", "-A", directory])
        #expect(said.status == 0 && said.out == "", "\(said)")
    }

    @Test("a refused program says its rule and exits with 126, wherever it was started from")
    func refused() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let first = try await shells.exec(token, ["wget", "--version"])
        #expect(first.status == 126)
        #expect(first.err.contains("hosts/no-downloads"))
        let nested = try await shells.exec(
            token,
            ["sh", "-c", "x=$(printf 'd2dldCAtLXZlcnNpb24K' | base64 -d | sh); echo rest $?"])
        #expect(nested.out == "rest 126\n")
        #expect(nested.err.contains("hosts/no-downloads"))
    }

    @Test(
        "threat 31: a script in a directory of the account's own is what no rule can name",
        arguments: [false, true])
    func ownScript(isAnythingAllowed: Bool) async throws {
        let home = "/home/\(ShellGateway.account)"
        let objects = isAnythingAllowed ? "\"*\"" : "/usr/bin, \(home)"
        let policy = Policies.transfers.replacing(
            "    decide: allow",
            with: """
                    objects: ["-", \(ShellGateway.account), \(objects)]
                    decide: allow
                """)
        let shells = try ShellGateway(policies: [policy])
        let token = try await shells.agent()
        let name = "own-\(UUID().uuidString.prefix(8))"
        let script = "\(home)/\(name)"
        try "#!/bin/sh\necho ran\n".write(toFile: script, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: script) }
        chmod(script, 0o755)
        let said = try await shells.exec(token, [script])
        #expect(said.out == (isAnythingAllowed ? "ran\n" : ""), "\(said)")
        #expect(said.status == (isAnythingAllowed ? 0 : 126), "\(said)")
    }

    @Test(
        "under the example's rules a session may write where they allow it and the target lists it, and begins without",
        arguments: [[], ["    writable: [/home/\(ShellGateway.account)]"]])
    func readOnly(target: [String]) async throws {
        let example = try String(
            contentsOfFile: projectDirectory + "/policies/shells.yaml", encoding: .utf8)
        let shells = try ShellGateway(policies: [example], target: target)
        let token = try await shells.agent()
        let said = try await shells.exec(token, ["cat", "/etc/hostname"])
        #expect(said.status == 0 && !said.out.isEmpty, "\(said)")
        let name = "made-\(UUID().uuidString.prefix(8))"
        let written = try await shells.exec(token, ["git", "init", name])
        #expect(written.status > 0 && written.err.contains("Permission denied"), "\(written)")
        #expect(
            !FileManager.default.fileExists(atPath: "/home/\(ShellGateway.account)/\(name)"))
        let temporary = try await shells.exec(token, ["git", "init", "/tmp/\(name)"])
        #expect(temporary.status == 0, "\(temporary)")
    }

    @Test(
        "threat 34: refusals without end make few entries in the ledger, and none is missing in the recording"
    )
    func refusedOften() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let said = try await shells.exec(
            token, ["sh", "-c", "for i in $(seq 100); do wget $i; LD_PRELOAD=x /bin/true; done"])
        #expect(said.err.components(separatedBy: "hosts/no-downloads").count == 101)
        let session = try await shells.filedSession()
        let shown = try await shells.gateway.person("alice", ["session", session])
        for number in 1...100 { #expect(shown.out.contains("wget \(number)")) }
        #expect(shown.out.components(separatedBy: "`LD_PRELOAD`").count == 101)
        #expect(shells.gateway.drain().status == 0)
        let entries = try ["denied", "refused"].flatMap(shells.gateway.ledgerBodies)
        // One by one, then the first of each kind that is counted, and their counts as often as a minute went by.
        #expect(entries.count < 100)
        #expect(entries.reduce(0) { $0 + ($1["count"] as? Int ?? 1) } == 200)
    }

    @Test(
        "threat 34: reviews without end make few entries in the ledger, each of them short, and none is missing in the recording"
    )
    func reviewedOften() async throws {
        let policy = Policies.host.replacingOccurrences(
            of: "\"/usr/bin/wget\"] }", with: "\"/usr/bin/wget\", \"/usr/bin/true\"] }")
        let shells = try ShellGateway(policies: [
            policy + """

                  - rule: watched
                    effects: [shell.exec]
                    objects: ["/usr/bin/true"]
                    decide: review
                """
        ])
        let token = try await shells.agent()
        let text = """
            cd /tmp
            name=$(printf '\\377%.0s' $(seq 250))
            for i in $(seq 14); do mkdir "$name" && cd "$name"; done
            for i in $(seq 550); do /bin/true $i; done
            """
        let said = try await shells.exec(token, ["bash", "-c", text])
        #expect(said.status == 0, "\(said)")
        let session = try await shells.endedSession()
        let shown = try await shells.gateway.person("alice", ["session", session])
        for number in 1...550 {
            #expect(shown.out.contains(" review  /bin/true \(number)  → exited 0"))
        }
        #expect(shells.gateway.drain().status == 0)
        let entries = try shells.gateway.ledgerBodies("review")
        // One by one, then the first that is counted, and the count as often as a minute went by.
        #expect((514...518).contains(entries.count), "\(entries.count)")
        #expect(entries.reduce(0) { $0 + ($1["count"] as? Int ?? 1) } == 550)
        for entry in entries {
            let effects = try #require(entry["effects"] as? [String])
            let directory = try #require(effects[0].firstMatch(of: /directory: ([^,]*)/)?.1)
            #expect(directory.contains(/\.\.\. \([0-9]+ bytes/), "\(effects)")
            #expect(effects[0].contains(/sha256:[0-9a-f]{64}\)/))
            #expect(effects[0].utf8.count < 1_000)
        }
    }

    @Test("input that a program does not read ends nobody's session")
    func unreadInput() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let deaf = try Conversation(
            shells.agent(
                token,
                [
                    "exec", "host", "--", "sh", "-c",
                    "exec </dev/null; echo ready; exec tail -f /dev/null",
                ]))
        #expect(deaf.expect("ready") != nil)
        // More than is sent before the runner has taken some.
        deaf.send(String(repeating: "x", count: 1 << 20))
        let other = try await shells.exec(token, ["echo", "here"])
        #expect(other.out == "here\n", "\(other)")
        deaf.interrupt()
        #expect(deaf.finish().status != 255)
    }

    @Test("a held program waits until another person consents, and then runs")
    func held() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let running = try Conversation(
            shells.agent(token, ["exec", "host", "--", "sh", "-c", "echo before; id -un"]))
        let hold = try #require(
            running.line(containing: "sallyport approve ")?.firstMatch(of: /hld_[a-z0-9]+/)
        ).output
        let id = String(hold)
        let own = try await shells.gateway.person("alice", ["approve", id])
        #expect(own.status == 1)
        let other = try await shells.gateway.person("bob", ["approve", id])
        #expect(other.status == 0, "\(other)")
        let said = running.finish()
        #expect(said.status == 0, "\(said)")
        #expect(said.out.contains(ShellGateway.account), "\(said)")
    }

    private func hold(_ running: Conversation) throws -> String {
        let line = try #require(running.line(containing: "sallyport approve "), "\(running.rest)")
        let id = String(try #require(line.firstMatch(of: /hld_[a-z0-9]+/)).output)
        // Used up: the next one is another line.
        running.expect("sallyport approve \(id)")
        return id
    }

    @Test(
        "threat 17: approvers see the environment, and of secrets how much is hidden; recordings mask them"
    )
    func shown() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let running = try Conversation(
            shells.agent(
                token,
                ["exec", "host", "--", "env", "STAGE=production", "id", "--token=hunter2"]))
        let id = try hold(running)
        let said = try await shells.gateway.person("bob", ["hold", id, "--json"])
        let view = try #require(
            try JSONSerialization.jsonObject(with: Data(said.out.utf8)) as? [String: Any])
        #expect(view["maskedStatement"] as? String == "id '--token=***(7 bytes)'")
        let fields = try #require(view["statement"] as? [[String: Any]])
        let withheld = fields.filter { $0["bytes"] == nil }.compactMap { $0["name"] as? String }
        #expect(withheld == ["statement", "value.2"])
        let open = try #require(view["leavesOpen"] as? [String])
        #expect(open.contains("environment: STAGE=production"), "\(open)")
        #expect(open.contains("environment: TERM=xterm"), "\(open)")
        #expect(!open.contains { $0.contains("HOME") || $0.contains("SALLYPORT_SESSION") })
        let approved = try await shells.gateway.person("bob", ["approve", id])
        #expect(approved.status == 0, "\(approved)")
        #expect(running.finish().err.contains("--token"))
        let session = try #require(view["session"] as? String)
        var recorded = ""
        try await until("the program is recorded") {
            recorded = try await shells.gateway.person("alice", ["session", session, "--json"]).out
            return recorded.contains("--token=***")
        }
        #expect(!recorded.contains("hunter2") && !said.out.contains("hunter2"))
        let cast = try await shells.gateway.person("alice", ["session", session, "--asciicast"])
        // The session's own command is in its header; what `id` wrote of its option is its output.
        let header = try #require(cast.out.split(separator: "\n").first)
        #expect(header.contains("--token=***") && !header.contains("hunter2"), "\(header)")
    }

    @Test(
        "what begins is what was consented to: a login that the policies have changed is asked anew"
    )
    func changedLogin() async throws {
        let held = """
            effects: [shell.login]
                decide: hold
                consents: [{ from: "group:dba", count: 1 }]
                within: 60s
              - rule: files
                effects: [shell.file-write]
                decide: allow
            """
        let policy = Policies.host.replacing(
            "effects: [shell.login]\n    decide: allow", with: held)
        let changed = policy.replacing(
            "effects: [shell.file-write]\n    decide: allow",
            with: "effects: [shell.file-write]\n    decide: deny")
        #expect(policy != Policies.host && policy != changed)
        let home = "/home/\(ShellGateway.account)"
        let shells = try ShellGateway(policies: [policy], target: ["    writable: [\(home)]"])
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let running = try Conversation(
            shells.agent(
                token,
                ["exec", "host", "--", "sh", "-c", "echo x > ~/changed-login || echo kept"]))
        let first = try hold(running)
        let before = try await shells.gateway.person("bob", ["hold", first])
        #expect(before.out.contains("shell.file-write"), "\(before)")
        try shells.gateway.reload(policies: [changed])
        let early = try await shells.gateway.person("bob", ["approve", first])
        #expect(early.status == 0, "\(early)")
        let second = try hold(running)
        #expect(second != first)
        let after = try await shells.gateway.person("bob", ["hold", second])
        #expect(!after.out.contains("shell.file-write"), "\(after)")
        let approved = try await shells.gateway.person("bob", ["approve", second])
        #expect(approved.status == 0, "\(approved)")
        let said = running.finish()
        #expect(said.status == 0 && said.out == "kept\n", "\(said)")
    }
}
