import Foundation
import Testing
import Vocabulary

@testable import Control
@testable import Identity

/// deploy-bot (alice's) and report-bot (bob's) have a hold and a session each; dba is asked about the first,
/// security about the second.
private struct Scene {
    let control: RunningControl
    let holds: [String: HoldID]
    let sessions: [String: SessionID]

    init() async throws {
        control = try await RunningControl()
        holds = [
            "alice": try await control.hold(by: control.agentToken()),
            "bob": try await control.hold(
                by: control.agentToken("report-bot", by: "bob"), group: "security"),
        ]
        sessions = [
            "alice": try await control.session(
                of: "deploy-bot", owner: "alice", saying: "SELECT alpha", isRefused: true),
            "bob": try await control.session(
                of: "report-bot", owner: "bob", on: "stock", saying: "SELECT alpha, beta",
                hold: HoldID(rawValue: "hld_x")),
        ]
    }
}

@Suite("threat 27: a person sees only what they may")
struct VisibilityTests {
    @Test(
        "holds: requester, owner, the groups that are asked, administrators; to others there is none"
    )
    func holds() async throws {
        let scene = try await Scene()
        let expected: [String: Set<String>] = [
            "alice": ["alice"], "bob": ["alice", "bob"], "carol": ["alice", "bob"],
            "dora": ["alice"], "erin": ["bob"], "frank": [],
        ]
        for (person, visible) in expected {
            let token = try await scene.control.token(of: person)
            let list = try await scene.control.call("GET", "/v1/holds", token: token).list
            let ids = Set(list.compactMap { $0["id"] as? String })
            #expect(ids == Set(visible.compactMap { scene.holds[$0]?.rawValue }), "\(person)")
            for (owner, id) in scene.holds {
                for name in [id.rawValue, String(id.rawValue.dropLast(3))] {
                    let answer = try await scene.control.call(
                        "GET", "/v1/holds/\(name)", token: token)
                    #expect(answer.status == (visible.contains(owner) ? 200 : 404), "\(answer)")
                }
            }
            let all = try await scene.control.call("GET", "/v1/holds/hld_", token: token)
            // Clear to whom it is that of one hold.
            #expect(all.status == (visible.count == 1 ? 200 : 404), "\(all)")
        }
        let agent = try await scene.control.agentToken()
        let own = try await scene.control.call("GET", "/v1/holds", token: agent).list
        #expect(own.map { $0["owner"] as? String } == ["alice"])
    }

    @Test(
        "sessions and words: their own, their agents', all for auditors; to others there are none")
    func sessions() async throws {
        let scene = try await Scene()
        let expected: [String: Set<String>] = [
            "alice": ["alice"], "bob": ["bob"], "carol": ["alice", "bob"], "dora": [],
            "erin": ["alice", "bob"], "frank": [],
        ]
        for (person, visible) in expected {
            let token = try await scene.control.token(of: person)
            let ids = Set(visible.compactMap { scene.sessions[$0]?.rawValue })
            let list = try await scene.control.call("GET", "/v1/sessions", token: token).list
            #expect(Set(list.compactMap { $0["id"] as? String }) == ids, "\(person)")
            let hits = try await scene.control.call("GET", "/v1/search?q=alpha", token: token).hits
            #expect(Set(hits.compactMap { $0["session"] as? String }) == ids, "\(person)")
            #expect(hits.count == ids.count)
            for (owner, id) in scene.sessions {
                let answer = try await scene.control.call(
                    "GET", "/v1/sessions/\(id.rawValue)", token: token)
                #expect(answer.status == (visible.contains(owner) ? 200 : 404), "\(answer)")
            }
        }
    }

