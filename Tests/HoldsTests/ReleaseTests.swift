import Cryptography
import Testing
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Policy

@Suite("Releasing a hold")
struct ReleaseTests {
    enum Came: Hashable { case released(Digest, [String]), again(Int), refused(String) }

    static func release(
        _ scenery: Scenery, _ id: HoldID, _ decision: Decision? = nil
    ) async throws -> Came {
        switch try await scenery.desk.release(id, now: decision ?? scenery.decision()) {
        case .released(let release, let consents):
            .released(release.digest, consents.map(\.person.text))
        case .pendingAgain(let hold, _): .again(hold.round)
        case .refused(let why): .refused(why)
        }
    }

    func approved(
        _ scenery: Scenery, _ told: Told = Told(), needs: [(String, Int)] = [("dba", 1)]
    ) async throws -> Hold {
        for person in ["bob", "dora", "carol"] { try await scenery.enrol(person) }
        let hold = try await scenery.desk.open(
            scenery.request(decision: scenery.decision(.hold, needs)), notify: told.notify)
        try await scenery.consent(hold.id, by: "bob")
        return hold
    }

    @Test("happens once, for the action's digest, after its entry")
    func once() async throws {
        let scenery = try await Scenery()
        let hold = try await approved(scenery)
        let came = try await Self.release(scenery, hold.id)
        #expect(came == .released(scenery.action().digest, ["bob"]))
        await #expect(throws: HoldError.self) { try await Self.release(scenery, hold.id) }
        try await scenery.desk.finished(hold.id, .succeeded(detail: "DELETE 3"))
        await #expect(throws: HoldError.self) {
            try await scenery.desk.finished(hold.id, .failed(detail: ""))
        }
        let entries = try await scenery.ground.entries(of: hold.id)
        #expect(
            entries.map(\.kind) == ["hold-opened", "consent", "hold-released", "hold-finished"])
        #expect(entries[2].action == scenery.action().digest)
        #expect(
            entries[2].body["consents"]?.array?.first?["entry"]?.integer == Int64(entries[1].index))
        let view = try await scenery.desk.hold(hold.id, for: scenery.caller("bob"))
        #expect(view.state == .succeeded && view.why == "DELETE 3")
    }

    @Test("is refused before anyone consented")
    func early() async throws {
        let scenery = try await Scenery()
        let hold = try await scenery.desk.open(scenery.request(), notify: { _ in })
        await #expect(
            throws: HoldError.illegal(IllegalHoldStep(state: .pending, step: .release))
        ) { try await Self.release(scenery, hold.id) }
    }

    @Test("threat 22: under a policy that asks for more it goes back, and old signatures are void")
    func asksForMore() async throws {
        let scenery = try await Scenery()
        let told = Told()
        let hold = try await approved(scenery, told)
        let old = try await scenery.document(hold.id)
        let more = scenery.decision(.hold, [("dba", 1), ("security", 1)], version: "version-2")
        #expect(try await Self.release(scenery, hold.id, more) == .again(2))
        #expect(try await scenery.state(hold.id) == .pending)
        await #expect(throws: HoldError.refused(.otherDigest)) {
            try await scenery.desk.consent(
                hold.id, by: scenery.caller("bob"), document: old.bytes,
                signature: scenery.signature(of: "bob"))
        }
        try await scenery.consent(hold.id, by: "carol")
        let view = try await scenery.consent(hold.id, by: "bob")
        #expect(view.state == .approved)
        #expect(view.consents.map(\.isCurrent) == [false, true, true])
        #expect(
            try await Self.release(scenery, hold.id, more)
                == .released(scenery.action().digest, ["carol", "bob"]))
    }

    @Test("under a new policy that the consents satisfy too it goes")
    func stillEnough() async throws {
        for verdict in [Verdict.hold, .review, .allow] {
            let scenery = try await Scenery()
            let hold = try await approved(scenery)
            let now = scenery.decision(
                verdict, verdict == .hold ? [("security", 1)] : [], version: "version-2")
            #expect(
                try await Self.release(scenery, hold.id, now)
                    == .released(scenery.action().digest, ["bob"]))
        }
    }

    @Test("under a policy that denies, or that names nobody, it is refused and ended")
    func denied() async throws {
        for decision in [(Verdict.deny, [(String, Int)]()), (.hold, [])] {
            let scenery = try await Scenery()
            let told = Told()
            let hold = try await approved(scenery, told)
            guard
                case .refused = try await Self.release(
                    scenery, hold.id, scenery.decision(decision.0, decision.1))
            else {
                Issue.record("not refused")
                continue
            }
            #expect(try await scenery.state(hold.id) == .denied)
            #expect(told.all.count == 2)
        }
    }

    @Test(
        "threat 22: what was revoked between consent and release no longer counts",
        arguments: ["requester", "approver", "key", "group", "time"])
    func revoked(what: String) async throws {
        let scenery = try await Scenery()
        let hold = try await approved(scenery)
        switch what {
        case "requester":
            scenery.directory.replace(
                with: try Directory(Scenery.declaration(without: ["deploy-bot"])))
        case "approver":
            scenery.directory.replace(with: try Directory(Scenery.declaration(without: ["bob"])))
        case "group":
            scenery.directory.replace(
                with: try Directory(Scenery.declaration(groups: ["bob": ["security"]])))
        case "key":
            try await scenery.keys.revoke(
                KeyID(rawValue: scenery.signature(of: "bob")), by: scenery.caller("bob"),
                now: scenery.clock.now)
        default: scenery.clock.advance(milliseconds: 60_000)
        }
        let came = try await Self.release(scenery, hold.id)
        switch what {
        case "requester":
            #expect(came == .refused("the requester's credential is no longer good"))
            #expect(try await scenery.state(hold.id) == .denied)
        case "time":
            #expect(came == .refused("the hold's time is over"))
            #expect(try await scenery.state(hold.id) == .expired)
        default:
            #expect(came == .again(2))
            try await scenery.consent(hold.id, by: "dora")
            #expect(
                try await Self.release(scenery, hold.id)
                    == .released(scenery.action().digest, ["dora"]))
        }
    }

    @Test("without the ledger nothing is released")
    func noLedger() async throws {
        let scenery = try await Scenery()
        let hold = try await approved(scenery)
        await scenery.ground.ledger.close()
        await #expect(throws: (any Error).self) { try await Self.release(scenery, hold.id) }
        #expect(try await scenery.state(hold.id) == .failed)
        await #expect(throws: (any Error).self) {
            try await scenery.desk.open(scenery.request(), notify: { _ in })
        }
        let pending = try await scenery.desk.holds(.pending, for: scenery.caller("bob"))
        #expect(pending.isEmpty, "what the ledger did not take is not there")
    }
}
