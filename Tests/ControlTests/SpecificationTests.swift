import ControlAPI
import Foundation
import Testing
import Vocabulary

@testable import Control
@testable import Holds

@Suite("The specification of the control API")
struct SpecificationTests {
    /// Every type that goes over the wire, by its schema's name.
    static let types: [(String, any (Codable & Sendable).Type)] = [
        ("Refusal", Refusal.self), ("LoginRequest", LoginRequest.self),
        ("LoginAnswers", LoginAnswers.self), ("KeyOffer", KeyOffer.self),
        ("LoginStep", LoginStep.self), ("LoginMessage", LoginMessage.self),
        ("LoginResult", LoginResult.self), ("TokenItem", TokenItem.self),
        ("TokenRequest", TokenRequest.self), ("TokenIssued", TokenIssued.self),
        ("CertificateRequest", CertificateRequest.self),
        ("CertificateAnswer", CertificateAnswer.self),
        ("RunnerItem", RunnerItem.self), ("RunnerRequest", RunnerRequest.self),
        ("RunnerInvited", RunnerInvited.self), ("EnrolmentRequest", EnrolmentRequest.self),
        ("EnrolmentAnswer", EnrolmentAnswer.self),
        ("KeyItem", KeyItem.self), ("HoldView", HoldView.self),
        ("HoldItem", HoldItem.self),
        ("NeededConsents", NeededConsents.self), ("ConsentView", ConsentView.self),
        ("DecisionRequest", DecisionRequest.self), ("WithdrawRequest", WithdrawRequest.self),
        ("KillRequest", KillRequest.self), ("WaitingSession", WaitingSession.self),
        ("TargetItem", TargetItem.self),
        ("SessionItem", SessionItem.self),
        ("SessionStory", SessionStory.self), ("EventItem", EventItem.self),
        ("ProgramFileItem", ProgramFileItem.self),
        ("SearchAnswer", SearchAnswer.self), ("SearchItem", SearchItem.self),
        ("CheckpointAnswer", CheckpointAnswer.self),
    ]

    static let bodies: [(String, any CallBody.Type)] = [
        ("LoginRequest", LoginRequest.self), ("LoginAnswers", LoginAnswers.self),
        ("KeyOffer", KeyOffer.self), ("TokenRequest", TokenRequest.self),
        ("DecisionRequest", DecisionRequest.self), ("WithdrawRequest", WithdrawRequest.self),
        ("KillRequest", KillRequest.self), ("CertificateRequest", CertificateRequest.self),
    ]

    @Test("it has exactly the paths and methods that the server has registered")
    func routes() async throws {
        let router = try await ControlRouter(RunningControl.shared.value.services).router()
        let registered = router.routes.map { "\($0.method) /\($0.path)" }.map(braces)
        #expect(try Set(registered) == Set(Specification.load().operations.keys))
        #expect(registered.count == Set(registered).count)
    }

    @Test("for each call it says the query, the access and the statuses that the route has")
    func calls() async throws {
        let operations = try Specification.load().operations
        for route in try await ControlRouter(RunningControl.shared.value.services).routes {
            let name = braces("\(route.method) /v1/\(route.path)")
            let operation = try #require(operations[name])
            #expect(operation.query == route.query, "\(name)")
            #expect(operation.isOpen == (route.access == .anyone), "\(name)")
            #expect(operation.statuses.isSuperset(of: [400, 401, 429, 503]), "\(name)")
            #expect(operation.statuses.contains(413) == operation.hasBody, "\(name)")
        }
        #expect(Set(operations.values.map(\.name)).count == operations.count)
    }

    @Test("every schema's properties are the type's keys", arguments: types.map(\.0))
    func keys(name: String) throws {
        let schema = try #require(try Specification.load().objects[name])
        let type = try #require(Self.types.first { $0.0 == name }?.1)
        let full = try decode(type, schema.full)
        #expect(try encodedKeys(of: full) == schema.properties)
        let stored = Mirror(reflecting: full).children.map { ($0.label ?? "", $0.value) }
        #expect(Set(stored.map(\.0)) == schema.properties)
        let optional = stored.filter { Mirror(reflecting: $0.1).displayStyle == .optional }
        #expect(Set(optional.map(\.0)) == schema.properties.subtracting(schema.required))
    }

