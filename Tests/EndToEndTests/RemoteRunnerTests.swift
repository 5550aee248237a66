import Foundation
import TestKit
import Testing

@Suite("Runners on other hosts, over a network that can be cut", .realParts)
struct RemoteRunnerTests {
    @Test("a host is enrolled with a token that is good once, and programs run there")
    func enrolment() async throws {
        let remote = try RemoteRunner()
        for name in ["alice", "bob", "carol"] { try await remote.gateway.logIn(name) }
        let notAllowed = try await remote.gateway.person("alice", ["runner", "enrol", "far-host"])
        #expect(notAllowed.status == 1)
        let token = try await remote.invite()
        #expect(
            try await remote.doctor().contains(
                "warning target `far`: the runner `far-host` is not enrolled"))
        let misnamed = try await remote.enrol(token, name: "other-host")
        #expect(misnamed.status == 1)
        let enrolled = try await remote.enrol(token)
        #expect(enrolled.status == 0, "\(enrolled)")
        let again = try await remote.enrol(token, into: remote.gateway.directory.file("thief"))
        #expect(again.status == 1)
        #expect(again.err.contains("the token is not good for"), "\(again)")
        let mode = try FileManager.default.attributesOfItem(
            atPath: remote.directory + "/runner.pem")[.posixPermissions]
        #expect(mode as? Int == 0o600)

