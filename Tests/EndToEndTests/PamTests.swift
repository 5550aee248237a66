import Foundation
import TestKit
import Testing

/// Logins through the daemon with real modules, good ones and broken ones.
@Suite("Logins by PAM", .serialized, .realParts)
struct PamTests {
    private static let oathKey = "00112233445566778899aabbccddeeff00112233"

    /// A gateway whose people have logged in once by their passwords.
    private func gateway(_ people: [String]) async throws -> TestGateway {
        let gateway = try TestGateway(policies: [Policies.allowAll])
        for name in people { try await gateway.logIn(name) }
        return gateway
    }

    /// A password and a one-time code; the codes in their order.
    private func requireCodes(_ gateway: TestGateway) async throws -> [String] {
        let users = gateway.directory.file("oath")
        try "HOTP alice - \(Self.oathKey)\n".write(
            toFile: users, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: users)
        try gateway.setPAM([
            gateway.passwordLine, "auth required pam_oath.so usersfile=\(users) digits=6 window=3",
            TestGateway.anyAccount,
        ])
        let codes = try await Command("oathtool", ["--window", "5", Self.oathKey]).run()
        return codes.out.split(separator: "\n").map(String.init)
    }

    private func refusals(_ gateway: TestGateway) throws -> [String] {
        try gateway.ledgerBodies("login-refused").compactMap { $0["reason"] as? String }
    }

    @Test(
        "a password and a one-time code are asked for one after the other, and a code is good once")
    func twoPrompts() async throws {
        let gateway = try await gateway(["alice"])
        let codes = try await requireCodes(gateway)
        let password = gateway.password(of: "alice")
        let good = try await gateway.logInAgain("alice", [password, codes[0]])
        #expect(good.status == 0 && good.out.contains("Logged in as alice"), "\(good)")
        for answers in [
            [password, codes[0]], [password, "000000"], ["wrong", codes[1]], [password, password],
        ] {
            let said = try await gateway.logInAgain("alice", answers)
            #expect(said.status == 3 && said.err.contains("authentication failed"), "\(said)")
        }
        // Nothing but the code moves on: the wrong ones spent none.
        let next = try await gateway.logInAgain("alice", [password, codes[2]])
        #expect(next.status == 0, "\(next)")
        let short = try await gateway.logInAgain("alice", [password])
        #expect(short.status == 2 && short.err.contains("standard input ended"), "\(short)")
    }

    @Test(
        "over PostgreSQL's single password two prompts are refused, with the hint `sallyport login`"
    )
    func singlePassword() async throws {
        let gateway = try await gateway(["alice"])
        let password = gateway.password(of: "alice")
        let query = ["-At", "-c", "SELECT 'in'"]
        let before = try await gateway.psql(as: "alice", password: password, query).run()
        #expect(before.status == 0 && before.out == "in\n", "\(before)")
        let codes = try await requireCodes(gateway)
        for secret in [password, "wrong", codes[0], password + codes[0]] {
            let said = try await gateway.psql(as: "alice", password: secret, query).run()
            #expect(said.status == 2 && said.err.contains("authentication failed"), "\(said)")
            #expect(said.err.contains("use `sallyport login`"), "\(said)")
        }
        // The token of the whole conversation is what a client logs in with then.
        let whole = try await gateway.logInAgain("alice", [password, codes[0]])
        #expect(whole.status == 0, "\(whole)")
        let token = try gateway.loginToken(of: "alice")
        let said = try await gateway.psql(as: "alice", password: token, query).run()
        #expect(said.status == 0 && said.out == "in\n", "\(said)")
    }

