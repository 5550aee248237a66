import Foundation
import TestKit
import Testing

/// The live inbox, and an approver whose login is not fresh any more.
@Suite("An approver at work", .serialized, .realParts)
struct WatchTests {
    private func held(_ gateway: TestGateway, _ token: String) throws -> (Conversation, String) {
        let psql = try Conversation(gateway.psql(token))
        psql.send("DELETE FROM customers;\n")
        let hint = try #require(psql.line(containing: "sallyport approve hld_"), "\(psql.rest)")
        return (psql, String(hint.split(separator: " ").last ?? ""))
    }

    /// `event state` of each line about one hold.
    private func events(_ watch: Conversation, _ hold: String, until last: String) throws
        -> [String]
    {
        var seen: [String] = []
        while seen.last != last {
            let text = try #require(watch.expect("\n"), "\(seen) \(watch.rest)")
            let line =
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
            let shown = line["hold"] as? [String: Any] ?? [:]
            guard shown["id"] as? String == hold else { continue }
            seen.append("\(line["event"] ?? "") \(shown["state"] ?? "")")
        }
        return seen
    }

    @Test("`watch` shows a hold as it arrives and as it is decided, to those whom it concerns")
    func watch() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob", "carol"] { try await gateway.logIn(name) }
        let token = try await gateway.agentToken()
        let (early, waiting) = try held(gateway, token)
        let json = try Conversation(gateway.command(of: "bob", ["watch", "--json"]))
        let plain = try Conversation(gateway.command(of: "alice", ["watch"]))
        // Each shows first what waits already; from then on it misses nothing.
        #expect(try events(json, waiting, until: "pending pending") == ["pending pending"])
        #expect(plain.line(containing: waiting)?.contains("pending") == true, "\(plain.rest)")

