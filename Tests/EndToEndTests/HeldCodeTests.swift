import TestKit
import Testing

/// Held commands with code in them, as the approver sees them.
@Suite("Held code", .serialized, .realParts)
struct HeldCodeTests {
    private static let policy = """
        policy: code
        rules:
          - rule: blocks
            effects: [execute]
            decide: hold
            consents: [{ from: "group:dba", count: 1 }]
            within: 60s
        """

    @Test(
        "threat 17: the approver sees all code, whatever looks like a secret in it, and how much a mask hides",
        arguments: [
            (
                "DO $$ begin\n  -- the password='\n  delete from notes; perform 1; --'\nend $$",
                ["-- the password='", "delete from notes; perform 1; --'"], false
            ),
            (
                "DO $$ begin execute 'alter role nobody password ''hidden'''; end $$",
                ["password ''***(6 bytes of code)'''", "a part of what would run is hidden"], true
            ),
        ])
    func shown(text: String, expected: [String], isMasked: Bool) async throws {
        let gateway = try TestGateway(policies: [Self.policy])
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        let client = try await WireClient(gateway, token: gateway.agentToken())
        _ = client.untilReady()
        client.send(["Q", text])
        let lines = client.until("NoticeResponse")
        let words = (lines.last ?? "").split(separator: " ")
        let id = String(try #require(words.first { $0.hasPrefix("hld_") }, "\(lines)"))
        let shown = try await gateway.person("bob", ["hold", id])
        for piece in expected { #expect(shown.out.contains(piece), "\(shown)") }
        #expect(shown.out.contains("is withheld") == isMasked && !shown.out.contains("hidden'"))
        let no = try await gateway.person("bob", ["deny", id, "--reason", "seen"])
        #expect(no.status == 0, "\(no)")
    }
}
