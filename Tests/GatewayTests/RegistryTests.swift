import Identity
import Postgres
import Synchronization
import Testing
import Vocabulary

@testable import Gateway

/// Keeps what was done to which session.
private final class Deeds: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0.sorted() } }
    func add(_ deed: String) { list.withLock { $0.append(deed) } }
}

@Suite("The live sessions")
struct RegistryTests {
    private let registry = SessionRegistry()
    private let deeds = Deeds()

    private func add(
        _ id: String, of principal: String, on target: String = "orders", key: UInt32 = 1,
        kind: Credential.Kind = .token, credential: String, issuers: [String] = []
    ) throws {
        let deeds = deeds
        registry.add(
            .init(
                session: SessionID(rawValue: id), principal: try #require(PrincipalName(principal)),
                owner: try #require(PrincipalName("owner-of-\(principal)")),
                credential: Credential(
                    kind: kind, identifier: credential,
                    issuers: Set(try issuers.map { try #require(PrincipalName($0)) }), expires: nil,
                    targets: nil), target: try #require(TargetName(target)),
                cancelKey: BackendKey(processID: key, secret: key),
                end: { deeds.add("\(id) ended: \($0.text)") },
                cancel: { deeds.add("\(id) cancel") },
                policyChanged: { deeds.add("\(id) policy") },
                tell: { deeds.add("\(id) told: \($0.message)") },
                watched: { deeds.add("\(id) \($0.text)") }))
    }

    @Test(
        "have as many places for each principal and target as are allowed, free again when they are let go"
    )
    func seats() throws {
        let (bot, other) = (
            try #require(PrincipalName("bot")), try #require(PrincipalName("other"))
        )
        let (orders, stock) = (
            try #require(TargetName("orders")), try #require(TargetName("stock"))
        )
        var taken = [SessionSeat?]()
        for _ in 0..<2 { taken.append(registry.takeSeat(bot, on: orders, most: 2)) }
        #expect(taken.allSatisfy { $0 != nil })
        #expect(registry.takeSeat(bot, on: orders, most: 2) == nil)
        #expect(registry.takeSeat(bot, on: stock, most: 2) != nil)
        #expect(registry.takeSeat(other, on: orders, most: 2) != nil)
        #expect(registry.takeSeat(bot, on: orders, most: nil) != nil)
        taken.removeLast()
        #expect(registry.takeSeat(bot, on: orders, most: 2) != nil)
    }

    /// Three sessions: two of bot's by tokens of alice's and erin's, one of bob's by PAM.
    private func fill() throws {
        try add("s1", of: "bot", key: 1, credential: "t1", issuers: ["alice"])
        try add("s2", of: "bot", on: "stock", key: 2, credential: "t2", issuers: ["erin"])
        try add("s3", of: "bob", key: 3, kind: .pam, credential: "t1")
    }

    @Test(
        "a revocation ends exactly what stands on it",
        arguments: [
            (Revocation.token(TokenID(rawValue: "t1"), of: try name("bot")), ["s1"]),
            (.token(TokenID(rawValue: "t9"), of: try name("bot")), []),
            (.principal(try name("bot")), ["s1", "s2"]), (.principal(try name("erin")), ["s2"]),
            (.principal(try name("bob")), ["s3"]), (.principal(try name("frank")), []),
            (.key(KeyID(rawValue: "k"), of: try name("bot")), []),
        ])
    func revoked(revocation: Revocation, ended: [String]) throws {
        try fill()
        registry.apply(revocation)
        #expect(deeds.all == ended.map { "\($0) ended: the credential was revoked" })
    }

    @Test("threat 16: a cancel finds the session whose whole key it has, and no other")
    func cancel() throws {
        try fill()
        for (process, secret) in [(1, 2), (2, 1), (0, 0), (9, 9)] as [(UInt32, UInt32)] {
            #expect(registry.entry(for: BackendKey(processID: process, secret: secret)) == nil)
        }
        registry.entry(for: BackendKey(processID: 2, secret: 2))?.cancel()
        #expect(deeds.all == ["s2 cancel"])
    }

    @Test("a session that is over is not found any more, by nothing")
    func removed() throws {
        try fill()
        registry.remove(SessionID(rawValue: "s1"))
        registry.remove(SessionID(rawValue: "s1"))
        #expect(registry.entry(for: BackendKey(processID: 1, secret: 1)) == nil)
        registry.apply(.principal(try name("alice")))
        #expect(deeds.all.isEmpty)
        #expect(registry.count == 2)
        #expect(registry.count(on: try #require(TargetName("orders"))) == 1)
    }

    @Test("new policies and a stop reach everyone")
    func everyone() throws {
        try fill()
        registry.policyChanged()
        registry.endAll(.stopping)
        #expect(
            deeds.all == [
                "s1 ended: the gateway stopped", "s1 policy", "s2 ended: the gateway stopped",
                "s2 policy", "s3 ended: the gateway stopped", "s3 policy",
            ])
    }

    @Test("a principal's own sessions are told, and no others")
    func told() throws {
        try fill()
        registry.tell(try name("bot"), ErrorFields(.notice, code: "01000", "hello"))
        #expect(deeds.all == ["s1 told: hello", "s2 told: hello"])
    }

    @Test("waiting ends when the last session does")
    func waiting() async throws {
        try fill()
        async let emptied: Void = registry.waitUntilEmpty(within: .seconds(60))
        for id in ["s1", "s2", "s3"] { registry.remove(SessionID(rawValue: id)) }
        await emptied
        #expect(registry.count == 0)
    }
}

private struct Missing: Error {}

private func name(_ text: String) throws -> PrincipalName {
    guard let name = PrincipalName(text) else { throw Missing() }
    return name
}
