import Foundation
import TestKit
import Testing

/// SIGHUP and SIGTERM, with sessions under way.
@Suite("A running daemon's signals", .serialized, .realParts)
struct SignalTests {
    private func gateway() async throws -> TestGateway {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        return gateway
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let file: String
        let old: String
        let new: String
        /// What the log must say.
        let said: String
    }

    static let mistakes: [Mistake] = [
        .init(
            testDescription: "a policy with a word that does not exist",
            file: "policies/policy0.yaml",
            old: "decide: review", new: "decide: perhaps",
            said: "policy0.yaml:22:13: unknown decision `perhaps`"),
        .init(
            testDescription: "a policy with a key that does not exist",
            file: "policies/policy0.yaml",
            old: "risk: high", new: "risc: high", said: "policy0.yaml:27:5: unknown key `risc`"),
        .init(
            testDescription: "a policy that is no YAML", file: "policies/policy0.yaml",
            old: "rules:", new: "rules: [", said: "policy0.yaml:"),
        .init(
            testDescription: "a configuration with a key that does not exist",
            file: "sallyport.yaml",
            old: "administrators:", new: "administrator:",
            said: "sallyport.yaml:18:3: unknown key `administrator`"),
        .init(
            testDescription: "a configuration with an agent that nobody answers for",
            file: "sallyport.yaml", old: "owner: alice", new: "owner: nobody",
            said: "sallyport.yaml:17:26: agents.deploy-bot.owner"),
        .init(
            testDescription: "a certificate that is none", file: "certs/gateway.pem",
            old: "BEGIN CERTIFICATE", new: "BEGIN NOTHING", said: "gateway.pem"),
    ]

    @Test("SIGHUP with a mistake changes nothing and says where it is", arguments: mistakes)
    func badReload(_ mistake: Mistake) async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let psql = try Conversation(gateway.psql(token, ["-At"]))
        psql.send("SELECT 'before';\n")
        #expect(psql.expect("before") != nil, "\(psql.rest)")

        let path = gateway.home + "/" + mistake.file
        let good = try String(contentsOfFile: path, encoding: .utf8)
        try #require(good.contains(mistake.old))
        try good.replacingOccurrences(of: mistake.old, with: mistake.new)
            .write(toFile: path, atomically: true, encoding: .utf8)
        gateway.daemon.hangUp()
        let line = gateway.daemon.line(containing: "nothing was reloaded")
        #expect(line?.contains(mistake.said) == true, "\(gateway.daemon.rest)")

        // The rules, the people and the certificate of before are in force, for old sessions and new ones.
        psql.send("UPDATE customers SET name = 'x' WHERE id = 1;\nSELECT count(*) FROM secrets;\n")
        #expect(psql.expect("UPDATE 1") != nil, "\(psql.rest)")
        #expect(psql.expect("ERROR") != nil, "\(psql.rest)")
        let new = try await gateway.psql(token, ["-At", "-c", "SELECT 'new'"]).run()
        #expect(new.out == "new\n", "\(new)")
        // It is said before it is entered.
        try await until("it is entered") {
            try gateway.ledgerKinds().last { $0.contains("reload") } == "reload-refused"
        }

        // Mended, it is read.
        try good.write(toFile: path, atomically: true, encoding: .utf8)
        gateway.daemon.hangUp()
        #expect(gateway.daemon.line(containing: "] reloaded") != nil)
        psql.send("SELECT 'after';\n")
        #expect(psql.expect("after") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
    }

    @Test("SIGHUP shows a new certificate to new connections, and leaves the old sessions alone")
    func newCertificate() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        try await gateway.logIn("alice")
        let token = try await gateway.agentToken()
        let old = try Conversation(gateway.psql(token, ["-At"]))
        old.send("SELECT 'before';\n")
        #expect(old.expect("before") != nil, "\(old.rest)")

        let new = try Certificates()
        let oldCA = gateway.directory.file("old-ca.pem")
        try FileManager.default.copyItem(atPath: gateway.home + "/certs/ca.pem", toPath: oldCA)
        for name in ["ca.pem", "gateway.pem", "gateway.key"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: new.file(name)))
            try bytes.write(to: URL(fileURLWithPath: gateway.home + "/certs/" + name))
        }
        gateway.daemon.hangUp()
        #expect(gateway.daemon.expect("] reloaded") != nil, "\(gateway.daemon.rest)")

        let query = ["-At", "-c", "SELECT 'new'"]
        let trusting = try await gateway.psql(token, query).run()
        #expect(trusting.out == "new\n", "\(trusting)")
        var distrusting = gateway.psql(token, query)
        distrusting.arguments = distrusting.arguments.map {
            $0.replacingOccurrences(of: gateway.home + "/certs/ca.pem", with: oldCA)
        }
        let refused = try await distrusting.run()
        #expect(refused.status == 2, "\(refused)")
        #expect(refused.err.contains("certificate verify failed"), "\(refused)")
        old.send("SELECT 'after';\n")
        #expect(old.expect("after") != nil, "\(old.rest)")
        old.endInput()
        #expect(old.finish().status == 0)
    }

    @Test("SIGTERM abandons what is held with words, tells every session, and ends with 0")
    func drain() async throws {
        let gateway = try await gateway()
        let token = try await gateway.agentToken()
        let idle = try Conversation(gateway.psql(token, ["-At"]))
        idle.send("SELECT 'idle';\n")
        #expect(idle.expect("idle") != nil, "\(idle.rest)")
        let held = try (0..<12).map { _ in try Conversation(gateway.psql(token)) }
        for psql in held { psql.send("BEGIN;\nDELETE FROM customers;\n") }
        let holds = try held.map { psql in
            let hint = try #require(psql.line(containing: "sallyport approve hld_"), "\(psql.rest)")
            return String(hint.split(separator: " ").last ?? "")
        }

        let stopped = gateway.drain()
        #expect(stopped.status == 0 && stopped.out.contains("stopping"), "\(stopped)")
        for psql in held {
            #expect(psql.expect("the gateway is stopping") != nil, "\(psql.rest)")
            psql.endInput()
            psql.finish()
        }
        // psql reads what waits for it when it is used next.
        idle.send("SELECT 1;\n")
        #expect(idle.expect("the gateway is stopping") != nil, "\(idle.rest)")
        idle.endInput()
        idle.finish()
        let kinds = try gateway.ledgerKinds()
        #expect(kinds.last == "gateway-stopped")
        #expect(kinds.count { $0 == "session-closed" } == 13)
        #expect(kinds.count { $0 == "hold-abandoned" } == 12)
        #expect(
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM customers", database: gateway.database) == "10")

        try gateway.restart()
        let late = try await gateway.person("bob", ["approve", try #require(holds.first)])
        #expect(late.status == 1 && late.err.contains("abandoned"), "\(late)")
        let verified = try await gateway.person(
            "bob", ["ledger", "verify", "--dir", gateway.ledger])
        #expect(verified.status == 0, "\(verified)")
    }
}