    @Test(
        "threat 6: an account that has expired or needs a new password is refused after a right one"
    )
    func expired() async throws {
        let gateway = try await gateway(["alice", "bob", "carol"])
        let module = try gateway.makeBrokenModule()
        try gateway.setPAM([
            gateway.passwordLine, "account required \(module) expired=bob renew=carol",
        ])
        for (name, status): (String, Int32) in [("alice", 0), ("bob", 3), ("carol", 3)] {
            let password = gateway.password(of: name)
            let said = try await gateway.logInAgain(name, [password])
            #expect(said.status == status, "\(said)")
            let psql = try await gateway.psql(as: name, password: password, ["-c", "SELECT 1"])
                .run()
            #expect((psql.status == 0) == (status == 0), "\(psql)")
            guard status != 0 else { continue }
            // They are told nothing that a wrong password would not be told.
            #expect(said.err.contains("authentication failed"), "\(said)")
            #expect(psql.err.contains("authentication failed"), "\(psql)")
        }
        let reasons = try refusals(gateway)
        #expect(reasons.count { $0.contains("account: User account has expired") } == 2)
        #expect(reasons.count { $0.contains("account: Authentication token is no longer") } == 2)
    }

    @Test("a module that crashes refuses its own login, and takes nothing else down")
    func crash() async throws {
        let gateway = try await gateway(["alice", "bob"])
        let module = try gateway.makeBrokenModule()
        try gateway.setPAM([
            gateway.passwordLine, "auth required \(module) crash=bob", TestGateway.anyAccount,
        ])
        let session = try Conversation(gateway.psql(try await gateway.agentToken(), ["-At"]))
        for secret in [gateway.password(of: "bob"), "wrong"] {
            let said = try await gateway.logInAgain("bob", [secret])
            #expect(said.status == 3 && said.err.contains("authentication failed"), "\(said)")
        }
        let psql = try await gateway.psql(
            as: "bob", password: gateway.password(of: "bob"), ["-c", "SELECT 1"]
        ).run()
        #expect(psql.status == 2 && psql.err.contains("authentication failed"), "\(psql)")
        let other = try await gateway.logInAgain("alice", [gateway.password(of: "alice")])
        #expect(other.status == 0, "\(other)")
        session.send("SELECT 'alive';\n")
        #expect(session.expect("alive") != nil, "\(session.rest)")
        session.endInput()
        session.finish()
        #expect(
            try refusals(gateway) == Array(repeating: "the helper ended by signal 11", count: 3))
        // What has answered ends behind its answer.
        try await until("no helper is left") { gateway.helpers.isEmpty }
    }

    @Test("threat 34: a module that hangs is killed at its deadline, and other logins go on")
    func hang() async throws {
        let gateway = try await gateway(["alice", "bob"])
        let module = try gateway.makeBrokenModule()
        try gateway.setPAM([
            gateway.passwordLine, "auth required \(module) hang=bob", TestGateway.anyAccount,
        ])
        let query = ["-At", "-c", "SELECT 'in'"]
        let (bob, alice) = (gateway.password(of: "bob"), gateway.password(of: "alice"))
        async let hanging = gateway.psql(as: "bob", password: bob, query).run()
        let helper = try await gateway.firstHelpers()
        let psql = try await gateway.psql(as: "alice", password: alice, query).run()
        #expect(psql.status == 0, "\(psql)")
        let login = try await gateway.logInAgain("alice", [alice])
        #expect(login.status == 0, "\(login)")
        // It hung all the while; those of the others end behind their answers.
        try await until("it alone is there") { gateway.helpers == helper }
        let said = try await hanging
        #expect(said.status == 2 && said.err.contains("authentication failed"), "\(said)")
        let reasons = try refusals(gateway)
        #expect(
            reasons == ["the helper did not answer in time"]
                || reasons == ["the helper ended by signal 9"])
        try await until("no helper is left") { gateway.helpers.isEmpty }
    }

    @Test("a gateway that is told to stop does not wait for a module that hangs")
    func stopWhileHanging() async throws {
        let gateway = try await gateway(["bob"])
        let module = try gateway.makeBrokenModule()
        try gateway.setPAM([
            gateway.passwordLine, "auth required \(module) hang=bob", TestGateway.anyAccount,
        ])
        let bob = gateway.password(of: "bob")
        async let hanging = gateway.logInAgain("bob", [bob])
        let helpers = try await gateway.firstHelpers()
        let stopped = gateway.drain()
        #expect(stopped.status == 0 && stopped.out.contains("stopping"), "\(stopped)")
        let said = try await hanging
        #expect(said.status != 0 && !said.err.isEmpty, "\(said)")
        try await until("none outlives the daemon") { helpers.allSatisfy(hasEnded) }
    }
}
