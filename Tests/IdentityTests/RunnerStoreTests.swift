import Cryptography
import Testing
import Vocabulary

@testable import Identity

@Suite("Runners on other hosts")
struct RunnerStoreTests {
    private let scenery: Scenery
    private let runners: RunnerStore
    private let web: RunnerName

    init() async throws {
        scenery = try await Scenery()
        runners = RunnerStore(
            database: scenery.database, directory: scenery.directory,
            revocations: scenery.revocations, attempts: AttemptLimiter(secret: [1]),
            enter: scenery.entered.enter)
        web = try required(RunnerName("web1"))
    }

    private func invite(_ name: String = "web1") async throws -> IssuedEnrolment {
        try await runners.invite(
            required(RunnerName(name)), milliseconds: hour, by: scenery.person("carol"), now: noon)
    }

    /// `nil` where it is refused.
    private func spend(
        _ text: String, as runner: String = "web1", at time: WallTime = noon
    ) async throws -> RunnerEnrolment? {
        let name = try required(RunnerName(runner))
        do throws(LoginRefusal) {
            return try await runners.spend(
                text, as: name, address: "192.0.2.1", now: time, monotonic: start)
        } catch {
            #expect(error.kind == .refused)
            return nil
        }
    }

    private func certificate(_ text: String, of runner: String = "web1") throws -> RunnerCertificate
    {
        RunnerCertificate(
            runner: try required(RunnerName(runner)), fingerprint: SHA256.hash(text),
            expires: noon.advanced(byMilliseconds: 100 * hour))
    }

    private func enrol(_ text: String, as runner: String = "web1") async throws {
        let token = try await invite(runner).text
        let enrolment = try required(try await spend(token, as: runner))
        try await runners.enrol(
            enrolment, certificate(text, of: runner), address: "192.0.2.1", now: noon)
    }

    private func isGood(
        _ text: String, of runner: String = "web1", at time: WallTime = noon
    ) async throws -> Bool {
        try await runners.isGood(
            required(RunnerName(runner)), SHA256.hash(text), now: time)
    }

    @Test("an enrolment token is good once, whatever becomes of it")
    func once() async throws {
        let issued = try await invite()
        #expect(try await spend(issued.text, as: "web2") == nil)
        #expect(try await spend(issued.text) == issued.enrolment)
        #expect(try await spend(issued.text) == nil)
    }

    @Test("an enrolment token is stored as a hash, and no token of anything else")
    func secret() async throws {
        let issued = try await invite()
        let secret = try #require(issued.text.split(separator: "_").last)
        let stored = try await scenery.database.read { statements in
            try statements.rows("SELECT * FROM identity_enrolments").map { try $0.text("hash") }
        }
        #expect(stored == [SHA256.hash(issued.text).hex])
        #expect(!"\(scenery.entered.all.map(\.body))".contains(secret))
        #expect(try await scenery.tokens.authenticate(issued.text, now: noon) == nil)
        let other = try await scenery.agentToken().text
        #expect(try await spend(other) == nil)
    }

    @Test(
        "an enrolment token that is altered, late, or of one who is no administrator any more is none"
    )
    func badTokens() async throws {
        let issued = try await invite()
        let altered = issued.text.dropLast() + (issued.text.last == "0" ? "1" : "0")
        #expect(try await spend(String(altered)) == nil)
        let late = noon.advanced(byMilliseconds: hour)
        #expect(try await spend(issued.text, at: late) == nil)
        var next = declaration()
        next.administrators = ["bob"]
        scenery.directory.replace(with: try Directory(next))
        #expect(try await spend(issued.text) == nil)
    }

    @Test("threat 34: who keeps failing at one address is not heard any more, others are")
    func attempts() async throws {
        for _ in 0..<Limits.addressFailuresMax { #expect(try await spend("spe_no") == nil) }
        let good = try await invite().text
        await #expect(throws: LoginRefusal.self) {
            _ = try await runners.spend(
                good, as: web, address: "192.0.2.1", now: noon, monotonic: start)
        }
        _ = try await runners.spend(
            good, as: web, address: "198.51.100.1", now: noon, monotonic: start)
    }

