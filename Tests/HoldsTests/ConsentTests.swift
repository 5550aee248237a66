import Cryptography
import Testing
import Vocabulary

@testable import Holds
@testable import Identity

@Suite("Who may consent")
struct ConsentTests {
    @Test(
        "threat 20: everyone involved and everyone else without the right is refused, with reason and entry"
    )
    func refusals() async throws {
        let scenery = try await Scenery()
        for person in ["alice", "bob", "carol", "dora", "erin", "frank"] {
            try await scenery.enrol(person)
        }
        let bot = try scenery.caller("deploy-bot", kind: .pam, issuers: ["erin"])
        let told = Told()
        let hold = try await scenery.desk.open(
            scenery.request(by: bot), notify: told.notify)
        let table: [(AuthenticatedPrincipal, String, ConsentRefusal)] = [
            (try scenery.caller("deploy-bot"), "bob", .notAPerson),
            (try scenery.caller("alice"), "alice", .owner),
            (try scenery.caller("erin"), "erin", .issuer),
            (try scenery.caller("carol"), "carol", .notInGroup(["dba"])),
            (try scenery.caller("bob", issuers: ["alice"]), "bob", .credentialOfInvolved),
            (try scenery.caller("bob", issuers: ["erin"]), "bob", .credentialOfInvolved),
            (
                try scenery.caller("bob"), "dora",
                .signature("not a key that you have enrolled")
            ),
            (try scenery.caller("bob", kind: .token), "bob", .credentialEnded),
        ]
        for (by, signer, refusal) in table {
            await #expect(throws: HoldError.refused(refusal)) {
                try await scenery.desk.consent(
                    hold.id, by: by, document: scenery.document(hold.id).bytes,
                    signature: scenery.signature(of: signer))
            }
            let last = try #require(try await scenery.ground.entries(of: hold.id).last)
            #expect(last.kind == "consent-refused")
            #expect(last.body["reason"]?.text == refusal.code)
            #expect(last.body["by"]?.text == by.principal.name.text)
        }
        #expect(try await scenery.state(hold.id) == .pending)
        #expect(told.all.isEmpty)
    }

    @Test("threat 27: for whom a hold does not concern there is none, and nothing is entered")
    func unconcerned() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("frank")
        let hold = try await scenery.desk.open(scenery.request(), notify: { _ in })
        await #expect(throws: HoldError.notFound(hold.id)) {
            try await scenery.consent(hold.id, by: "frank")
        }
        await #expect(throws: HoldError.notFound(hold.id)) {
            try await scenery.deny(hold.id, by: "frank")
        }
        await #expect(throws: HoldError.notFound(hold.id)) {
            try await scenery.desk.withdraw(hold.id, by: scenery.caller("frank"), reason: "")
        }
        #expect(try await scenery.ground.entries(of: hold.id).map(\.kind) == ["hold-opened"])
    }

    @Test("threat 34: the same refusal is entered once, and then counted")
    func repeated() async throws {
        let scenery = try await Scenery()
        for person in ["alice", "carol"] { try await scenery.enrol(person) }
        let hold = try await scenery.desk.open(scenery.request(), notify: { _ in })
        for _ in 0..<20 {
            for person in ["alice", "carol", "deploy-bot"] {
                await #expect(throws: HoldError.self) {
                    try await scenery.desk.consent(
                        hold.id, by: scenery.caller(person),
                        document: scenery.document(hold.id).bytes,
                        signature: scenery.signature(of: person))
                }
            }
        }
        let entered = try await scenery.ground.entries(of: hold.id).dropFirst()
        #expect(
            entered.map { $0.body["reason"]?.text } == ["owner", "not-in-group", "not-a-person"])
        await scenery.desk.stop()
        let all = try await scenery.ground.entries(of: hold.id)
        let counts = all.compactMap { $0.body["count"]?.integer }
        #expect(counts == [19, 19, 19])
    }

    @Test("a person who asks cannot consent to it either, and a new owner of the agent cannot")
    func requesterAndNewOwner() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let own = try await scenery.desk.open(
            scenery.request(by: scenery.caller("bob")), notify: { _ in })
        await #expect(throws: HoldError.refused(.requester)) {
            try await scenery.consent(own.id, by: "bob")
        }
        let agents = try await scenery.desk.open(scenery.request(), notify: { _ in })
        var declared = Scenery.declaration()
        declared.agents[0].owner = "bob"
        scenery.directory.replace(with: try Directory(declared))
        await #expect(throws: HoldError.refused(.owner)) {
            try await scenery.consent(agents.id, by: "bob")
        }
    }

    @Test(
        "threats 17 and 19: what was signed must be this hold, its digest, this decision, this ledger"
    )
    func documents() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let hold = try await scenery.desk.open(scenery.request(), notify: { _ in })
        let other = try await scenery.desk.open(scenery.request(), notify: { _ in })
        let good = try await scenery.document(hold.id)
        #expect(
            try await scenery.document(other.id).digest != good.digest, "nonce and salts differ")
        func with(
            hold: HoldID? = nil, digest: Digest? = nil,
            decision: ConsentDocument.Decision = .consent,
            origin: String? = nil, size: UInt64? = nil, root: Digest? = nil, reason: String = "r"
        ) -> [UInt8] {
            let seen = good.checkpoint
            return ConsentDocument(
                hold: hold ?? good.hold, digest: digest ?? good.digest, decision: decision,
                reason: reason,
                checkpoint: .init(
                    origin: origin ?? seen.origin, size: size ?? seen.size, root: root ?? seen.root)
            ).bytes
        }
        let wrong = SHA256.hash("another")
        let long = String(repeating: "x", count: Limits.reasonBytesMax + 1)
        let table: [([UInt8], String)] = [
            (with(hold: other.id), "other-hold"), (with(digest: wrong), "other-digest"),
            (with(decision: .refuse), "other-decision"),
            (with(origin: "elsewhere"), "other-ledger"),
            (with(size: .max), "other-ledger"), (with(root: wrong), "other-ledger"),
            (with(reason: long), "document"), ([], "document"), (good.bytes + [0x0A], "document"),
            (Array(good.bytes.dropLast()), "document"),
        ]
        for (document, code) in table {
            let error = await #expect(throws: HoldError.self) {
                try await scenery.desk.consent(
                    hold.id, by: scenery.caller("bob"), document: document,
                    signature: scenery.signature(of: "bob"))
            }
            guard case .refused(let refusal) = error else {
                Issue.record("not refused: \(code)")
                continue
            }
            #expect(refusal.code == code)
        }
        #expect(try await scenery.consent(hold.id, by: "bob").state == .approved)
    }

    @Test("a consent is a fresh act with a live, protected key")
    func freshnessAndKeys() async throws {
        let scenery = try await Scenery()
        let hold = try await scenery.desk.open(
            scenery.request(decision: scenery.decision(milliseconds: 86_400_000)),
            notify: { _ in })
        try await scenery.enrol("dora", isProtected: false)
        await #expect(throws: HoldError.refused(.keyUnprotected)) {
            try await scenery.consent(hold.id, by: "dora")
        }
        try await scenery.enrol("bob")
        scenery.clock.advance(milliseconds: 1_800_001)
        await #expect(throws: HoldError.refused(.notFresh)) {
            try await scenery.consent(hold.id, by: "bob")
        }
        try await scenery.login("bob")
        scenery.clock.advance(milliseconds: 1_800_000)
        let key = try await scenery.enrol("erin")
        try await scenery.keys.revoke(key.id, by: scenery.caller("erin"), now: scenery.clock.now)
        await #expect(throws: HoldError.self) { try await scenery.consent(hold.id, by: "erin") }
        #expect(try await scenery.consent(hold.id, by: "bob").state == .approved)
    }

    @Test(
        "a key revoked while its signature was being checked does not count: the transition asks last"
    )
    func revokedMeanwhile() async throws {
        let scenery = try await Scenery()
        let key = try await scenery.enrol("bob")
        let desk = HoldDesk(
            database: scenery.ground.database, ledger: scenery.ground.ledger,
            directory: scenery.directory, tokens: scenery.tokens, clock: scenery.clock.clock,
            verify: { armored, message, _ in
                try await scenery.keys.revoke(
                    key.id, by: scenery.caller("bob"), now: scenery.clock.now)
                return VerifiedSignature(key: key, message: SHA256.hash(message), armored: armored)
            })
        let hold = try await desk.open(scenery.request(), notify: { _ in })
        await #expect(throws: HoldError.refused(.keyNotLive)) {
            try await desk.consent(
                hold.id, by: scenery.caller("bob"), document: scenery.document(hold.id).bytes,
                signature: scenery.signature(of: "bob"))
        }
        #expect(try await scenery.state(hold.id) == .pending)
    }

    @Test("threat 21: two groups need two people, and the same person's second yes changes nothing")
    func distinctPeople() async throws {
        let scenery = try await Scenery()
        for person in ["bob", "dora"] { try await scenery.enrol(person) }
        let told = Told()
        let hold = try await scenery.desk.open(
            scenery.request(decision: scenery.decision(.hold, [("dba", 1), ("security", 1)])),
            notify: told.notify)
        let once = try await scenery.consent(hold.id, by: "bob")
        #expect(once.state == .pending)
        #expect(once.missing.count == 1)
        let size = scenery.ground.ledger.size
        #expect(try await scenery.consent(hold.id, by: "bob").consents.count == 1)
        #expect(scenery.ground.ledger.size == size, "a double click enters nothing")
        #expect(told.all.isEmpty)
        let both = try await scenery.consent(hold.id, by: "dora")
        #expect(both.state == .approved)
        #expect(told.all == [.approved])
    }

    @Test("a no denies; who asked withdraws instead, and others may not")
    func denyAndWithdraw() async throws {
        let scenery = try await Scenery()
        for person in ["alice", "bob", "carol"] { try await scenery.enrol(person) }
        let told = Told()
        let denied = try await scenery.desk.open(scenery.request(), notify: told.notify)
        await #expect(throws: HoldError.refused(.notInGroup(["dba"]))) {
            try await scenery.deny(denied.id, by: "carol")
        }
        await #expect(throws: HoldError.refused(.owner)) {
            try await scenery.deny(denied.id, by: "alice")
        }
        #expect(try await scenery.deny(denied.id, by: "bob").state == .denied)
        #expect(told.all == [.ended(.denied, by: try name("bob"), why: "looked")])
        let kinds = try await scenery.ground.entries(of: denied.id).map(\.kind)
        #expect(kinds.suffix(2) == ["consent", "hold-denied"])
        for person in ["alice", "deploy-bot"] {
            let hold = try await scenery.desk.open(scenery.request(), notify: { _ in })
            await #expect(throws: HoldError.notYours) {
                try await scenery.desk.withdraw(hold.id, by: scenery.caller("bob"), reason: "")
            }
            try await scenery.desk.withdraw(hold.id, by: scenery.caller(person), reason: "typo")
            #expect(try await scenery.state(hold.id) == .abandoned)
            await #expect(throws: HoldError.self) {
                try await scenery.desk.withdraw(hold.id, by: scenery.caller(person), reason: "")
            }
            await #expect(throws: HoldError.refused(.notPending(.abandoned))) {
                try await scenery.consent(hold.id, by: "bob")
            }
        }
    }
}
