import Foundation
import Testing
import Vocabulary

@testable import Identity

@Suite("PAM logins")
struct PAMTests {
    let good = PAMScenery.goodAccount
    let pwdfile = "auth required pam_pwdfile.so pwdfile=PWDFILE"

    func refusal(
        _ body: () async throws -> Void
    ) async throws -> LoginRefusal {
        do {
            try await body()
        } catch let refusal as LoginRefusal {
            return refusal
        }
        throw Missing()
    }

    @Test(
        "prove the person that the PAM user maps to",
        arguments: [("alice", "alice"), ("Alice", "alice"), ("bob", "bob"), ("bsmith", "bob")])
    func goodPassword(user: String, person: String) async throws {
        let scenery = try await PAMScenery.passwordOnly()
        let proof = try await scenery.password(user)
        #expect(proof.principal.name.text == person)
        #expect(proof.credential.kind == .pam)
        #expect(proof.credential.issuers.isEmpty)
        #expect(try await scenery.history.last(of: name(person)) == nil, "no whole conversation")
    }

    @Test(
        "threat 6: refuse every wrong one alike",
        arguments: [
            ("alice", "wrong"), ("alice", ""), ("alice", "correct horse "), ("nobody", "wrong"),
            ("mallory", "correct horse"), ("deploy-bot", "correct horse"), ("carol", ""),
            ("carol", "x"), ("", "x"), ("-x", "x"), ("a b", "x"), ("alice\u{0}", "correct horse"),
            ("alice", "correct horse\u{0}"), ("../alice", "correct horse"),
        ])
    func badPassword(user: String, password: String) async throws {
        let scenery = try await PAMScenery.passwordOnly()
        let refusal = try await refusal {
            _ = try await scenery.password(user, Array(password.utf8))
        }
        #expect(refusal.kind == .refused)
        #expect(refusal.description.hasPrefix("authentication failed"))
        #expect(!refusal.reason.isEmpty)
    }

