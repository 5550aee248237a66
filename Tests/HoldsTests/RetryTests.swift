import Cryptography
import Ledger
import Testing
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Policy

@Suite("A hold for those who cannot wait")
struct RetryTests {
    enum Came: Hashable { case waits(HoldID), approved(HoldID), denied(HoldID, String, String) }

    static func command(
        _ text: String = "rm -r /srv/app", effect: String = "rm"
    ) -> Action {
        Action(
            kind: .exec, statement: Array(text.utf8), values: [],
            effects: [Effect(.shellExec, .exactly(ObjectName(["/", "usr", "bin", effect])))],
            inTransaction: false, digest: SHA256.hash(text))
    }

    func ask(
        _ scenery: Scenery, _ request: HoldRequest, on desk: HoldDesk? = nil,
        notify: (@Sendable (HoldSignal) -> Void)? = nil
    ) async throws -> Came {
        switch try await (desk ?? scenery.desk).ask(request, notify: notify) {
        case .waits(let hold): .waits(hold.id)
        case .approved(let hold): .approved(hold.id)
        case .denied(let id, by: let who, why: let why): .denied(id, who.text, why)
        }
    }

    func held(_ scenery: Scenery, _ request: HoldRequest) async throws -> HoldID {
        guard case .waits(let id) = try await ask(scenery, request) else { throw Missing() }
        return id
    }

    func release(
        _ scenery: Scenery, _ id: HoldID, _ request: HoldRequest, on desk: HoldDesk? = nil
    ) async throws -> ReleaseTests.Came {
        let decision = request.decision
        switch try await (desk ?? scenery.desk).release(id, now: decision, for: request) {
        case .released(let release, let consents):
            return .released(release.digest, consents.map(\.person.text))
        case .pendingAgain(let hold, _): return .again(hold.round)
        case .refused(let why): return .refused(why)
        }
    }