        let agent = try await remote.gateway.agentToken()
        let early = try await remote.exec(agent, ["true"]).run()
        #expect(early.status != 0)
        try remote.startRunner()
        let said = try await remote.exec(agent, ["sh", "-c", "echo out; echo err >&2; exit 7"])
            .run()
        #expect(said.out == "out\n")
        #expect(said.err == "err\n")
        #expect(said.status == 7)
        let refused = try await remote.exec(agent, ["wget", "--version"]).run()
        #expect(refused.status == 126)
        #expect(try await remote.state() == "connected")
        let kinds = try remote.gateway.ledgerKinds()
        #expect(kinds.contains("runner-invited") && kinds.contains("runner-enrolled"))
        #expect(
            try await remote.doctor().contains(
                /ok      target `far`: runner `far-host`, whose certificate ends at 20\d\d-\d\d-/))
    }

    @Test(
        "when the link is cut, sessions end with a reason and nothing runs on; when it is mended, the runner comes back"
    )
    func cutLink() async throws {
        let remote = try RemoteRunner()
        let agent = try await remote.settle()
        let mark = UUID().uuidString
        let session = try remote.lasting(agent, mark: mark)
        try await until("its program runs") { isRunning(mark) }
        try remote.cut()
        let ended = session.finish()
        #expect(ended.status == 255)
        #expect(ended.err.contains("the runner closed the connection"), "\(ended)")
        #expect(remote.runner?.expect("is away: ") != nil)
        try await until("its programs are gone") { !isRunning(mark) }
        #expect(try await remote.state() == "away")
        let away = try await remote.exec(agent, ["true"]).run()
        #expect(away.err.contains("cannot be reached"), "\(away)")

        try remote.mend()
        #expect(remote.runner?.expect("connected to the gateway") != nil)
        let said = try await remote.exec(agent, ["echo", "back"]).run()
        #expect(said.out == "back\n", "\(said)")
    }

    @Test("a program that waits for people when the link is cut does not run")
    func cutWhileHeld() async throws {
        let remote = try RemoteRunner()
        let agent = try await remote.settle()
        try await remote.gateway.logIn("bob")
        let waiting = try Conversation(
            remote.exec(agent, ["sh", "-c", "id -un; echo went on"]))
        #expect(waiting.expect("sallyport approve ") != nil)
        try remote.cut()
        let said = waiting.finish()
        #expect(said.status == 255)
        #expect(!said.out.contains("went on") && !said.out.contains(ShellGateway.account))
        try await until("nobody is asked any more") {
            try await remote.gateway.holds("pending").isEmpty
        }
    }

    @Test("a session that the runner has no descriptors for does not end the others")
    func noDescriptors() async throws {
        let remote = try RemoteRunner()
        let agent = try await remote.settle()
        let mark = UUID().uuidString
        let session = try remote.lasting(agent, mark: mark)
        let runner = try #require(remote.runner)
        try limitFiles(of: runner, 3)
        let refused = try Conversation(remote.exec(agent, ["true"]))
        #expect(runner.expect("a session cannot be brought: ") != nil)
        try limitFiles(of: runner, 1_000)
        let said = try await remote.exec(agent, ["echo", "here"]).run()
        #expect(said.out == "here\n", "\(said)")
        #expect(isRunning(mark))
        refused.terminate()
        session.interrupt()
        session.finish()
    }

    @Test("a revoked runner's sessions end, and it is not let in again")
    func revoked() async throws {
        let remote = try RemoteRunner()
        let agent = try await remote.settle()
        let mark = UUID().uuidString
        let session = try remote.lasting(agent, mark: mark)
        let said = try await remote.gateway.person(
            "carol", ["runner", "revoke", RemoteRunner.name])
        #expect(said.status == 0, "\(said)")
        #expect(session.finish().status == 255)
        #expect(remote.runner?.expect("this runner is not enrolled, or was revoked") != nil)
        try await until("its programs are gone") { !isRunning(mark) }
        #expect(try await remote.state() == "revoked")
        #expect(try remote.gateway.ledgerKinds().contains("runner-revoked"))
        let unknown = try await remote.gateway.person("carol", ["runner", "revoke", "nobody"])
        #expect(unknown.status == 4)
    }

    @Test("when the gateway starts again the runner is there again")
    func restart() async throws {
        let remote = try RemoteRunner()
        let agent = try await remote.settle()
        let mark = UUID().uuidString
        let session = try remote.lasting(agent, mark: mark)
        remote.gateway.stop()
        #expect(session.finish().status != 0)
        #expect(remote.runner?.expect("is away: ") != nil)
        try await until("its programs are gone") { !isRunning(mark) }
        try remote.gateway.restart()
        #expect(remote.runner?.expect("connected to the gateway") != nil)
        let said = try await remote.exec(agent, ["echo", "back"]).run()
        #expect(said.out == "back\n", "\(said)")
    }

    @Test(
        "a certificate that is near its end is renewed, with another key, and is the runner's from then on"
    )
    func renewal() async throws {
        let remote = try RemoteRunner()
        for name in ["alice", "carol"] { try await remote.gateway.logIn(name) }
        let enrolled = try await remote.enrol(remote.invite())
        #expect(enrolled.status == 0, "\(enrolled)")
        let file = remote.directory + "/runner.pem"
        try await age(file, days: 20, remote.gateway)
        let before = try String(contentsOfFile: file, encoding: .utf8)
        try remote.startRunner()
        #expect(remote.runner?.expect("the certificate was renewed") != nil)
        let after = try String(contentsOfFile: file, encoding: .utf8)
        #expect(key(in: before) != key(in: after))
        let agent = try await remote.gateway.agentToken()
        let said = try await remote.exec(agent, ["echo", "renewed"]).run()
        #expect(said.out == "renewed\n", "\(said)")
        #expect(try remote.gateway.ledgerKinds().contains("runner-renewed"))
        // The one before is nobody's now.
        try before.write(toFile: file, atomically: false, encoding: .utf8)
        let old = try remote.dial()
        #expect(old.expect("this runner is not enrolled, or was revoked") != nil)
    }

    /// Puts another certificate of the same key and the same CA in the place of the one there, which ends in so many days,
    /// and makes it the enrolled one.
    private func age(_ file: String, days: Int, _ gateway: TestGateway) async throws {
        let script = """
            set -e
            openssl x509 -x509toreq -in "$1" -signkey "$1" -out "$1.csr"
            openssl x509 -req -in "$1.csr" -CA "$2" -CAkey "$2" -set_serial 7 -days "$3" \\
                -extfile <(echo extendedKeyUsage=clientAuth) -out "$1.crt"
            print() { openssl x509 -in "$1" -noout -fingerprint -sha256 | tr -d : | sed 's/.*=//' \\
                | tr A-F a-f; }
            python3 - "$4" "$(print "$1")" "$(print "$1.crt")" "$3" <<'END'
            import sqlite3, sys, time
            path, old, new, days = sys.argv[1:]
            store = sqlite3.connect(path)
            made = store.execute(
                "UPDATE identity_runner_certificates SET fingerprint = ?, expires_at = ? WHERE fingerprint = ?",
                (new, int((time.time() + int(days) * 86400) * 1000), old))
            assert made.rowcount == 1, old
            store.commit()
            END
            openssl pkey -in "$1" -out "$1.key"
            cat "$1.crt" "$1.key" > "$1"
            """
        let made = try await Command(
            "bash",
            [
                "-c", script, "bash", file, gateway.home + "/var/runner-ca.pem", "\(days)",
                gateway.home + "/var/store.sqlite",
            ]
        ).run()
        guard made.status == 0 else { throw Failure("a certificate: \(made)") }
    }

    @Test(
        "threat 33: the door of the runners takes no certificate of another CA, and no other door takes a runner's"
    )
    func otherAuthority() async throws {
        let remote = try RemoteRunner()
        _ = try await remote.settle()
        let other = try RemoteRunner()
        try await other.gateway.logIn("carol")
        let foreign = other.gateway.directory.file("foreign")
        let enrolled = try await other.enrol(other.invite(), into: foreign)
        #expect(enrolled.status == 0, "\(enrolled)")
        func knock(_ identity: String, _ way: String) throws -> Output {
            var command = Command(
                "openssl",
                [
                    "s_client", "-connect", "127.0.0.1:\(remote.gateway.port)", "-servername",
                    "localhost", "-CAfile", remote.gateway.home + "/certs/ca.pem", "-cert",
                    identity, "-key", identity, "-alpn", way, "-ign_eof",
                ])
            command.input =
                "GET /v1/runners HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            return try command.runToEnd()
        }
        let stranger = try knock(foreign + "/runner.pem", "sallyport-runner")
        #expect((stranger.out + stranger.err).contains("alert"), "\(stranger)")
        let person = try knock(remote.directory + "/runner.pem", "http/1.1")
        #expect((person.out + person.err).contains("alert"), "\(person)")
        #expect(!person.out.contains("HTTP/1.1"))
    }
}

/// The private key's PEM in a text.
private func key(in text: String) -> String? {
    text.range(of: "-----BEGIN PRIVATE KEY").map { String(text[$0.lowerBound...]) }
}

/// Whether a process of the machine has this word among its own, besides the client that asked for it.
private func isRunning(_ mark: String) -> Bool {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return numbers.contains { number in
        guard number.allSatisfy(\.isNumber),
            let words = FileManager.default.contents(atPath: "/proc/\(number)/cmdline")
        else { return false }
        let text = String(decoding: words, as: UTF8.self)
        return text.hasPrefix("tail\0") && text.contains(mark)
    }
}