    @Test("only administrators invite and revoke, in person", arguments: ["alice", "deploy-bot"])
    func notAllowed(_ name: String) async throws {
        let asker = try scenery.person(name)
        await #expect(throws: IdentityError.notAllowed("only administrators enrol runners")) {
            _ = try await runners.invite(web, milliseconds: hour, by: asker, now: noon)
        }
        try await enrol("first")
        await #expect(throws: IdentityError.notAllowed("only administrators revoke runners")) {
            try await runners.revoke(web, by: asker, now: noon)
        }
        #expect(try await isGood("first"))
    }

    @Test("the names of what is no host's are refused", arguments: ["local", "LOCAL", "", "a b"])
    func names(_ text: String) { #expect(RunnerName(text) == nil) }

    @Test("a certificate proves its own runner, until it ends")
    func proof() async throws {
        try await enrol("first")
        try await enrol("second", as: "web2")
        #expect(try await runners.prove(web, SHA256.hash("first"), now: noon))
        #expect(try await !isGood("second"))
        #expect(try await !isGood("first", of: "web2"))
        #expect(try await !isGood("unknown"))
        #expect(try await !isGood("first", at: noon.advanced(byMilliseconds: 100 * hour)))
    }

    @Test("who is enrolled anew under a name takes it from whoever had it, who is told to go")
    func enrolledAnew() async throws {
        try await enrol("first")
        let heard = Heard()
        let subscription = scenery.revocations.subscribe(heard.add)
        defer { subscription.cancel() }
        try await enrol("second")
        #expect(try await !isGood("first"))
        #expect(try await isGood("second"))
        #expect(heard.all.contains(.runner(web)))
    }

    @Test("a renewed certificate is good beside the old one until it is shown")
    func renewal() async throws {
        try await enrol("first")
        try await runners.renew(SHA256.hash("first"), certificate("second"), now: noon)
        #expect(try await isGood("first"))
        #expect(try await runners.prove(web, SHA256.hash("first"), now: noon))
        #expect(try await runners.prove(web, SHA256.hash("second"), now: noon))
        #expect(try await !isGood("first"))
        #expect(scenery.entered.all.map(\.kind).last == "runner-renewed")
    }

    @Test("a revoked runner is none, nor are invitations under its name; nothing of it is renewed")
    func revocation() async throws {
        try await enrol("first")
        let pending = try await invite().text
        let heard = Heard()
        let subscription = scenery.revocations.subscribe(heard.add)
        defer { subscription.cancel() }
        try await runners.revoke(web, by: scenery.person("carol"), now: noon)
        #expect(heard.all == [.runner(web)])
        #expect(try await !isGood("first"))
        #expect(try await spend(pending) == nil)
        await #expect(throws: IdentityError.self) {
            try await runners.renew(SHA256.hash("first"), certificate("second"), now: noon)
        }
        #expect(try await !isGood("second"))
        let listed = try await runners.runners()
        #expect(listed.map(\.revokedBy) == [try name("carol")])
        #expect(scenery.entered.all.map(\.kind).last == "runner-revoked")
    }

    @Test("a revocation ends an enrolment that is under way, and stands")
    func revokedMeanwhile() async throws {
        let enrolment = try #require(try await spend(invite().text))
        try await runners.revoke(web, by: scenery.person("carol"), now: noon)
        await #expect(throws: IdentityError.notAllowed("the enrolment was revoked meanwhile")) {
            try await runners.enrol(enrolment, certificate("first"), address: "", now: noon)
        }
        #expect(try await !isGood("first"))
        #expect(try await runners.runners().isEmpty)
        #expect(!scenery.entered.all.map(\.kind).contains("runner-enrolled"))
        // Of one that is there, it stays revoked.
        try await enrol("second")
        let again = try #require(try await spend(invite().text))
        try await runners.revoke(web, by: scenery.person("carol"), now: noon)
        await #expect(throws: IdentityError.self) {
            try await runners.enrol(again, certificate("third"), address: "", now: noon)
        }
        #expect(try await runners.runners().map(\.revokedBy) == [try name("carol")])
        #expect(try await !isGood("second"))
        #expect(try await !isGood("third"))
    }

    @Test("an enrolment leads to one certificate")
    func enrolledOnce() async throws {
        let enrolment = try #require(try await spend(invite().text))
        try await runners.enrol(enrolment, certificate("first"), address: "", now: noon)
        await #expect(throws: IdentityError.self) {
            try await runners.enrol(enrolment, certificate("second"), address: "", now: noon)
        }
        #expect(try await isGood("first"))
    }

    @Test("a full ledger keeps nobody from being revoked, and lets nobody in")
    func fullLedger() async throws {
        try await enrol("first")
        let token = try await invite("web2").text
        let enrolment = try #require(try await spend(token, as: "web2"))
        scenery.entered.fill(true)
        await #expect(throws: Missing.self) {
            try await runners.enrol(
                enrolment, certificate("second", of: "web2"), address: "", now: noon)
        }
        #expect(try await !isGood("second", of: "web2"))
        await #expect(throws: Missing.self) {
            try await runners.revoke(web, by: scenery.person("carol"), now: noon)
        }
        #expect(try await !isGood("first"))
        scenery.entered.fill(false)
        try await runners.revoke(web, by: scenery.person("carol"), now: noon)
        #expect(scenery.entered.all.map(\.kind).last == "runner-revoked")
    }
}
