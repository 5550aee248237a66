import Testing
import Vocabulary

@testable import Identity

@Suite("The front door")
struct AuthenticatorTests {
    func enter(
        _ scenery: PAMScenery, _ user: String, _ secret: String, address: String = "192.0.2.9"
    ) async throws -> AuthenticatedPrincipal {
        let door = Authenticator(
            tokens: scenery.base.tokens, logins: scenery.logins, directory: scenery.base.directory,
            attempts: scenery.attempts)
        return try await door.authenticate(
            user: user, secret: Array(secret.utf8), address: address, now: noon, monotonic: start)
    }

    @Test("takes a token or a password for the same user name")
    func both() async throws {
        let scenery = try await PAMScenery.passwordOnly()
        let token = try await scenery.base.agentToken().text
        #expect(try await enter(scenery, "deploy-bot", token).credential.kind == .token)
        #expect(try await enter(scenery, "Deploy-Bot", token).credential.kind == .token)
        #expect(try await enter(scenery, "alice", "correct horse").credential.kind == .pam)
        let login = try await scenery.base.loginToken("bob").text
        #expect(try await enter(scenery, "bsmith", login).principal.name.text == "bob")
        #expect(try await enter(scenery, "bob", login).principal.name.text == "bob")
    }

    @Test(
        "refuses a token with another's user name, and bad tokens, alike",
        arguments: ["alice", "report-bot", "", "nobody", "deploy-bot "])
    func disagreement(user: String) async throws {
        let scenery = try await PAMScenery.passwordOnly()
        let token = try await scenery.base.agentToken().text
        var texts: Set<String> = []
        for secret in [token, "spt_x", token + "0"] {
            do {
                _ = try await enter(scenery, user, secret)
                Issue.record("let in as `\(user)`")
            } catch let refusal as LoginRefusal {
                texts.insert(refusal.description)
                #expect(!"\(refusal.event.body)".contains(token))
            }
        }
        #expect(texts.count == 1)
    }

    @Test("a token in the place of the user name is not kept")
    func tokenAsName() async throws {
        let scenery = try await PAMScenery.passwordOnly()
        let token = try await scenery.base.agentToken().text
        for secret in [token, "a password", "spt_x"] {
            do {
                _ = try await enter(scenery, "deploy-bot " + token, secret)
                Issue.record("let in")
            } catch let refusal as LoginRefusal {
                #expect(refusal.claimed == "deploy-bot spt_***")
            }
        }
    }

    @Test(
        "threat 34: guesses at tokens are limited per address, and do not lock out who is known there"
    )
    func guesses() async throws {
        let scenery = try await PAMScenery.passwordOnly()
        let token = try await scenery.base.agentToken().text
        _ = try await enter(scenery, "deploy-bot", token)
        var last: LoginRefusal?
        for _ in 0...Int(Limits.addressFailuresMax) {
            do {
                _ = try await enter(scenery, "deploy-bot", "spt_guess")
            } catch let refusal as LoginRefusal {
                last = refusal
            }
        }
        #expect(last?.kind == .tooMany)
        #expect(try await enter(scenery, "deploy-bot", token).principal.name.text == "deploy-bot")
    }
}