    @Test("a token that is limited to a target reads no recording of another")
    func limitedTokens() async throws {
        let scene = try await Scene()
        let id = try #require(scene.sessions["bob"]).rawValue
        for (target, count) in [("stock", 1), ("orders", 0)] {
            let token = try await scene.control.agentToken("report-bot", by: "bob", for: target)
            let list = try await scene.control.call("GET", "/v1/sessions", token: token).list
            #expect(list.compactMap { $0["id"] as? String } == (count == 1 ? [id] : []))
            let shown = try await scene.control.call("GET", "/v1/sessions/\(id)", token: token)
            #expect(shown.status == (count == 1 ? 200 : 404), "\(shown)")
            for query in ["q=alpha", "q=alpha&target=stock"] {
                let found = try await scene.control.call("GET", "/v1/search?\(query)", token: token)
                #expect(found.hits.count == count, "\(found)")
            }
            let inOne = try await scene.control.call(
                "GET", "/v1/search?q=alpha&session=\(id)", token: token)
            #expect(inOne.status == (count == 1 ? 200 : 404), "\(inOne)")
        }
    }

    @Test(
        "a filter narrows what may be seen, and never widens it",
        // A person may ask for few such answers at once.
        .serialized,
        arguments: [
            ("alice", "principal=deploy-bot", 1), ("alice", "principal=report-bot", 0),
            ("alice", "principal=alice", 0), ("alice", "target=stock", 0),
            ("alice", "target=orders&open=1", 1), ("erin", "principal=report-bot", 1),
            ("erin", "target=orders", 1), ("erin", "principal=nobody", 0), ("frank", "open=1", 0),
            ("carol", "", 2),
        ])
    func filters(person: String, query: String, count: Int) async throws {
        let scene = try await Self.scene.value
        let token = try await scene.control.token(of: person)
        let list = try await scene.control.call("GET", "/v1/sessions?\(query)", token: token).list
        #expect(list.count == count)
        let words = "/v1/search?q=alpha" + (query.isEmpty ? "" : "&\(query)")
        #expect(try await scene.control.call("GET", words, token: token).hits.count == count)
    }

    @Test(
        "sessions are found by what was held and refused in them, and a search has no such filter",
        .serialized,
        arguments: [
            ("carol", "held=1", ["bob"]), ("carol", "refused=1", ["alice"]),
            ("carol", "held=1&refused=1", []), ("alice", "held=1", []),
            ("alice", "refused=1&open=1", ["alice"]), ("bob", "refused=1", []),
        ])
    func commands(person: String, query: String, owners: [String]) async throws {
        let scene = try await Self.scene.value
        let token = try await scene.control.token(of: person)
        let list = try await scene.control.call("GET", "/v1/sessions?\(query)", token: token).list
        #expect(list.map { $0["owner"] as? String } == owners)
        let count = { (key: String) in list.compactMap { $0[key] as? Int } }
        #expect(count("refused") == owners.map { $0 == "alice" ? 1 : 0 })
        #expect(count("holds") == owners.map { $0 == "alice" ? 0 : 1 })
        let searched = try await scene.control.call(
            "GET", "/v1/search?q=alpha&\(query)", token: token)
        #expect(searched.status == 400, "\(searched)")
    }
    private static let scene = Task { try await Scene() }