    @Test(
        "are relayed as whole conversations that make people fresh and grant a token and a key once"
    )
    func whole() async throws {
        let scenery = try await PAMScenery.passwordOnly()
        guard case .asks(let id, let messages) = try await scenery.begin("bob") else {
            throw Missing()
        }
        #expect(messages.map(\.kind) == [.hidden])
        let step = try await scenery.answer(id, [PAMScenery.password])
        guard case .finished(var whole) = consume step else { throw Missing() }
        let bob = try name("bob")
        #expect(whole.person == bob)
        #expect(
            whole.event
                == .loggedIn(
                    person: bob, user: "bsmith", service: "sallyport", address: "192.0.2.7"))
        guard let grant = whole.takeLoginGrant() else { throw Missing() }
        let issued = try await scenery.base.tokens.issueLogin(grant, milliseconds: hour, now: noon)
        #expect(issued.token.principal == bob)
        let hasSecond = whole.takeLoginGrant() != nil
        let hasKey = whole.takeEnrolmentGrant() != nil
        let hasSecondKey = whole.takeEnrolmentGrant() != nil
        #expect([hasSecond, hasKey, hasSecondKey] == [false, true, false])
        let history = scenery.history
        #expect(try await history.isFresh(bob, within: 1_000, now: noon))
        #expect(
            try await history.isFresh(bob, within: 1_000, now: noon.advanced(byMilliseconds: 1_000))
        )
        #expect(
            try await !history.isFresh(
                bob, within: 1_000, now: noon.advanced(byMilliseconds: 1_001)))
        #expect(
            try await !history.isFresh(bob, within: 1_000, now: noon.advanced(byMilliseconds: -1)))
        #expect(try await !history.isFresh(name("alice"), within: 1_000, now: noon))
        await #expect(throws: LoginRefusal.self) {
            _ = try await scenery.answer(id, [PAMScenery.password])
        }
    }

    @Test("relay several prompts, and what modules say between them")
    func twoPrompts() async throws {
        let scenery = try await PAMScenery([
            "auth optional pam_echo.so welcome", pwdfile,
            "auth required pam_oath.so usersfile=OATHFILE digits=6 window=5", good,
        ])
        let code = try run("/usr/bin/oathtool", [PAMScenery.oathKey]).prefix(6)
        var said: [PAMMessage] = []
        let proof = try await scenery.converse(
            "alice", [PAMScenery.password, Array(code.utf8)], said: &said)
        #expect(proof?.principal.name.text == "alice")
        #expect(said.map(\.kind) == [.info, .hidden, .hidden])
        #expect(said.first?.text.hasPrefix("welcome") == true)
        let again = try await refusal {
            _ = try await scenery.converse(
                "alice", [PAMScenery.password, Array(code.utf8)], said: &said)
        }
        #expect(again.kind == .refused, "a one-time code is good once")
    }

    @Test(
        "a single password is not enough for two prompts, right or wrong",
        arguments: ["correct horse", "wrong"])
    func passwordForTwoPrompts(password: String) async throws {
        let scenery = try await PAMScenery([
            pwdfile, "auth required pam_oath.so usersfile=OATHFILE digits=6", good,
        ])
        let refusal = try await refusal {
            _ = try await scenery.password("alice", Array(password.utf8))
        }
        #expect(refusal.kind == .refused)
        #expect(refusal.reason == "a second question")
        #expect(refusal.hint?.contains("sallyport login") == true)
    }

    @Test(
        "a service that asks nothing proves nobody",
        arguments: [
            "auth required pam_permit.so",
            "auth required pam_echo.so hello\nauth required pam_permit.so",
        ])
    func asksNothing(stack: String) async throws {
        let scenery = try await PAMScenery([stack, good])
        let byPassword = try await refusal { _ = try await scenery.password("alice") }
        #expect(byPassword.kind == .refused)
        var said: [PAMMessage] = []
        let whole = try await refusal {
            _ = try await scenery.converse("alice", [], said: &said)
        }
        #expect(whole.kind == .refused)
        #expect(whole.reason.contains("asked nothing"))
    }

    @Test(
        "threat 6: honour the account's state after a right password",
        arguments: [
            "account required pam_deny.so",
            "account required pam_listfile.so item=user sense=deny file=DIR/denied onerr=fail",
        ])
    func account(line: String) async throws {
        let scenery = try await PAMScenery([pwdfile, line])
        try Data("alice\n".utf8).write(
            to: URL(fileURLWithPath: scenery.base.scratch.file("denied")))
        let refusal = try await refusal { _ = try await scenery.password("alice") }
        #expect(refusal.kind == .refused)
        #expect(refusal.reason.hasPrefix("account"))
    }

    @Test("fail closed on a stack that denies, a missing module and no service")
    func failClosed() async throws {
        for stack in [
            ["auth required pam_deny.so", good], ["auth required pam_nonexistent.so", good],
            [pwdfile], [],
        ] {
            let scenery = try await PAMScenery(stack)
            let refusal = try await refusal { _ = try await scenery.password("alice") }
            #expect(refusal.kind == .refused, "\(stack)")
        }
    }

    @Test("a PAM user that the modules rewrite is who it turns out to be")
    func rewritten() async throws {
        let rewriting = "auth required pam_ftp.so ignore users=bsmith,visitor,alice"
        let scenery = try await PAMScenery([rewriting, good])
        #expect(try await scenery.password("visitor").principal.name.text == "bob")
        let swapped = try await refusal { _ = try await scenery.password("alice") }
        #expect(swapped.reason.contains("another person"))
        let stranger = try await PAMScenery([
            "auth required pam_ftp.so ignore users=mallory,visitor", good,
        ])
        let refusal = try await refusal { _ = try await stranger.password("visitor") }
        #expect(refusal.reason.contains("nobody's account"))
        let agent = try await PAMScenery([
            "auth required pam_ftp.so ignore users=alice,deploy-bot", good,
        ])
        let asAgent = try await self.refusal { _ = try await agent.password("deploy-bot") }
        #expect(asAgent.reason.contains("another person"))
    }

    @Test("a person who is no longer declared is nobody")
    func removed() async throws {
        let scenery = try await PAMScenery.passwordOnly()
        guard case .asks(let id, _) = try await scenery.begin("bob") else { throw Missing() }
        scenery.base.directory.replace(with: .empty)
        let refusal = try await refusal {
            _ = try await scenery.answer(id, [PAMScenery.password])
        }
        #expect(refusal.kind == .refused)
        #expect(try await scenery.history.last(of: name("bob")) == nil)
    }

    @Test(
        "end at answers that do not fit the questions",
        arguments: [
            [], [[120], [120]], [[0]], [[UInt8](repeating: 120, count: 512)],
        ] as [[[UInt8]]])
    func wrongAnswers(answers: [[UInt8]]) async throws {
        let scenery = try await PAMScenery.passwordOnly()
        guard case .asks(let id, _) = try await scenery.begin("alice") else { throw Missing() }
        let first = try await refusal {
            _ = try await scenery.answer(id, answers)
        }
        #expect(first.kind == .refused)
        let second = try await refusal {
            _ = try await scenery.answer(id, [PAMScenery.password])
        }
        #expect(second.kind == .noConversation)
    }

    @Test("that are cancelled are over")
    func cancelled() async throws {
        let scenery = try await PAMScenery.passwordOnly()
        guard case .asks(let id, _) = try await scenery.begin("alice") else { throw Missing() }
        await scenery.logins.cancel(id)
        let refusal = try await refusal {
            _ = try await scenery.answer(id, [PAMScenery.password])
        }
        #expect(refusal.kind == .noConversation)
    }

    private func idle(
        _ scenery: PAMScenery, _ user: String = "alice", _ address: String
    ) async throws -> ConversationID {
        guard case .asks(let id, _) = try await scenery.begin(user, address: address) else {
            throw Missing()
        }
        return id
    }

    @Test("threat 34: when an address has enough of them, its oldest that nobody answered ends")
    func atOnce() async throws {
        let scenery = try await PAMScenery([
            "auth required pam_pwdfile.so pwdfile=PWDFILE",
            "auth required pam_oath.so usersfile=OATHFILE", PAMScenery.goodAccount,
        ])
        // One of the address is being answered: it stays, old as it is.
        let answered = try await idle(scenery, "alice", "2001:db8::1")
        _ = try await scenery.answer(answered, [PAMScenery.password])
        let oldest = try await idle(scenery, "alice", "2001:db8::2")
        let other = try await idle(scenery, "alice", "192.0.2.8")
        for number in 0..<Limits.conversationsPerAddressMax - 1 {
            _ = try await idle(scenery, "nobody\(number)", "2001:db8::\(number)")
        }
        let ended = try await refusal {
            _ = try await scenery.answer(oldest, [PAMScenery.password])
        }
        #expect(ended.kind == .noConversation)
        _ = try await scenery.answer(other, [PAMScenery.password])
        let wrong = try await refusal { _ = try await scenery.answer(answered, [[120]]) }
        #expect(wrong.kind == .refused)
        await scenery.logins.shutDown()
    }

    @Test("threat 34: when all together are enough, one of the address with most of them ends")
    func allAtOnce() async throws {
        let scenery = try await PAMScenery.passwordOnly()
        let own = try await idle(scenery, "alice", "198.51.100.1")
        var first: ConversationID?
        var opened = 1
        // The first address has one more than any other.
        var address = 0
        while opened < Limits.conversationsMax {
            let share = Limits.conversationsPerAddressMax - (address == 0 ? 0 : 1)
            for number in 0..<min(share, Limits.conversationsMax - opened) {
                let id = try await idle(scenery, "nobody\(number)", "192.0.2.\(address)")
                first = first ?? id
                opened += 1
            }
            address += 1
        }
        _ = try await idle(scenery, "bob", "198.51.100.2")
        let ended = try await refusal {
            _ = try await scenery.answer(try #require(first), [PAMScenery.password])
        }
        #expect(ended.kind == .noConversation)
        guard case .finished(let whole) = try await scenery.answer(own, [PAMScenery.password])
        else { throw Missing() }
        #expect(whole.person.text == "alice")
        await scenery.logins.shutDown()
    }

    @Test(
        "threat 34: that answer all their questions at once are refused when there are enough of them"
    )
    func answeredAtOnce() async throws {
        let scenery = try await PAMScenery([
            "auth required pam_pwdfile.so pwdfile=PWDFILE",
            "auth required pam_oath.so usersfile=OATHFILE", PAMScenery.goodAccount,
        ])
        for _ in 0..<Limits.conversationsPerAddressMax {
            let id = try await idle(scenery, "alice", "192.0.2.7")
            _ = try await scenery.answer(id, [PAMScenery.password])
        }
        let refused = try await refusal { _ = try await scenery.begin("bob") }
        #expect(refused.kind == .unavailable)
        await scenery.logins.shutDown()
    }

    @Test("threat 34: whoever holds a login token of theirs is kept out by nobody else's failures")
    func vouched() async throws {
        let scenery = try await PAMScenery.passwordOnly()
        let token = try await scenery.base.loginToken("alice").text
        let alice = try #require(try await scenery.base.tokens.authenticate(token, now: noon))
        for number in 0...Int(Limits.everywhereFailuresMax) {
            _ = scenery.attempts.charge(
                principal: "alice", address: "203.0.113.\(number)", at: start)
            _ = scenery.attempts.charge(principal: nil, address: "192.0.2.7", at: start)
        }
        func begin(_ user: String, _ voucher: AuthenticatedPrincipal?) async throws -> Bool {
            let step = try await scenery.logins.start(
                user: user, address: "192.0.2.7", voucher: voucher, now: noon, monotonic: start)
            guard case .asks(let id, _) = step,
                case .finished(let whole) = try await scenery.answer(id, [PAMScenery.password])
            else { return false }
            return whole.person.text == user
        }
        #expect(try await begin("alice", alice))
        let agent = try await scenery.base.tokens.authenticate(
            scenery.base.agentToken().text, now: noon)
        let others: [(String, AuthenticatedPrincipal?)] = [
            ("alice", nil), ("bob", alice), ("deploy-bot", agent),
            ("alice", try scenery.base.person("alice")),
        ]
        for (user, voucher) in others {
            #expect(try await refusal { _ = try await begin(user, voucher) }.kind == .tooMany)
        }
    }

    @Test("threat 34: fail a bounded number of times, and not for those who get it right")
    func attempts() async throws {
        let scenery = try await PAMScenery.passwordOnly()
        for _ in 0..<Int(Limits.principalFailuresMax) + 5 { _ = try await scenery.password("bob") }
        var kinds: [LoginRefusal.Kind] = []
        for number in 0...Int(Limits.principalFailuresMax) {
            // An account and a name of one person are counted together.
            let user = number.isMultiple(of: 2) ? "bob" : "bsmith"
            kinds.append(try await refusal { _ = try await scenery.password(user, [120]) }.kind)
        }
        #expect(kinds.dropLast().allSatisfy { $0 == .refused })
        #expect(kinds.last == .tooMany)
        let locked = try await refusal { _ = try await scenery.password("bob") }
        #expect(locked.kind == .tooMany)
        _ = try await scenery.password("alice")
    }

    @Test("are refused when the store cannot keep their freshness")
    func closedStore() async throws {
        let scenery = try await PAMScenery.passwordOnly()
        guard case .asks(let id, _) = try await scenery.begin("alice") else { throw Missing() }
        await scenery.base.database.close()
        let refusal = try await refusal {
            _ = try await scenery.answer(id, [PAMScenery.password])
        }
        #expect(refusal.kind == .unavailable)
    }

    @Test(
        "need a service that is a file's name and absolute paths",
        arguments: [("a/b", nil), ("", nil), ("..", nil), ("x", "relative")] as [(String, String?)])
    func configurations(service: String, directory: String?) {
        #expect(throws: IdentityError.self) {
            try PAMConfiguration(service: service, directory: directory)
        }
    }
}