        let (second, hold) = try held(gateway, token)
        #expect(try events(json, hold, until: "opened pending") == ["opened pending"])
        #expect(plain.line(containing: hold)?.contains("opened") == true, "\(plain.rest)")
        let consent = try await gateway.person("bob", ["approve", hold])
        #expect(consent.status == 0, "\(consent)")
        #expect(second.expect("DELETE 10") != nil, "\(second.rest)")
        #expect(
            try events(json, hold, until: "ended succeeded")
                == ["approved approved", "released running", "ended succeeded"])
        let no = try await gateway.person("bob", ["deny", waiting, "--reason", "no"])
        #expect(no.status == 0, "\(no)")
        #expect(try events(json, waiting, until: "ended denied") == ["ended denied"])
        #expect(plain.expect("ended  denied") != nil, "\(plain.rest)")
        for psql in [early, second] {
            psql.endInput()
            psql.finish()
        }

        // The stream ends with the gateway, and says so.
        #expect(gateway.drain().status == 0)
        for inbox in [json, plain] {
            let said = inbox.finish()
            #expect(said.status != 0 && said.err.contains("sallyport: "), "\(said)")
        }
        try gateway.restart()
    }

    /// As somebody at a terminal runs it.
    private func atTerminal(_ command: Command) throws -> Conversation {
        let words = ([command.program] + command.arguments).map {
            "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'"
        }
        var script = Command(
            "script", ["-q", "-e", "-f", "-c", words.joined(separator: " "), "/dev/null"])
        script.environment = command.environment
        script.environment["SHELL"] = "/bin/sh"
        script.environment["TERM"] = "dumb"
        return try Conversation(script)
    }

    @Test("threat 17: at a terminal nothing is signed but what was shown and then agreed to")
    func asked() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let token = try await gateway.agentToken()
        let inbox = try atTerminal(gateway.command(of: "bob", ["watch"]))
        #expect(inbox.expect("Watching") != nil, "\(inbox.rest)")
        // Typed before there is a hold, and seen by the terminal: no answer to anything.
        inbox.send("ax\n")
        #expect(inbox.expect("ax") != nil, "\(inbox.rest)")
        let (psql, hold) = try held(gateway, token)
        #expect(inbox.expect("[a]pprove") != nil, "\(inbox.rest)")
        inbox.send("a")
        #expect(inbox.expect("last 4 characters") != nil, "\(inbox.rest)")
        inbox.send("????\n")
        #expect(inbox.expect("nothing was signed") != nil, "\(inbox.rest)")

        for answer in ["n", "", "????"] {
            for words in [["approve", hold], ["deny", hold, "--reason", "no"]] {
                let terminal = try atTerminal(gateway.command(of: "bob", words))
                #expect(terminal.expect("DELETE FROM customers") != nil, "\(terminal.rest)")
                #expect(terminal.expect("[y/N]") != nil, "\(terminal.rest)")
                terminal.send(answer + "\n")
                let said = terminal.finish()
                #expect(said.status == 1 && said.out.contains("nothing was signed"), "\(said)")
                terminal.endInput()
            }
        }
        let shown = try await gateway.person("bob", ["hold", hold, "--json"])
        #expect(shown.out.contains(#""state" : "pending""#), "\(shown)")

        let terminal = try atTerminal(gateway.command(of: "bob", ["approve", hold]))
        #expect(terminal.expect("[y/N]") != nil, "\(terminal.rest)")
        terminal.send("y\n")
        #expect(terminal.expect("Signed and entered") != nil, "\(terminal.rest)")
        #expect(psql.expect("DELETE 10") != nil, "\(psql.rest)")

        // The next hold in the inbox, this time as it shall be.
        psql.send("DELETE FROM customers;\n")
        #expect(inbox.expect("[a]pprove") != nil, "\(inbox.rest)")
        let hint = try #require(psql.line(containing: "sallyport approve hld_"), "\(psql.rest)")
        inbox.send("a")
        #expect(inbox.expect("last 4 characters") != nil, "\(inbox.rest)")
        inbox.send(hint.trimmingCharacters(in: .whitespaces).suffix(4) + "\n")
        #expect(inbox.expect("reason:") != nil, "\(inbox.rest)")
        inbox.send("looked\n")
        #expect(inbox.expect("Signed and entered") != nil, "\(inbox.rest)")
        #expect(psql.expect("DELETE 0") != nil, "\(psql.rest)")
        for conversation in [psql, inbox, terminal] { conversation.endInput() }
        psql.finish()
        terminal.finish()
        inbox.killNow()
        inbox.finish()
    }

    @Test(
        "the exact JSON of a call to an engine is one key away, and the question stands behind it")
    func json() async throws {
        let wire = try await WireGateway()
        let inbox = try atTerminal(wire.gateway.command(of: "bob", ["watch"]))
        #expect(inbox.expect("Watching") != nil, "\(inbox.rest)")
        let (client, peer) = try wire.session()
        let body = #"{"HostConfig":{"Privileged":true},"Image":"bb"}"#
        client.send(wire.json("POST /containers/create", body))
        try peer.answerImage()
        let words = try #require(inbox.expect("[j]son"), "\(inbox.rest)")
        #expect(words.contains("    | create a container of bb"), "\(words)")
        #expect(words.contains(" bytes): [j] shows it"), "\(words)")
        #expect(!words.contains("$1 = '"), "\(words)")
        inbox.send("j")
        let exact = try #require(inbox.expect("[j]son"), "\(inbox.rest)")
        inbox.send("a")
        #expect(inbox.expect("last 4 characters") != nil, "\(inbox.rest)")
        let hold = try await wire.pendingHold()
        inbox.send(hold.suffix(4) + "\n")
        #expect(inbox.expect("reason:") != nil, "\(inbox.rest)")
        inbox.send("looked\n")
        #expect(inbox.expect("Signed and entered") != nil, "\(inbox.rest)")
        try peer.answerImage()
        let left = try peer.request()
        #expect(exact.contains("    $1 = '\(left.body)'"), "\(exact)\n\(left)")
        try peer.answer(201, "{\"Id\":\"\(WireGateway.container)\"}")
        #expect(try client.response().status == 201)
        inbox.endInput()
        inbox.killNow()
        inbox.finish()
    }

    @Test(
        "at a terminal ssh-keygen asks there for passphrases: of a key that it makes, and of one that signs"
    )
    func passphrase() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        func bob(_ words: [String]) throws -> Conversation {
            var command = gateway.command(of: "bob", words)
            command.environment["SSH_ASKPASS"] = nil
            command.environment["SSH_ASKPASS_REQUIRE"] = "never"
            return try atTerminal(command)
        }
        let login = try bob([
            "login", "--gateway", "localhost:\(gateway.port)", "--ca",
            gateway.home + "/certs/ca.pem", "--user", "bob",
        ])
        #expect(login.expect("no passphrase): ") != nil, "\(login.rest)")
        login.send("a new passphrase\n")
        #expect(login.expect("again: ") != nil, "\(login.rest)")
        login.send("a new passphrase\n")
        #expect(login.expect("Password: ") != nil, "\(login.rest)")
        login.send(gateway.password(of: "bob") + "\n")
        #expect(login.expect("Logged in as bob") != nil, "\(login.rest)")
        #expect(login.finish().status == 0)

        let (psql, hold) = try held(gateway, token)
        let approve = try bob(["approve", hold, "--yes"])
        #expect(approve.expect("Enter passphrase") != nil, "\(approve.rest)")
        approve.send("a new passphrase\n")
        #expect(approve.expect("Signed and entered") != nil, "\(approve.rest)")
        #expect(psql.expect("DELETE 10") != nil, "\(psql.rest)")
        for conversation in [psql, login, approve] { conversation.endInput() }
        psql.finish()
        approve.finish()
    }

    @Test("`approve` asks for the PAM password again when the last login is too old, and goes on")
    func freshness() async throws {
        let gateway = try TestGateway(policies: [Policies.production()]) { home in
            let path = home + "/sallyport.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try #require(text.contains("fresh: 30m"))
            try text.replacingOccurrences(of: "fresh: 30m", with: "fresh: 3s")
                .write(toFile: path, atomically: true, encoding: .utf8)
        }
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let token = try await gateway.agentToken()
        // Consents go through until the login is too old.
        var (psql, hold) = try held(gateway, token)
        var refused = try await gateway.person("bob", ["approve", hold])
        for _ in 0..<200 where refused.status == 0 {
            psql.endInput()
            psql.finish()
            (psql, hold) = try held(gateway, token)
            refused = try await gateway.person("bob", ["approve", hold])
        }
        #expect(refused.status == 1 && refused.err.contains("sallyport login"), "\(refused)")

        let wrong = try atTerminal(gateway.command(of: "bob", ["approve", hold]))
        #expect(wrong.expect("[y/N]") != nil, "\(wrong.rest)")
        wrong.send("y\n")
        #expect(wrong.expect("log in again to go on") != nil, "\(wrong.rest)")
        #expect(wrong.expect("Password:") != nil, "\(wrong.rest)")
        wrong.send("open-sesame\n")
        #expect(wrong.expect("authentication failed") != nil, "\(wrong.rest)")
        wrong.endInput()
        let ended = wrong.finish()
        #expect(ended.status == 3 && !ended.out.contains("sesame"), "\(ended)")

        // On a busy machine a login may be too old again before it is used.
        var said = try answered(gateway, hold)
        for _ in 0..<10 where said.status != 0 { said = try answered(gateway, hold) }
        #expect(said.status == 0 && said.out.contains("Signed and entered"), "\(said)")
        #expect(!said.out.contains(gateway.password(of: "bob")), "\(said)")
        #expect(psql.expect("DELETE ") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
    }

    /// Approves at a terminal, with the password when it is asked for.
    private func answered(_ gateway: TestGateway, _ hold: String) throws -> Output {
        let terminal = try atTerminal(gateway.command(of: "bob", ["approve", hold, "--yes"]))
        if terminal.expect("Password:") != nil {
            terminal.send(gateway.password(of: "bob") + "\n")
        }
        let output = terminal.finish()
        terminal.endInput()
        return output
    }
}