    @Test(
        "a value decodes with what its schema requires, and without any of that it does not",
        arguments: types.map(\.0))
    func requirements(name: String) throws {
        let schema = try #require(try Specification.load().objects[name])
        let type = try #require(Self.types.first { $0.0 == name }?.1)
        #expect(try encodedKeys(of: decode(type, schema.least)) == schema.required)
        for key in schema.required {
            var object = try #require(
                JSONSerialization.jsonObject(with: schema.full) as? [String: Any])
            object[key] = nil
            let data = try JSONSerialization.data(withJSONObject: object)
            #expect(throws: DecodingError.self, "\(key)") { try decode(type, data) }
        }
    }

    @Test("every schema of an object is one that is compared")
    func coverage() throws {
        let known = Set(Self.types.map(\.0)).union([
            // Compared by tests of their own, here and with the calls.
            "StatementField.0", "StatementField.1", "Revoked", "AllowedSigners",
        ])
        #expect(try Set(Specification.load().objects.keys) == known)
    }

    @Test("a statement's field reads and writes both of its forms", arguments: [0, 1])
    func statementField(form: Int) throws {
        let schema = try #require(try Specification.load().objects["StatementField.\(form)"])
        let field = try JSONDecoder().decode(ShownStatement.Field.self, from: schema.full)
        #expect(try encodedKeys(of: field) == schema.properties)
        #expect(schema.required == schema.properties)
    }

    @Test("a call's body takes the members of its schema", arguments: bodies.map(\.0))
    func members(name: String) throws {
        let body = try #require(Self.bodies.first { $0.0 == name }?.1)
        #expect(try Specification.load().objects[name]?.properties == body.members)
        #expect(Set(body.objects.keys).isSubset(of: body.members))
    }

    @Test("it lists the words that the types have")
    func words() throws {
        let words = try Specification.load().words
        #expect(words["HoldState"] == Set(HoldState.allCases.map(\.rawValue)))
        #expect(
            words["ConsentView.decision"] == Set(ConsentDocument.Decision.allCases.map(\.rawValue)))
        #expect(words["Refusal.code"] == Set(ConsentRefusal.examples.map(\.code)))
        #expect(words["EventItem.verdict"] == ["allow", "review", "hold", "deny"])
        for word in try #require(words["LoginMessage.kind"]) {
            #expect(LoginMessage.Kind(rawValue: word) != nil)
        }
        for word in try #require(words["KeyOffer.protection"]) {
            #expect(KeyOffer.Protection(rawValue: word) != nil)
        }
    }
}

extension ConsentRefusal {
    /// One of each case: the switch does not compile when there is another.
    static var examples: [ConsentRefusal] {
        let all: [ConsentRefusal] = [
            .notAPerson, .requester, .owner, .issuer, .credentialOfInvolved, .credentialEnded,
            .notInGroup([]), .notFresh, .keyNotLive, .keyUnprotected, .document(""), .otherHold,
            .otherDecision, .otherDigest, .otherLedger, .signature(""), .notPending(.denied),
            .tooLate, .tooMany,
        ]
        for refusal in all {
            switch refusal {
            case .notAPerson, .requester, .owner, .issuer, .credentialOfInvolved, .credentialEnded,
                .notInGroup, .notFresh, .keyNotLive, .keyUnprotected, .document, .otherHold,
                .otherDecision, .otherDigest, .otherLedger, .signature, .notPending, .tooLate,
                .tooMany:
                continue
            }
        }
        return all
    }
}

/// `/v1/holds/:id` as the specification writes it.
private func braces(_ path: String) -> String {
    path.replacingOccurrences(of: "//", with: "/").replacing(#/:(\w+)/#) { "{\($0.output.1)}" }
}

private func decode(_ type: any (Codable & Sendable).Type, _ data: Data) throws
    -> any (Codable & Sendable)
{
    try JSONDecoder().decode(type, from: data)
}

private func encodedKeys(of value: any Encodable) throws -> Set<String> {
    let data = try JSONEncoder().encode(value)
    return try Set(required(JSONSerialization.jsonObject(with: data) as? [String: Any]).keys)
}
