import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Holds
@testable import Identity

@Suite("Consents with real signatures")
struct VerificationTests {
    static func keygen(_ arguments: [String]) throws {
        guard try Command("ssh-keygen", arguments).runToEnd().status == 0 else { throw Missing() }
    }

    static func sign(_ bytes: [UInt8], with key: String, in scratch: ScratchDirectory) throws
        -> String
    {
        let message = scratch.file(UUID().uuidString)
        try Data(bytes).write(to: URL(filePath: message))
        try keygen(["-q", "-Y", "sign", "-f", key, "-n", "consent@sallyport", message])
        return try String(contentsOfFile: message + ".sig", encoding: .utf8)
    }

    @Test(
        "an auditor with pinned keys accepts the ledger's entry, and nothing that differs from it")
    func pinned() async throws {
        let scenery = try await Scenery()
        let scratch = scenery.ground.scratch
        let verifier = SignatureVerifier(scratch: scratch.path)
        let desk = HoldDesk(
            database: scenery.ground.database, ledger: scenery.ground.ledger,
            directory: scenery.directory, tokens: scenery.tokens, keys: scenery.keys,
            verifier: verifier, clock: scenery.clock.clock)
        var keys: [String: ConsentKey] = [:]
        for person in ["bob", "dora"] {
            try Self.keygen(["-q", "-t", "ed25519", "-N", "", "-f", scratch.file(person)])
            try await scenery.login(person)
            keys[person] = try await scenery.keys.enrol(
                line: String(contentsOfFile: scratch.file(person) + ".pub", encoding: .utf8),
                isProtected: true, EnrolmentGrant(person: name(person)), now: scenery.clock.now
            ).key
        }
        let hold = try await desk.open(scenery.request(), notify: { _ in })
        let document = try await scenery.document(hold.id)
        let forged = try Self.sign(document.bytes, with: scratch.file("dora"), in: scratch)
        await #expect(throws: HoldError.self) {
            try await desk.consent(
                hold.id, by: scenery.caller("bob"), document: document.bytes, signature: forged)
        }
        let good = try Self.sign(document.bytes, with: scratch.file("bob"), in: scratch)
        let view = try await desk.consent(
            hold.id, by: scenery.caller("bob"), document: document.bytes, signature: good)
        #expect(view.state == .approved)

        let record = try #require(
            try await scenery.ground.entries(of: hold.id).first { $0.kind == "consent" })
        let bobs = try #require(keys["bob"]).allowedSignersLine + "\n"
        let doras = try #require(keys["dora"]).allowedSignersLine + "\n"
        func finding(
            _ body: JSONValue, _ signers: String, at time: WallTime = record.time
        ) async throws -> String? {
            try await ConsentVerification.finding(
                in: body, at: time, allowedSigners: signers, verifier)
        }
        #expect(try await finding(record.body, bobs + doras) == nil)
        #expect(try await finding(record.body, doras) != nil, "not pinned")
        #expect(try await finding(record.body, "") != nil, "nothing pinned")
        guard case .object(let body) = record.body else { throw Missing() }
        let alterations: [String: JSONValue] = [
            "person": "dora", "decision": "refuse", "hold": "hld_x", "signature": .text(forged),
            "key": .text(try #require(keys["dora"]).id.rawValue), "statement": "{}\n",
        ]
        for (member, value) in alterations {
            let altered = JSONValue.object(body.merging([member: value]) { $1 })
            #expect(try await finding(altered, bobs + doras) != nil, "\(member)")
            let without = JSONValue.object(body.filter { $0.key != member })
            #expect(try await finding(without, bobs + doras) != nil, "\(member) is missing")
        }

        // A key that is revoked later was good when it signed, and is not from then on.
        let end = record.time.advanced(byMilliseconds: 60_000)
        try await scenery.keys.revoke(
            required(keys["bob"]).id, by: scenery.caller("bob"), now: end)
        let file = try await scenery.keys.allowedSigners()
        #expect(file.contains("valid-before=") && file.contains(doras))
        #expect(try await finding(record.body, file) == nil)
        #expect(try await finding(record.body, file, at: end) == nil)
        #expect(
            try await finding(record.body, file, at: end.advanced(byMilliseconds: 3_000)) != nil)
    }
}