    @Test("tokens that ended 30 days ago are gone when the next one is made, and no others")
    func outlivedTokens() async throws {
        let control = try await RunningControl()
        let day: Int64 = 86_400_000
        let now = control.services.clock.wall()
        var ids: [Int64: String] = [:]
        for days in [29, 31] as [Int64] {
            ids[days] = try await control.services.tokens.issueLogin(
                LoginGrant(person: principal("frank")), milliseconds: 1_000,
                now: now.advanced(byMilliseconds: -days * day)
            ).token.id.rawValue
        }
        let carol = try await control.token(of: "carol")
        func listed() async throws -> Set<String> {
            let list = try await control.call("GET", "/v1/tokens", token: carol).list
            return Set(list.compactMap { $0["id"] as? String })
        }
        #expect(try await listed().isSuperset(of: ids.values))
        let issue = #"{"agent":"deploy-bot","ttlMilliseconds":60000}"#
        let issued = try await control.call(
            "POST", "/v1/tokens", token: control.token(of: "alice"), body: issue)
        #expect(issued.status == 201, "\(issued)")
        let left = try await listed()
        let new = try #require(issued.object["id"] as? String)
        let (young, old) = (try #require(ids[29]), try #require(ids[31]))
        #expect(left.contains(new) && left.contains(young) && !left.contains(old))
    }

    @Test("tokens and keys of others are neither listed nor revoked")
    func credentials() async throws {
        let control = try await RunningControl()
        let agent = try await control.caller(control.agentToken()).credential.identifier
        let key = try await control.key(of: "bob")
        let fingerprint = try await control.services.keys.live(of: principal("bob"))[0].id.rawValue
        let path = "/v1/keys/" + fingerprint.replacing("/", with: "%2F").replacing("+", with: "%2B")
        for person in ["dora", "erin", "frank"] {
            let token = try await control.token(of: person)
            let tokens = try await control.call("GET", "/v1/tokens", token: token).list
            #expect(Set(tokens.compactMap { $0["principal"] as? String }) == [person])
            #expect(try await control.call("GET", "/v1/keys", token: token).list.isEmpty)
            for other in ["/v1/tokens/\(agent)", path] {
                #expect(try await control.call("DELETE", other, token: token).status == 404)
            }
            let issue = #"{"agent":"deploy-bot","ttlMilliseconds":60000}"#
            let issued = try await control.call("POST", "/v1/tokens", token: token, body: issue)
            #expect(issued.status == 403, "\(issued)")
        }
        let blob = try #require(key.publicLine.split(separator: " ").dropFirst().first)
        func signers(_ token: String) async throws -> RawAnswer {
            try await control.call("GET", "/v1/keys/allowed_signers", token: token)
        }
        for person in ["alice", "bob", "dora", "frank"] {
            #expect(try await signers(control.token(of: person)).status == 403, "\(person)")
        }
        #expect(try await signers(control.agentToken()).status == 403)
        for person in ["carol", "erin"] {
            let answer = try await signers(control.token(of: person))
            #expect((answer.object["allowed_signers"] as? String)?.contains(blob) == true)
            #expect(Set(answer.object.keys) == ["allowed_signers"])
        }
        let ended = try await control.call("DELETE", path, token: control.token(of: "bob"))
        #expect(ended.status == 200 && Set(ended.object.keys) == ["revoked"], "\(ended)")
    }

    @Test("targets: those that the caller may open or one of their agents may, all for auditors")
    func targets() async throws {
        let control = try await RunningControl.shared.value
        let expected = [
            "alice": ["orders"], "bob": ["orders"], "carol": ["orders", "stock"], "dora": [],
            "erin": ["orders", "stock"],
        ]
        for (person, names) in expected {
            let list = try await control.call(
                "GET", "/v1/targets", token: control.token(of: person)
            ).list
            #expect(list.compactMap { $0["name"] as? String } == names, "\(person)")
        }
    }

    @Test("the ledger's entries are for auditors, its checkpoint for everyone")
    func ledger() async throws {
        let control = try await RunningControl.shared.value
        for (person, status) in ["alice": 403, "bob": 403, "carol": 200, "erin": 200, "frank": 403]
        {
            let token = try await control.token(of: person)
            let entries = try await control.call("GET", "/v1/ledger/entries", token: token)
            #expect(entries.status == status, "\(person) \(entries)")
            let proof = try await control.call("GET", "/v1/ledger/checkpoint?from=1", token: token)
            #expect(proof.status == 200 && proof.object["consistency"] != nil)
        }
        let ahead = try await control.call(
            "GET", "/v1/ledger/checkpoint?from=9999999", token: control.token(of: "frank"))
        #expect(ahead.status == 409, "\(ahead)")
    }
}
