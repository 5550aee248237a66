import ControlAPI
import Foundation
import Ledger
import Testing
import Vocabulary

@testable import Control
@testable import Gateway
@testable import Holds
@testable import Identity

@Suite("threat 20: nobody decides on what they have a hand in, by whatever path")
struct DecisionTests {
    /// Who tries with whose key, on a hold that deploy-bot asked for with a token that carol issued.
    enum Attempt: String, CaseIterable {
        case owner, issuer, agent, otherAgent, outsider, administrator, requesterOfOwn, othersKey,
            otherDecision
        case ended, stale

        /// `nil` where the hold does not concern them: then there is none.
        var code: String? {
            switch self {
            case .owner: "owner"
            case .issuer: "issuer"
            case .agent: "not-a-person"
            case .otherAgent, .outsider: nil
            case .administrator: "not-in-group"
            case .requesterOfOwn: "requester"
            case .othersKey: "signature"
            case .otherDecision: "other-hold"
            case .ended: "not-pending"
            case .stale: "not-fresh"
            }
        }
    }

    @Test(
        "a decision that does not count is refused with its reason, enters the ledger and changes nothing",
        arguments: Attempt.allCases, [ConsentDocument.Decision.consent, .refuse])
    func refused(attempt: Attempt, decision: ConsentDocument.Decision) async throws {
        let control = try await RunningControl()
        let agent = try await control.agentToken("deploy-bot", by: "carol")
        var id = try await control.hold(by: agent)
        let token: String
        var key = try await control.key(of: "bob")
        var signed = id
        switch attempt {
        case .owner: (token, key) = try await control.person("alice")
        case .issuer: (token, key) = try await control.person("carol")
        case .agent: token = agent
        case .otherAgent: token = try await control.agentToken("report-bot", by: "bob")
        case .outsider: (token, key) = try await control.person("frank")
        case .administrator:
            (token, key) = try await control.person("carol")
            id = try await control.hold(by: control.agentToken())
            signed = id
        case .requesterOfOwn:
            token = try await control.token(of: "bob")
            id = try await control.hold(by: token)
            signed = id
        case .othersKey: token = try await control.token(of: "dora")
        case .otherDecision:
            token = try await control.token(of: "bob")
            signed = try await control.hold(by: agent)
        case .ended:
            token = try await control.token(of: "bob")
            try await control.services.holds.abandon(id, reason: "the client left")
        case .stale:
            token = try await control.token(of: "bob")
            try await ConversationHistory(database: control.services.database).record(
                principal("bob"),
                at: control.services.clock.wall().advanced(byMilliseconds: -31 * 60_000))
        }
        let before = try await control.state(of: id)
        let body = try await control.decision(signed, decision, signedBy: key)
        let answer = try await control.call(
            "POST", "/v1/holds/\(id.rawValue)/decision", token: token, body: body)
        #expect(answer.status == (attempt.code == nil ? 404 : 403), "\(answer)")
        #expect(answer.code == attempt.code, "\(answer)")
        #expect(try await control.state(of: id) == before)
        #expect(try await control.refusals(of: id) == [attempt.code].compactMap { $0 })
    }

    @Test(
        "a body that was signed for one decision is not taken for the other, or for another hold's id"
    )
    func bound() async throws {
        let control = try await RunningControl()
        let id = try await control.hold(by: control.agentToken())
        let (token, key) = try await control.person("bob")
        let body = try await control.decision(id, signedBy: key)
        let flipped = body.replacing("consent", with: "refuse", maxReplacements: 1)
        let changed = body.replacing("looked", with: "linked")
        for bad in [flipped, changed] {
            try #require(bad != body)
            let answer = try await control.call(
                "POST", "/v1/holds/\(id.rawValue)/decision", token: token, body: bad)
            #expect(answer.status == 400 || answer.status == 403, "\(answer)")
        }
        #expect(try await control.state(of: id) == .pending)
        let good = try await control.call(
            "POST", "/v1/holds/\(id.rawValue)/decision", token: token, body: body)
        #expect(good.status == 200 && good.object["state"] as? String == "approved", "\(good)")
        let again = try await control.call(
            "POST", "/v1/holds/\(id.rawValue)/decision", token: token, body: body)
        #expect(again.status == 403 || again.status == 200, "\(again)")
        #expect((again.object["consents"] as? [Any])?.count ?? 1 == 1, "\(again)")
    }

    @Test(
        "no other method, path or spelling of a decision decides",
        arguments: [
            ("PUT", "decision"), ("PATCH", "decision"), ("GET", "decision"), ("POST", "decision/"),
            ("POST", "Decision"), ("POST", "decision/x"), ("POST", "%64ecision"),
            ("POST", "approve"), ("POST", "consent"), ("POST", "deny"), ("POST", "release"),
            ("POST", ""), ("DELETE", ""), ("PUT", ""), ("PATCH", ""),
        ])
    func otherPaths(method: String, end: String) async throws {
        let control = try await RunningControl.shared.value
        let id = try await control.hold(by: control.token(of: "frank"))
        let (token, key) = try await control.person("bob")
        let body = try await control.decision(id, signedBy: key)
        let path = "/v1/holds/\(id.rawValue)" + (end.isEmpty ? "" : "/\(end)")
        let answer = try await control.call(method, path, token: token, body: body)
        #expect(answer.status == 404, "\(answer)")
        #expect(try await control.state(of: id) == .pending)
        try await control.services.holds.abandon(id, reason: "over")
    }

    @Test("only its requester and their owner take a hold back")
    func withdraw() async throws {
        let control = try await RunningControl()
        let agent = try await control.agentToken()
        let id = try await control.hold(by: agent)
        for person in ["bob", "carol", "dora", "erin", "frank"] {
            let answer = try await control.call(
                "POST", "/v1/holds/\(id.rawValue)/withdraw", token: control.token(of: person),
                body: "{}")
            let maySee = !["erin", "frank"].contains(person)
            #expect(answer.status == (maySee ? 403 : 404), "\(answer)")
        }
        #expect(try await control.state(of: id) == .pending)
        let taken = try await control.call(
            "POST", "/v1/holds/\(id.rawValue)/withdraw", token: agent, body: #"{"reason":"typo"}"#)
        #expect(taken.object["state"] as? String == "abandoned", "\(taken)")
        let late = try await control.call(
            "POST", "/v1/holds/\(id.rawValue)/withdraw", token: control.token(of: "alice"),
            body: "{}")
        #expect(late.status == 409, "\(late)")
    }
}

extension RunningControl {
    fileprivate func person(_ name: String) async throws -> (token: String, key: SigningKey) {
        (try await token(of: name), try await key(of: name))
    }

    fileprivate func state(of id: HoldID) async throws -> HoldState {
        try await services.database.read { try HoldTable($0).get(id).state }
    }

    /// The codes of the refused decisions that stand in the ledger for this hold.
    fileprivate func refusals(of id: HoldID) async throws -> [String] {
        try await entered("consent-refused").filter { $0["hold"]?.text == id.rawValue }
            .map { $0["reason"]?.text ?? "?" }
    }
}
