import Foundation
import Ledger
import TestKit
import Testing
import Vocabulary

/// Starts that must not succeed: each says what is wrong, where, and what was expected.
@Suite("A start that cannot be", .serialized, .realParts)
struct StartupFaultTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        /// Every part must stand in the error.
        let said: [String]

        var testDescription: String { new }
    }

    static let mistakes: [Mistake] = [
        .init(
            old: "listen: 127.0.0.1:7443", new: "listen: nonsense",
            said: ["sallyport.yaml:4:11:", "`HOST:PORT`", "`nonsense`"]),
        .init(
            old: "listen: 127.0.0.1:7443", new: "listen: 127.0.0.1:70000",
            said: ["sallyport.yaml:4:11:", "`127.0.0.1:70000`"]),
        .init(
            old: "  policies: policies", new: "  policys: policies",
            said: [
                "sallyport.yaml:4:3:", "expected the key `policies`", "sallyport.yaml:8:3:",
                "unknown key `policys`",
            ]),
        .init(
            old: "fresh: 30m", new: "fresh: soon",
            said: ["sallyport.yaml:21:10:", "`60s`, `15m` or `1h`", "`soon`"]),
        .init(
            old: "kind: postgres", new: "kind: oracle",
            said: ["sallyport.yaml:25:11:", "`oracle`", "expected `postgres`"]),
        .init(
            old: "tls: verify-full", new: "tls: sometimes",
            said: ["sallyport.yaml:28:10:", "verify-full, require, disable"]),
        .init(
            old: "{ file: secrets/orders }", new: "secret",
            said: ["sallyport.yaml:31:15:", "`password`"]),
        .init(
            old: "identity:\n", new: "identity: [\n",
            said: ["sallyport.yaml:12:3:", "not YAML"]),
        .init(
            old: "owner: alice", new: "owner: nobody",
            said: ["sallyport.yaml:17:26:", "agents.deploy-bot.owner", "`nobody` is not declared"]),
        .init(
            old: "administrators: [carol]", new: "administrators: [deploy-bot]",
            said: ["sallyport.yaml:18:19:", "administrators", "must be a person"]),
        .init(
            old: "certs/gateway.pem", new: "certs/none.pem",
            said: ["certs/none.pem", "no such file"]),
        .init(
            old: "policies: policies", new: "policies: none",
            said: ["/none", "expected a directory of policies"]),
    ]

    @Test("says file, line, column and what was expected, and ends with 1", arguments: mistakes)
    func configuration(_ mistake: Mistake) async throws {
        let home = try await initialised()
        try change(home, mistake.old, mistake.new)
        for command in ["serve", "doctor"] {
            let said = try await run(command, home)
            #expect(said.status == 1 && !said.out.contains("listening"), "\(said)")
            let text = said.out + said.err
            for part in mistake.said { #expect(text.contains(part), "\(command): \(said)") }
        }
        // Nothing was begun.
        #expect(!FileManager.default.fileExists(atPath: home.file("gateway/var/ledger")))
    }

    @Test("names a policy's mistake by file, line and column")
    func policy() async throws {
        let home = try await initialised()
        let policy = home.file("gateway/policies/production-databases.yaml")
        let text = try String(contentsOfFile: policy, encoding: .utf8)
        try text.replacingOccurrences(of: "decide: review", with: "decide: perhaps")
            .write(toFile: policy, atomically: true, encoding: .utf8)
        let said = try await run("serve", home)
        #expect(said.status == 1 && !said.out.contains("listening"), "\(said)")
        #expect(said.err.contains("production-databases.yaml:51:13:"), "\(said)")
        #expect(said.err.contains("`perhaps`") && said.err.contains("allow, review"), "\(said)")
    }

    @Test(
        "ends with 2 at what is no command of ours",
        arguments: [["serve"], ["sreve"], ["serve", "--config"]])
    func usage(arguments: [String]) async throws {
        let said = try await Command(TestGateway.binaries + "/sallyportd", arguments).run()
        #expect(said.status == 2, "\(said)")
        #expect(said.err.contains("Usage:"), "\(said)")
    }

    @Test("names a port that is taken, and starts when it is free again")
    func takenPort() async throws {
        let home = try await initialised()
        let port = try freePort()
        try change(home, "127.0.0.1:7443", "127.0.0.1:\(port)")
        let first = try Conversation(serve(home))
        processes.add(first.processIdentifier)
        #expect(first.expect("listening on") != nil, "\(first.rest)")

        let other = try await initialised()
        try change(other, "127.0.0.1:7443", "127.0.0.1:\(port)")
        for _ in 0..<2 {
            let said = try await run("serve", other)
            #expect(said.status == 1 && !said.out.contains("listening"), "\(said)")
            let why = "cannot listen on `127.0.0.1:\(port)`: address already in use"
            #expect(said.err.contains(why), "\(said)")
        }
        first.terminate()
        #expect(first.finish().status == 0)
        let second = try Conversation(serve(other))
        processes.add(second.processIdentifier)
        #expect(second.expect("listening on") != nil, "\(second.rest)")
        second.terminate()
        #expect(second.finish().status == 0)
        processes.remove(first.processIdentifier)
        processes.remove(second.processIdentifier)
    }

    @Test("refuses a state directory that another daemon uses, which goes on undisturbed")
    func takenState() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let psql = try Conversation(gateway.psql(try await gateway.agentToken()))
        psql.send("DELETE FROM customers;\n")
        let hint = try #require(psql.line(containing: "sallyport approve hld_"), "\(psql.rest)")
        let hold = String(hint.split(separator: " ").last ?? "")

        let text = try String(contentsOfFile: gateway.configuration, encoding: .utf8)
        try text.replacingOccurrences(of: ":\(gateway.port)", with: ":\(try freePort())")
            .write(toFile: gateway.home + "/other.yaml", atomically: true, encoding: .utf8)
        let said = try await Command(
            TestGateway.binaries + "/sallyportd",
            ["serve", "--config", gateway.home + "/other.yaml"]
        ).run()
        #expect(said.status == 1 && !said.out.contains("listening"), "\(said)")
        #expect(said.err.contains("another process"), "\(said)")

        // The hold that waits in the first one was not taken for a leftover.
        let consent = try await gateway.person("bob", ["approve", hold])
        #expect(consent.status == 0, "\(consent)")
        #expect(psql.expect("DELETE 10") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
        #expect(try !gateway.ledgerKinds().contains("hold-abandoned"))
    }

    @Test(
        "threat 26: a large ledger with an old entry altered ends the gateway in its start or behind it, and it says what to do"
    )
    func damagedLedger() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        #expect(gateway.drain().status == 0)
        // More than a start reads back before it listens.
        let state = gateway.home + "/var"
        let line = try String(contentsOfFile: state + "/ledger.vkey", encoding: .utf8)
        let origin = String(line.prefix { $0 != "+" })
        let key = try LedgerKey.open(directory: state, name: origin)
        let ledger = try Ledger.open(directory: gateway.ledger, origin: origin, key: key)
        let filling = JSONValue.text(String(repeating: "x", count: 1 << 20))
        for _ in 0..<10 { _ = try await ledger.append(LedgerEntry(kind: "filling", body: filling)) }
        await ledger.close()
        let segment = gateway.ledger + "/entries-000001.jsonl"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: segment))
        let place = try #require(bytes.range(of: Data("xxxx".utf8)))
        bytes[place.lowerBound] = UInt8(ascii: "y")
        try bytes.write(to: URL(fileURLWithPath: segment))

        // It is found beside the start, which may or may not be over by then.
        let said = try await Command(
            TestGateway.binaries + "/sallyportd", ["serve", "--config", gateway.configuration]
        ).run()
        #expect(said.status == 1, "\(said)")
        #expect(said.err.contains("the ledger is damaged"), "\(said)")
        #expect(said.err.contains("sallyport ledger verify"), "\(said)")
    }

    // MARK: Pieces

    private func initialised() async throws -> ScratchDirectory {
        let directory = try ScratchDirectory()
        let made = try await Command(
            TestGateway.binaries + "/sallyportd", ["init", directory.file("gateway")]
        ).run()
        guard made.status == 0 else { throw Failure("init: \(made)") }
        return directory
    }

    private func change(_ home: ScratchDirectory, _ old: String, _ new: String) throws {
        let path = home.file("gateway/sallyport.yaml")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try #require(text.contains(old))
        try text.replacingOccurrences(of: old, with: new)
            .write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func serve(_ home: ScratchDirectory, _ command: String = "serve") -> Command {
        Command(
            TestGateway.binaries + "/sallyportd",
            [command, "--config", home.file("gateway/sallyport.yaml")])
    }

    private func run(_ command: String, _ home: ScratchDirectory) async throws -> Output {
        try await serve(home, command).run()
    }
}
