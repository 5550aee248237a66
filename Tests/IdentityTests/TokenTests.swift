import Cryptography
import Store
import Testing
import Vocabulary

@testable import Identity

@Suite("Tokens")
struct TokenTests {
    @Test("prove their agent, with issuer, expiry and targets")
    func issue() async throws {
        let scenery = try await Scenery()
        let issued = try await scenery.agentToken(targets: [target("orders")])
        let proof = try #require(try await scenery.tokens.authenticate(issued.text, now: noon))
        #expect(proof.principal.name.text == "deploy-bot")
        #expect(proof.principal.groups == ["automation"])
        #expect(proof.credential.kind == .token)
        #expect(proof.credential.identifier == issued.token.id.rawValue)
        #expect(proof.credential.issuers == [try name("alice")])
        #expect(proof.credential.targets == [try target("orders")])
        #expect(proof.credential.expires == noon.advanced(byMilliseconds: hour))
    }

    @Test("are stored as a hash only")
    func storedAsHash() async throws {
        let scenery = try await Scenery()
        let issued = try await scenery.agentToken()
        let secret = try #require(issued.text.split(separator: "_").last.map(String.init))
        #expect(secret.count == 64)
        let rows = try await scenery.database.read {
            try $0.rows("SELECT * FROM identity_tokens").map { row in
                try Token.columns.split(separator: ", ").map { row[String($0)] }
                    + [.text(row.text("hash"))]
            }
        }
        #expect(rows.first?.contains(.text(SHA256.hash(issued.text).hex)) == true)
        #expect(!"\(rows)".contains(secret))
        #expect(scenery.entered.all == [.tokenIssued(issued.token)])
        #expect(!"\(scenery.entered.all.map(\.body))".contains(secret))
    }

    @Test("without targets open what the agent is declared for, as of now")
    func declaredTargets() async throws {
        let scenery = try await Scenery()
        let issued = try await scenery.agentToken(targets: [target("orders"), target("stock")])
        var next = declaration()
        next.agents[0].targets = ["stock"]
        scenery.directory.replace(with: try Directory(next))
        let proof = try await scenery.tokens.authenticate(issued.text, now: noon)
        #expect(proof?.credential.targets == [try target("stock")])
        let unlimited = try await scenery.agentToken("report-bot", by: "bob")
        let other = try #require(try await scenery.tokens.authenticate(unlimited.text, now: noon))
        #expect(other.credential.targets == nil)
    }

    @Test(
        "threat 20: an administrator who issues one is in its chain, and so is who stood behind them"
    )
    func chain() async throws {
        let scenery = try await Scenery()
        let byCarol = try await scenery.agentToken(by: "carol")
        let carols = try await scenery.tokens.authenticate(byCarol.text, now: noon)
        #expect(carols?.credential.issuers == [try name("carol")])
        let delegated = AuthenticatedPrincipal(
            principal: try scenery.person("alice").principal,
            credential: Credential(
                kind: .pam, identifier: "x", issuers: [try name("bob")], expires: nil, targets: nil)
        )
        let issued = try await scenery.tokens.issue(
            forAgent: name("deploy-bot"), targets: nil, milliseconds: hour, by: delegated,
            now: noon)
        #expect(issued.token.issuers == [try name("alice"), try name("bob")])
    }