    @Test(
        "threat 19: the same that comes again is the same hold, goes through once, and is then asked anew"
    )
    func once() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let first = try scenery.retry()
        let id = try await held(scenery, first)
        let again = try scenery.retry(session: "ses_2")
        #expect(try await ask(scenery, again) == .waits(id))
        try await scenery.consent(id, by: "bob")
        #expect(try await ask(scenery, again) == .approved(id))
        #expect(
            try await release(scenery, id, again) == .released(first.action.digest, ["bob"]))
        await #expect(throws: HoldError.illegal(IllegalHoldStep(state: .running, step: .release))) {
            try await release(scenery, id, again)
        }
        let third = try await held(scenery, again)
        #expect(third != id)
        try await scenery.desk.finished(id, .succeeded(detail: "exited 0"))
        let entries = try await scenery.ground.entries(of: id)
        #expect(
            entries.map(\.kind) == ["hold-opened", "consent", "hold-released", "hold-finished"])
        #expect(entries[0].body["kind"] == "retry")
        #expect(entries[2].body["session"] == "ses_2")
        let audit = ConsentAudit()
        let key = try await scenery.ground.entries().first { $0.kind == "key-enrolled" }
        #expect(key == nil, "this scenery's keys are not in its ledger")
        for entry in entries where entry.kind != "hold-released" {
            #expect(await audit.finding(in: entry) == nil)
        }
    }

    @Test(
        "threat 19: another credential, requester, target or action finds no hold and is let go by none",
        arguments: ["credential", "requester", "target", "action"])
    func bound(_ other: String) async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let id = try await held(scenery, scenery.retry())
        try await scenery.consent(id, by: "bob")
        var request = try scenery.retry()
        switch other {
        case "credential": request = try scenery.retry(credential: "another")
        case "requester": request = try scenery.retry(by: "dora")
        case "target": request.target = try targetName("invoices")
        default: request.action = Self.command("rm -r /srv/other")
        }
        await #expect(throws: HoldError.invalid("the hold is for another request")) {
            try await release(scenery, id, request)
        }
        #expect(try await held(scenery, request) != id)
        #expect(try await scenery.state(id) == .approved, "it still waits for its own")
        #expect(
            try await release(scenery, id, scenery.retry())
                == .released(Self.command().digest, ["bob"]))
    }

    @Test("a person's no stays the answer for as long as the hold would have lived")
    func denied() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let id = try await held(scenery, scenery.retry())
        let told = Told()
        #expect(try await ask(scenery, scenery.retry(), notify: told.notify) == .waits(id))
        try await scenery.deny(id, by: "bob")
        #expect(told.all == [.ended(.denied, by: try name("bob"), why: "looked")])
        scenery.clock.advance(milliseconds: 59_999)
        #expect(try await ask(scenery, scenery.retry()) == .denied(id, "bob", "looked"))
        #expect(try await held(scenery, scenery.retry(credential: "another")) != id)
        scenery.clock.advance(milliseconds: 1)
        #expect(try await held(scenery, scenery.retry()) != id)
    }

    @Test("expires like any, approved or not, and is then asked anew", arguments: [false, true])
    func expires(_ isApproved: Bool) async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let id = try await held(scenery, scenery.retry())
        if isApproved { try await scenery.consent(id, by: "bob") }
        scenery.clock.advance(milliseconds: 60_000)
        #expect(try await held(scenery, scenery.retry()) != id)
        #expect(try await scenery.state(id) == .expired)
        await #expect(throws: HoldError.illegal(IllegalHoldStep(state: .expired, step: .release))) {
            try await release(scenery, id, scenery.retry())
        }
    }

    @Test("its requester withdraws it, and whoever waits for it is told")
    func withdrawn() async throws {
        let scenery = try await Scenery()
        let told = Told()
        let request = try scenery.retry()
        guard case .waits(let id) = try await ask(scenery, request, notify: told.notify) else {
            throw Missing()
        }
        try await scenery.desk.withdraw(id, by: request.requester, reason: "no longer needed")
        #expect(told.ends == 1)
        #expect(try await held(scenery, request) != id)
    }

    @Test("who has left is told nothing, and the hold stays")
    func left() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let (gone, stays) = (Told(), Told())
        guard
            case .waits(let first) = try await scenery.desk.ask(
                scenery.retry(), notify: gone.notify)
        else { throw Missing() }
        _ = try await ask(scenery, scenery.retry(), notify: stays.notify)
        scenery.desk.leave(first.id, waiter: first.waiter)
        try await scenery.consent(first.id, by: "bob")
        #expect(gone.all == [])
        #expect(stays.all == [.approved])
    }

    @Test("what depends on its session cannot come again")
    func sessions() async throws {
        let scenery = try await Scenery()
        var bad = [Action.Kind.query, .parse, .execute, .functionCall].map { kind in
            var action = Self.command()
            action.kind = kind
            return action
        }
        var inside = Self.command()
        inside.inTransaction = true
        bad.append(inside)
        for action in bad {
            let request = try scenery.retry(action: action)
            await #expect(throws: HoldError.self) { try await scenery.desk.ask(request) }
        }
        let own = try scenery.request(action: Self.command())
        await #expect(throws: HoldError.self) { try await scenery.desk.ask(own) }
        let retry = try scenery.retry()
        await #expect(throws: HoldError.self) {
            try await scenery.desk.open(retry, notify: { _ in })
        }
        #expect(try await scenery.desk.holds(for: scenery.caller("bob")).isEmpty)
    }

    @Test("threat 34: it counts among those that wait, and the same again does not")
    func caps() async throws {
        var options = HoldOptions()
        options.pendingPerPrincipalMax = 2
        let scenery = try await Scenery(options: options)
        for _ in 0..<4 { _ = try await held(scenery, scenery.retry()) }
        _ = try await held(scenery, scenery.retry(action: Self.command("two")))
        let third = try scenery.retry(action: Self.command("three"))
        await #expect(throws: HoldError.self) { try await scenery.desk.ask(third) }
    }

    @Test("many that ask at once open one hold, and one of them is let go")
    func together() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let request = try scenery.retry()
        let ids = try await withThrowingTaskGroup(of: HoldID.self) { group in
            for _ in 0..<8 { group.addTask { try await held(scenery, request) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        let id = try required(ids.first)
        #expect(ids.count == 1)
        try await scenery.consent(id, by: "bob")
        let released = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    guard let came = try? await release(scenery, id, request) else { return false }
                    return came == .released(request.action.digest, ["bob"])
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(released == 1)
    }

    @Test(
        "threat 22: decided again when it comes again: denied, asked anew, and another effect asks anew"
    )
    func decidedAgain() async throws {
        let scenery = try await Scenery()
        for person in ["bob", "carol"] { try await scenery.enrol(person) }
        let id = try await held(scenery, scenery.retry())
        try await scenery.consent(id, by: "bob")
        let stricter = try scenery.retry(
            decision: scenery.decision(.hold, [("dba", 1), ("security", 1)]))
        #expect(try await release(scenery, id, stricter) == .again(2))
        for person in ["bob", "carol"] { try await scenery.consent(id, by: person) }
        var other = stricter
        other.action.effects = Self.command(effect: "shred").effects
        #expect(try await release(scenery, id, other) == .again(3))
        let shown = try await scenery.desk.hold(id, for: scenery.caller("bob"))
        #expect(shown.kind == .retry && shown.state == .pending)
        #expect(shown.statement.text(.session) == "retry pam sallyport")
        for person in ["bob", "carol"] { try await scenery.consent(id, by: person) }
        var denied = other
        denied.decision = scenery.decision(.deny)
        #expect(try await release(scenery, id, denied) == .refused("the policy now denies it"))
        #expect(try await held(scenery, stricter) != id, "no person said no")
    }

    @Test("threat 22: a revoked credential neither asks nor is let go")
    func revoked() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let token = try await scenery.tokens.issue(
            forAgent: name("deploy-bot"), targets: nil, milliseconds: 3_600_000,
            by: scenery.caller("alice"), now: scenery.clock.now)
        let caller = try await scenery.tokens.authenticate(token.text, now: scenery.clock.now)
        var request = try scenery.retry()
        request.requester = try required(caller)
        let id = try await held(scenery, request)
        try await scenery.consent(id, by: "bob")
        try await scenery.tokens.revoke(
            token.token.id, by: scenery.caller("alice"), now: scenery.clock.now)
        await #expect(throws: HoldError.self) { try await scenery.desk.ask(request) }
        #expect(
            try await release(scenery, id, request)
                == .refused("the requester's credential is no longer good"))
    }

    @Test(
        "threat 22: a revocation ends the holds that stand on it, and no other",
        arguments: ["token", "requester", "issuer"])
    func ended(by what: String) async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        func token() async throws -> (TokenID, HoldRequest) {
            let issued = try await scenery.tokens.issue(
                forAgent: name("deploy-bot"), targets: nil, milliseconds: 3_600_000,
                by: scenery.caller("alice"), now: scenery.clock.now)
            var request = try scenery.retry(action: Self.command(issued.text))
            request.requester = try required(
                await scenery.tokens.authenticate(issued.text, now: scenery.clock.now))
            return (issued.token.id, request)
        }
        let (first, second) = (try await token(), try await token())
        let (mine, other) = (
            try await held(scenery, first.1), try await held(scenery, second.1)
        )
        let approved = try await held(scenery, scenery.retry(by: "dora"))
        try await scenery.consent(approved, by: "bob")
        let session = try await scenery.desk.open(scenery.request(), notify: { _ in })
        let revocation: Revocation =
            switch what {
            case "token": .token(first.0, of: try name("deploy-bot"))
            case "requester": .principal(try name("deploy-bot"))
            default: .principal(try name("alice"))
            }
        try await scenery.desk.apply(revocation)
        #expect(try await scenery.state(mine) == .abandoned)
        #expect(try await scenery.state(other) == (what == "token" ? .pending : .abandoned))
        #expect(try await scenery.state(approved) == .approved)
        #expect(try await scenery.state(session.id) == .pending)
        try await scenery.desk.apply(.principal(try name("dora")))
        #expect(try await scenery.state(approved) == .abandoned)
        let entry = try required(await scenery.ground.entries(of: mine).last)
        #expect(entry.kind == "hold-abandoned")
        #expect(entry.body["why"]?.text == "the requester's credential was revoked")
    }

    @Test("it expires with its credential, if that is sooner")
    func expiresWithCredential() async throws {
        let scenery = try await Scenery()
        let issued = try await scenery.tokens.issue(
            forAgent: name("deploy-bot"), targets: nil, milliseconds: 60_000,
            by: scenery.caller("alice"), now: scenery.clock.now)
        scenery.clock.advance(milliseconds: 20_000)
        var request = try scenery.retry()
        request.requester = try required(
            await scenery.tokens.authenticate(issued.text, now: scenery.clock.now))
        let id = try await held(scenery, request)
        scenery.clock.advance(milliseconds: 39_999)
        #expect(try await !scenery.desk.expire(id))
        scenery.clock.advance(milliseconds: 1)
        #expect(try await scenery.desk.expire(id))
    }

    @Test(
        "a restart keeps it, with its consents and what is left of its time",
        arguments: [0, 70_000])
    func restart(_ jump: Int64) async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let approved = try await held(scenery, scenery.retry())
        let pending = try await held(scenery, scenery.retry(action: Self.command("two")))
        let session = try await scenery.desk.open(scenery.request(), notify: { _ in })
        try await scenery.consent(approved, by: "bob")
        await scenery.desk.stop()
        #expect(try await scenery.state(session.id) == .abandoned)
        scenery.clock.advance(milliseconds: 20_000)
        // Set back, the wall clock makes no hold live longer than it ever could.
        scenery.clock.jump(milliseconds: -jump)
        let desk = Scenery.desk(
            scenery.ground, scenery.directory, scenery.tokens, scenery.keys, HoldOptions(),
            scenery.clock)
        #expect(try await desk.restart() == [])
        #expect(
            try await ask(scenery, scenery.retry(action: Self.command("two")), on: desk)
                == .waits(pending))
        #expect(
            try await release(scenery, approved, scenery.retry(), on: desk)
                == .released(Self.command().digest, ["bob"]))
        scenery.clock.advance(milliseconds: jump == 0 ? 39_999 : 59_999)
        #expect(try await !desk.expire(pending))
        scenery.clock.advance(milliseconds: 1)
        #expect(try await desk.expire(pending))
    }

    @Test("a restart ends what the ledger may not have, and what ran is unknown")
    func restartWithout() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let running = try await held(scenery, scenery.retry())
        try await scenery.consent(running, by: "bob")
        _ = try await release(scenery, running, scenery.retry())
        let pending = try await held(scenery, scenery.retry())
        try await scenery.ground.database.write { statements in
            try HoldTable(statements).noteEntered(pending, round: 0)
        }
        let desk = Scenery.desk(
            scenery.ground, scenery.directory, scenery.tokens, scenery.keys, HoldOptions(),
            scenery.clock)
        #expect(try await Set(desk.restart()) == [running, pending])
        #expect(try await scenery.state(running) == .unknown)
        #expect(try await scenery.state(pending) == .abandoned)
    }
}

extension Scenery {
    func retry(
        by requester: String = "deploy-bot", credential: String = "sallyport",
        session: String = "ses_1", action: Action = RetryTests.command(),
        decision: Decision? = nil
    ) throws -> HoldRequest {
        HoldRequest(
            requester: AuthenticatedPrincipal(
                principal: try required(directory.value.principal(named: requester)),
                credential: Credential(
                    kind: .pam, identifier: credential, issuers: [], expires: nil, targets: nil)),
            session: SessionID(rawValue: session), target: try targetName("orders"),
            action: action, decision: decision ?? self.decision(), kind: .retry)
    }
}
