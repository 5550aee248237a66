import Foundation
import TestKit
import Testing
import Vocabulary

@Suite("Shells of agents that cannot wait", .realParts)
struct ShellRetryTests {
    /// The lines of standard error that are events.
    private func events(_ said: Output) -> [JSONValue] {
        said.err.split(separator: "\n").compactMap { try? JSONValue(parsing: Array($0.utf8)) }
    }

    /// The hold that nobody waited for, by the one line that says so.
    private func hold(_ said: Output) throws -> String {
        let events = events(said)
        #expect(said.status == 1 && events.count == 1, "\(said)")
        #expect(events.first?["event"] == "held" && events.first?["waits"] == .bool(false))
        return try #require(events.first?["hold"]?.text)
    }

    private static let now = ["--json", "--wait", "0"]

    @Test("threat 19: what nobody waited for runs once when the same comes again after consent")
    func once() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let words = ["id", "-un"]
        let first = try await shells.exec(token, words, options: Self.now)
        let id = try hold(first)
        #expect(first.out == "")
        #expect(try await hold(shells.exec(token, words, options: Self.now)) == id)

        let shown = try await shells.gateway.person("bob", ["hold", id])
        #expect(shown.out.contains("run exactly the same again"), "\(shown)")
        let listed = try await shells.gateway.person("bob", ["holds"])
        #expect(listed.out.contains("retry"), "\(listed)")
        let approved = try await shells.gateway.person("bob", ["approve", id])
        #expect(approved.status == 0, "\(approved)")

        let second = try await shells.gateway.agentToken()
        let others: [(token: String, words: [String], options: [String], language: String?)] = [
            (token, ["id", "-u"], [], nil), (token, words, ["--directory", "/tmp"], nil),
            (token, words, [], "C.UTF-8"), (second, words, [], nil),
        ]
        var held: Set = [id]
        for other in others {
            var command = shells.agent(
                other.token, ["exec"] + Self.now + other.options + ["host", "--"] + other.words)
            command.environment["LANG"] = other.language
            #expect(try await held.insert(hold(command.run())).inserted, "\(other)")
        }

        let again = try await shells.exec(token, words, options: Self.now)
        #expect(again.status == 0 && again.out == ShellGateway.account + "\n", "\(again)")
        #expect(events(again).map { $0["event"] } == ["released"])
        #expect(try await held.insert(hold(shells.exec(token, words, options: Self.now))).inserted)
        try await until("the hold has ended") {
            try await shells.gateway.person("bob", ["hold", id]).out.contains("succeeded")
        }
        let verified = try await shells.gateway.person(
            "bob", ["ledger", "verify", "--dir", shells.gateway.ledger])
        #expect(verified.status == 0, "\(verified)")
    }

    @Test("threat 22: it is over when its token is revoked, approved or not")
    func revoked() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let pending = try await hold(shells.exec(token, ["id", "-u"], options: Self.now))
        let approved = try await hold(shells.exec(token, ["id", "-g"], options: Self.now))
        let consent = try await shells.gateway.person("bob", ["approve", approved])
        #expect(consent.status == 0, "\(consent)")
        let other = try await shells.gateway.agentToken()
        let others = try await hold(shells.exec(other, ["id", "-u"], options: Self.now))
        let id = String(try #require(token.split(separator: "_").dropFirst().first))
        let said = try await shells.gateway.person("alice", ["token", "revoke", id])
        #expect(said.status == 0, "\(said)")
        for hold in [pending, approved] {
            try await shells.gateway.expect(hold, becomes: "abandoned")
        }
        let shown = try await shells.gateway.person("bob", ["hold", others])
        #expect(shown.out.contains("pending"), "\(shown)")
    }

    @Test("a person's no is the answer when the same comes again")
    func denied() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let id = try hold(try await shells.exec(token, ["id"], options: Self.now))
        _ = try await shells.gateway.person("bob", ["deny", id, "--reason", "not today"])
        let again = try await shells.exec(token, ["id"], options: Self.now)
        #expect(again.status == 126 && again.out == "")
        let event = try #require(events(again).first)
        #expect(event["event"] == "refused" && event["hold"]?.text == id)
        #expect(event["message"]?.text?.contains("bob: not today") == true, "\(event)")
    }

    @Test("it outlives a kill of the gateway, approved, and is let go by the next one")
    func killed() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let id = try hold(try await shells.exec(token, ["id", "-un"], options: Self.now))
        let approved = try await shells.gateway.person("bob", ["approve", id])
        #expect(approved.status == 0, "\(approved)")
        try shells.gateway.killAndRestart()
        let again = try await shells.exec(token, ["id", "-un"], options: Self.now)
        #expect(again.status == 0 && again.out == ShellGateway.account + "\n", "\(again)")
    }

    @Test("a program that another one starts is held and comes again too, whatever that one says")
    func deeper() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let words = ["sh", "-c", "id -un; echo rest $?"]
        let first = try await shells.exec(token, words, options: Self.now)
        #expect(first.out == "rest 126\n")
        let approved = try await shells.gateway.person("bob", ["approve", hold(first)])
        #expect(approved.status == 0, "\(approved)")
        let again = try await shells.exec(token, words, options: Self.now)
        #expect(again.status == 0 && again.out == "\(ShellGateway.account)\nrest 0\n", "\(again)")
    }

    @Test("a held login comes again too")
    func login() async throws {
        let held = """
            effects: [shell.login]
                decide: hold
                consents: [{ from: "group:dba", count: 1 }]
                within: 60s
            """
        let policy = Policies.host.replacing(
            "effects: [shell.login]\n    decide: allow", with: held)
        #expect(policy != Policies.host)
        let shells = try ShellGateway(policies: [policy])
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let id = try hold(try await shells.exec(token, ["true"], options: Self.now))
        let other = try hold(try await shells.exec(token, ["false"], options: Self.now))
        #expect(other != id)
        let approved = try await shells.gateway.person("bob", ["approve", id])
        #expect(approved.status == 0, "\(approved)")
        let again = try await shells.exec(token, ["true"], options: Self.now)
        #expect(again.status == 0, "\(again)")
        #expect(try await hold(shells.exec(token, ["true"], options: Self.now)) != id)
    }

    @Test("who waits a while is let go as soon as it is approved, and told when the while is over")
    func awhile() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let words = ["exec", "--json", "--wait", "1s", "host", "--", "id", "-un"]
        let late = try await shells.agent(token, words).run()
        #expect(late.status == 1)
        #expect(events(late).map { $0["waits"] } == [.bool(true), .bool(false)], "\(late)")
        let id = try #require(events(late).first?["hold"]?.text)

        let waiting = try Conversation(
            shells.agent(token, ["exec", "--json", "--wait", "10m", "host", "--", "id", "-un"]))
        #expect(waiting.line(containing: "\"waits\":true") != nil)
        let approved = try await shells.gateway.person("bob", ["approve", id])
        #expect(approved.status == 0, "\(approved)")
        let said = waiting.finish()
        #expect(said.status == 0 && said.out.contains(ShellGateway.account), "\(said)")
    }
}