    @Test(
        "are issued by the owner or an administrator only",
        arguments: [
            ("deploy-bot", "bob"), ("report-bot", "alice"), ("alice", "carol"), ("alice", "alice"),
            ("nobody", "carol"),
        ])
    func notAllowed(agent: String, issuer: String) async throws {
        let scenery = try await Scenery()
        await #expect(throws: IdentityError.self) {
            try await scenery.agentToken(agent, by: issuer)
        }
    }

    @Test("threat 20: an agent issues no token, not even for itself")
    func agentsIssueNothing() async throws {
        let scenery = try await Scenery()
        let issued = try await scenery.agentToken()
        let agent = try #require(try await scenery.tokens.authenticate(issued.text, now: noon))
        await #expect(throws: IdentityError.self) {
            try await scenery.tokens.issue(
                forAgent: name("deploy-bot"), targets: nil, milliseconds: hour, by: agent, now: noon
            )
        }
        await #expect(throws: IdentityError.self) {
            try await scenery.tokens.revoke(issued.token.id, by: agent, now: noon)
        }
        #expect(try await scenery.tokens.tokens(visibleTo: agent).isEmpty)
    }

    @Test("cannot be issued with a login token that has ended")
    func endedIssuer() async throws {
        let scenery = try await Scenery()
        let login = try await scenery.loginToken("alice")
        let alice = try #require(try await scenery.tokens.authenticate(login.text, now: noon))
        #expect(alice.credential.issuers.isEmpty)
        try await scenery.tokens.revoke(login.token.id, by: alice, now: noon)
        await #expect(throws: IdentityError.notAllowed("your own token has ended: log in again")) {
            try await scenery.tokens.issue(
                forAgent: name("deploy-bot"), targets: nil, milliseconds: hour, by: alice, now: noon
            )
        }
    }

    @Test(
        "live within bounds", arguments: [-1, 0, 999, Limits.agentTokenMillisecondsMax + 1, .max])
    func lifetimes(milliseconds: Int64) async throws {
        let scenery = try await Scenery()
        await #expect(throws: IdentityError.self) {
            try await scenery.tokens.issue(
                forAgent: name("deploy-bot"), targets: nil, milliseconds: milliseconds,
                by: scenery.person("alice"), now: noon)
        }
        await #expect(throws: IdentityError.self) {
            try await scenery.tokens.issueLogin(
                LoginGrant(person: name("alice")), milliseconds: milliseconds, now: noon)
        }
    }

    @Test("name only targets of the agent", arguments: [[], ["payroll"], ["orders", "payroll"]])
    func foreignTargets(targets: [String]) async throws {
        let scenery = try await Scenery()
        await #expect(throws: IdentityError.self) {
            try await scenery.agentToken(targets: Set(targets.map(target)))
        }
    }

    @Test("that are altered, cut, or of another form prove nobody")
    func altered() async throws {
        let scenery = try await Scenery()
        let text = try await scenery.agentToken().text
        let last = text.last == "0" ? "1" : "0"
        let bad = [
            "", "spt_", String(text.dropLast()), text + "0", text.dropLast() + last,
            text.uppercased(), "x" + text.dropFirst(), text.replacing("_", with: "-"),
            " " + text.dropFirst(), "spt_" + String(repeating: "é", count: 46),
        ]
        for text in bad {
            #expect(try await scenery.tokens.authenticate(text, now: noon) == nil, "\(text)")
        }
        // In memory now: the same again.
        #expect(try await scenery.tokens.authenticate(text, now: noon) != nil)
        for text in bad {
            #expect(try await scenery.tokens.authenticate(text, now: noon) == nil, "\(text)")
        }
    }

    @Test("one token's secret does not open another")
    func swappedSecret() async throws {
        let scenery = try await Scenery()
        let one = try await scenery.agentToken().text
        let other = try await scenery.agentToken().text
        let mixed = one.prefix(31) + other.dropFirst(31)
        #expect(mixed.count == one.count)
        #expect(try await scenery.tokens.authenticate(String(mixed), now: noon) == nil)
    }

    @Test("end to the millisecond")
    func expiry() async throws {
        let scenery = try await Scenery()
        let issued = try await scenery.agentToken()
        let end = noon.advanced(byMilliseconds: hour)
        let before = end.advanced(byMilliseconds: -1)
        #expect(try await scenery.tokens.authenticate(issued.text, now: before) != nil)
        #expect(try await scenery.tokens.authenticate(issued.text, now: end) == nil)
        #expect(try await scenery.tokens.removeEnded(before: end) == 0)
        #expect(try await scenery.tokens.removeEnded(before: end.advanced(byMilliseconds: 1)) == 1)
    }

    @Test(
        "are revoked by owner, issuer, administrator, or the person themselves",
        arguments: [
            ("deploy-bot", "alice"), ("deploy-bot", "carol"), ("bob", "bob"), ("bob", "carol"),
        ])
    func revoke(principal: String, asker: String) async throws {
        let scenery = try await Scenery()
        let heard = Heard()
        let subscription = scenery.revocations.subscribe { heard.add($0) }
        let issued =
            principal == "bob"
            ? try await scenery.loginToken("bob") : try await scenery.agentToken()
        let proof = try #require(try await scenery.tokens.authenticate(issued.text, now: noon))
        #expect(try await scenery.tokens.stillHolds(proof, now: noon) != nil)
        let by = try scenery.person(asker)
        try await scenery.tokens.revoke(issued.token.id, by: by, now: noon)
        #expect(
            scenery.entered.all.last
                == .tokenRevoked(issued.token.id, of: proof.principal.name, by: by.principal.name))
        #expect(heard.all == [.token(issued.token.id, of: proof.principal.name)])
        #expect(try await scenery.tokens.authenticate(issued.text, now: noon) == nil)
        #expect(try await scenery.tokens.stillHolds(proof, now: noon) == nil)
        try await scenery.tokens.revoke(issued.token.id, by: by, now: noon)
        #expect(scenery.entered.all.count == 2)
        #expect(heard.all.count == 1)
        subscription.cancel()
    }

    @Test("threat 26: that the ledger did not take do not exist")
    func notEntered() async throws {
        let scenery = try await Scenery()
        let issued = try await scenery.agentToken()
        scenery.entered.fill(true)
        await #expect(throws: Missing.self) { try await scenery.agentToken() }
        await #expect(throws: Missing.self) { try await scenery.loginToken("bob") }
        let carol = try scenery.person("carol")
        #expect(try await scenery.tokens.tokens(visibleTo: carol) == [issued.token])
        // A row that somebody wrote without an entry.
        _ = try await scenery.database.write { statements in
            try statements.run("UPDATE identity_tokens SET ledger_index = NULL")
        }
        let forgetful = TokenStore(
            database: scenery.database, directory: scenery.directory,
            revocations: scenery.revocations, enter: scenery.entered.enter)
        try await forgetful.rememberLive(now: noon)
        #expect(forgetful.authenticateRemembered(issued.text, now: noon) == nil)
        #expect(try await forgetful.authenticate(issued.text, now: noon) == nil)
        #expect(try await forgetful.tokens(visibleTo: carol).isEmpty)
    }

    @Test(
        "threat 26: are revoked though the ledger does not take it, and entered when it does again")
    func revokedWithoutEntry() async throws {
        let scenery = try await Scenery()
        let issued = try await scenery.agentToken()
        let (alice, carol) = (try scenery.person("alice"), try scenery.person("carol"))
        scenery.entered.fill(true)
        await #expect(throws: Missing.self) {
            try await scenery.tokens.revoke(issued.token.id, by: alice, now: noon)
        }
        #expect(try await scenery.tokens.authenticate(issued.text, now: noon) == nil)
        scenery.entered.fill(false)
        for _ in 0..<2 { try await scenery.tokens.revoke(issued.token.id, by: carol, now: noon) }
        #expect(
            scenery.entered.all.dropFirst() == [
                .tokenRevoked(issued.token.id, of: issued.token.principal, by: try name("alice"))
            ])
    }

    @Test("are not revoked, or even seen, by others")
    func foreignRevoke() async throws {
        let scenery = try await Scenery()
        let issued = try await scenery.agentToken()
        let bob = try scenery.person("bob")
        await #expect(throws: IdentityError.notFound("no token `\(issued.token.id.rawValue)`")) {
            try await scenery.tokens.revoke(issued.token.id, by: bob, now: noon)
        }
        #expect(try await scenery.tokens.authenticate(issued.text, now: noon) != nil)
        #expect(try await scenery.tokens.tokens(visibleTo: bob).isEmpty)
        let alice = try scenery.person("alice")
        let carol = try scenery.person("carol")
        #expect(try await scenery.tokens.tokens(visibleTo: alice) == [issued.token])
        #expect(try await scenery.tokens.tokens(visibleTo: carol) == [issued.token])
    }

    @Test("fall with their agent, their agent's owner, and their issuer")
    func directoryChanges() async throws {
        let scenery = try await Scenery()
        let byAlice = try await scenery.agentToken()
        let byCarol = try await scenery.agentToken(by: "carol")
        let proof = try #require(try await scenery.tokens.authenticate(byAlice.text, now: noon))
        var withoutCarol = declaration()
        withoutCarol.people.removeLast()
        withoutCarol.administrators = []
        scenery.directory.replace(with: try Directory(withoutCarol))
        #expect(try await scenery.tokens.authenticate(byCarol.text, now: noon) == nil)
        #expect(try await scenery.tokens.authenticate(byAlice.text, now: noon) != nil)
        var sold = declaration()
        sold.agents[0].owner = "bob"
        scenery.directory.replace(with: try Directory(sold))
        #expect(try await scenery.tokens.authenticate(byAlice.text, now: noon) == nil)
        #expect(try await scenery.tokens.stillHolds(proof, now: noon) == nil)
        scenery.directory.replace(with: .empty)
        #expect(try await scenery.tokens.authenticate(byAlice.text, now: noon) == nil)
    }

    @Test("a proof is renewed with the groups of now")
    func groupsOfNow() async throws {
        let scenery = try await Scenery()
        let alice = try scenery.person("alice")
        var next = declaration()
        next.people[0].groups = ["security"]
        scenery.directory.replace(with: try Directory(next))
        let renewed = try await scenery.tokens.stillHolds(alice, now: noon)
        #expect(renewed?.principal.groups == ["security"])
    }

    @Test("threat 34: one principal has a bounded number of them")
    func bounded() async throws {
        let scenery = try await Scenery()
        for _ in 0..<Limits.liveTokensMax { _ = try await scenery.agentToken() }
        await #expect(throws: IdentityError.self) { try await scenery.agentToken() }
        _ = try await scenery.agentToken("report-bot", by: "bob")
    }

    @Test("are not believed when the store is closed")
    func closedStore() async throws {
        let scenery = try await Scenery()
        let issued = try await scenery.agentToken()
        let forgetful = TokenStore(
            database: scenery.database, directory: scenery.directory,
            revocations: scenery.revocations, enter: scenery.entered.enter)
        await scenery.database.close()
        await #expect(throws: StoreError.closed) {
            try await forgetful.authenticate(issued.text, now: noon)
        }
    }

    @Test("that are good are remembered from the start on, ended ones are not")
    func remembered() async throws {
        let scenery = try await Scenery()
        let live = try await scenery.agentToken()
        let ended = try await scenery.agentToken()
        try await scenery.tokens.revoke(ended.token.id, by: scenery.person("alice"), now: noon)
        let next = TokenStore(
            database: scenery.database, directory: scenery.directory,
            revocations: scenery.revocations, enter: scenery.entered.enter)
        #expect(next.authenticateRemembered(live.text, now: noon) == nil)
        try await next.rememberLive(now: noon)
        #expect(next.authenticateRemembered(live.text, now: noon) != nil)
        #expect(next.authenticateRemembered(ended.text, now: noon) == nil)
        let late = noon.advanced(byMilliseconds: 31 * 86_400_000)
        #expect(next.authenticateRemembered(live.text, now: late) == nil)
    }
}
