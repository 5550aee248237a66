import Testing
import Vocabulary

@testable import Identity

@Suite("Certificates of clients")
struct ClientCertificateTests {
    private struct Made {
        let scenery: Scenery
        let token: Token
        let proof: AuthenticatedPrincipal
        let certificate: ClientCertificate
    }

    /// Of deploy-bot, whose token was issued at noon and lives an hour.
    private func make(targets: Set<TargetName>? = nil) async throws -> Made {
        let scenery = try await Scenery()
        let issued = try await scenery.agentToken(targets: targets)
        let proof = try required(try await scenery.tokens.authenticate(issued.text, now: noon))
        return Made(
            scenery: scenery, token: issued.token, proof: proof,
            certificate: try required(ClientCertificate(for: proof, now: noon)))
    }

    private func prove(
        _ made: Made, now: WallTime = noon
    ) async throws -> AuthenticatedPrincipal? {
        let remembered = made.scenery.tokens.authenticateRemembered(made.certificate, now: now)
        let read = try await made.scenery.tokens.authenticate(made.certificate, now: now)
        #expect(remembered?.credential == read?.credential)
        return read
    }

    @Test("prove the token's principal, under the token's own terms")
    func proof() async throws {
        let made = try await make(targets: [target("orders")])
        let proof = try #require(try await prove(made))
        #expect(proof.principal == made.proof.principal)
        #expect(proof.credential.kind == .certificate)
        #expect(proof.credential.token == made.token.id)
        #expect(proof.credential.issuers == made.proof.credential.issuers)
        #expect(proof.credential.targets == [try target("orders")])
        #expect(proof.credential.expires == made.token.expires)
        let later = try await made.scenery.tokens.stillHolds(proof, now: noon)
        #expect(later?.credential == proof.credential)
    }

    @Test("live no longer than their token, and no longer than half a day")
    func life() async throws {
        let made = try await make()
        #expect(made.certificate.expires == made.token.expires)
        let long = try await made.scenery.tokens.issue(
            forAgent: name("deploy-bot"), targets: nil, milliseconds: 100 * hour,
            by: made.scenery.person("alice"), now: noon)
        let proof = try #require(
            try await made.scenery.tokens.authenticate(long.text, now: noon))
        let certificate = try #require(ClientCertificate(for: proof, now: noon))
        #expect(certificate.expires == noon.advanced(byMilliseconds: 12 * hour))
        // The earlier end counts.
        let shown = try await made.scenery.tokens.authenticate(certificate, now: noon)
        #expect(shown?.credential.expires == certificate.expires)
        let over = certificate.expires
        #expect(try await made.scenery.tokens.authenticate(certificate, now: over) == nil)
        #expect(try await made.scenery.tokens.stillHolds(try #require(shown), now: over) == nil)
    }

    @Test("threat 22: count for nothing once their token is revoked or has expired")
    func ended() async throws {
        let made = try await make()
        let proof = try #require(try await prove(made))
        #expect(try await prove(made, now: made.token.expires) == nil)
        try await made.scenery.tokens.revoke(
            made.token.id, by: made.scenery.person("alice"), now: noon)
        #expect(try await prove(made) == nil)
        #expect(try await made.scenery.tokens.stillHolds(proof, now: noon) == nil)
    }

    @Test(
        "threat 22: count for nothing once the agent is gone, has another owner, or its issuer is gone"
    )
    func undeclared() async throws {
        let changes: [(inout DirectoryDeclaration) -> Void] = [
            { $0.agents.removeFirst() }, { $0.agents[0].owner = "bob" },
            {
                $0.people.removeFirst()
                $0.agents[0].owner = "bob"
            },
        ]
        for change in changes {
            let made = try await make()
            let proof = try #require(try await prove(made))
            var next = declaration()
            change(&next)
            made.scenery.directory.replace(with: try Directory(next))
            #expect(try await prove(made) == nil)
            #expect(try await made.scenery.tokens.stillHolds(proof, now: noon) == nil)
        }
    }

    @Test("threat 20: a certificate with another's name on the token proves nobody")
    func disagreement() async throws {
        let made = try await make()
        let id = made.token.id.rawValue
        for other in ["alice", "report-bot", "nobody"] {
            let certificate = try #require(
                ClientCertificate(
                    uris: ["sallyport://principal/\(other)", "sallyport://token/\(id)"],
                    expires: made.token.expires))
            #expect(try await made.scenery.tokens.authenticate(certificate, now: noon) == nil)
        }
    }

    @Test("are given for tokens alone: not for a password, nor for another certificate")
    func forTokensOnly() async throws {
        let made = try await make()
        #expect(ClientCertificate(for: try made.scenery.person("alice"), now: noon) == nil)
        let shown = try #require(try await prove(made))
        #expect(ClientCertificate(for: shown, now: noon) == nil)
    }

    @Test("are read back from their URIs, and from no others")
    func uris() async throws {
        let made = try await make()
        let uris = made.certificate.uris
        #expect(
            ClientCertificate(uris: uris, expires: made.certificate.expires) == made.certificate)
        let id = made.token.id.rawValue
        let bad: [[String]] = [
            [], [uris[0]], [uris[1]], uris.reversed(), uris + [uris[1]],
            ["sallyport://principal/Deploy-Bot", uris[1]], ["sallyport://principal/", uris[1]],
            ["sallyport://principal/deploy-bot/", uris[1]],
            ["SALLYPORT://principal/deploy-bot", uris[1]],
            [uris[0], "sallyport://token/"], [uris[0], "sallyport://token/\(id)0"],
            [uris[0], "sallyport://token/\(id.uppercased())"], [uris[0], uris[1] + "?x"],
            [uris[0], "sallyport://token/" + String(repeating: "/", count: 26)],
        ]
        for uris in bad {
            #expect(
                ClientCertificate(uris: uris, expires: made.certificate.expires) == nil, "\(uris)")
        }
    }

    @Test("threat 33: a login takes one for its own name only, and any disagreement is charged")
    func login() async throws {
        let base = try await PAMScenery.passwordOnly()
        let issued = try await base.base.agentToken()
        let proof = try #require(
            try await base.base.tokens.authenticate(issued.text, now: noon))
        let certificate = try #require(ClientCertificate(for: proof, now: noon))
        let door = Authenticator(
            tokens: base.base.tokens, logins: base.logins, directory: base.base.directory,
            attempts: base.attempts)
        func enter(_ user: String) async throws(LoginRefusal) -> AuthenticatedPrincipal {
            try await door.authenticate(
                user: user, certificate: certificate, address: "192.0.2.9", now: noon,
                monotonic: start)
        }
        #expect(try await enter("Deploy-Bot").credential.kind == .certificate)
        var kinds: Set<LoginRefusal.Kind> = []
        for user in ["alice", "", "nobody", "deploy-bot "] + Array(repeating: "alice", count: 40) {
            do {
                _ = try await enter(user)
                Issue.record("let in as `\(user)`")
            } catch {
                kinds.insert(error.kind)
            }
        }
        #expect(kinds == [.refused, .tooMany])
        #expect(try await enter("deploy-bot").principal.name.text == "deploy-bot")
    }
}
