import Foundation
import TLS
import TestKit
import Testing
import Vocabulary

/// psql that shows a certificate of the gateway's own CA, and has no password.
@Suite("Certificates of clients", .serialized, .realParts)
struct CertificateTests {
    /// Shared by the tests that leave no trace on each other.
    private static let shared = Task { try await open() }

    private struct Opened {
        let gateway: TestGateway
        let token: String
        let variables: [String: String]

        var id: String { String(token.dropFirst(4).prefix(26)) }
        var uris: [String] { ["sallyport://principal/deploy-bot", "sallyport://token/\(id)"] }

        /// What psql says with this certificate in the place of its own.
        func psql(showing file: String, _ changed: [String: String] = [:]) async throws -> Output {
            var variables = variables
            variables["PGSSLCERT"] = file
            variables["PGSSLKEY"] = file
            variables.merge(changed) { $1 }
            return try await gateway.psql(variables, ["-c", "SELECT 'let in'"]).run()
        }
    }

    private static let agent =
        "deploy-bot: { owner: alice, groups: [automation], targets: [orders] }"
    private static let stock = """
          stock:
            kind: postgres
            address: 127.0.0.1:1
            database: stock
            tls: require
            user: nobody
        """

    private static func open() async throws -> Opened {
        let gateway = try TestGateway(policies: [Policies.production(), Policies.host]) { home in
            let path = home + "/sallyport.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
                .replacingOccurrences(
                    of: agent, with: agent.replacingOccurrences(of: "orders", with: "orders, stock")
                )
                .replacingOccurrences(
                    of: "  state: var", with: "  client_ca: certs/ca.pem\n  state: var")
            let far = "  far: { kind: shell, runner: local, account: nobody }"
            try (text + "\n" + stock + "\n" + far + "\n")
                .write(toFile: path, atomically: false, encoding: .utf8)
        }
        for name in ["alice", "carol"] { try await gateway.logIn(name) }
        let token = try await gateway.agentToken()
        return Opened(
            gateway: gateway, token: token, variables: try await gateway.variables(token))
    }

    @Test(
        "psql logs in with what `sallyport env` exports, and nothing else; the ledger says by what")
    func login() async throws {
        let opened = try await Self.shared.value
        let said = try await opened.gateway.agent(
            opened.token, "sh",
            [
                "-c",
                #"eval "$("$SALLYPORT" env orders)" && unset SALLYPORT_TOKEN && exec "$PSQL" -X -w -At -c "SELECT 'let in'""#,
            ]
        ).run()
        #expect(said.status == 0 && said.out == "let in\n", "\(said)")
        let issued = try opened.gateway.entered("certificate-issued")
        #expect(issued.contains { $0.contains(opened.id) && $0.contains("\"deploy-bot\"") })
        let sessions = try opened.gateway.entered("session-opened")
        #expect(
            sessions.contains {
                $0.contains(#""credential":"certificate""#)
                    && $0.contains(#""credential_id":"\#(opened.id)""#)
            }, "\(sessions)")
        let kinds = try opened.gateway.ledgerKinds()
        let first = try #require(kinds.firstIndex(of: "certificate-issued"))
        #expect(first < kinds.firstIndex(of: "session-opened") ?? 0)
    }

    @Test("a person has one with the login, and psql with it needs no password of theirs")
    func person() async throws {
        let opened = try await Self.shared.value
        let gateway = opened.gateway
        let files = gateway.directory.file("alice") + "/certificates/login"
        let told = try await gateway.person("alice", ["env", "orders", "--json"])
        #expect(told.out.contains(files + "/key.pem"), "\(told)")
        let said = try await opened.psql(
            showing: files + "/cert.pem",
            ["PGUSER": "alice", "PGSSLKEY": files + "/key.pem", "PGPASSWORD": "nonsense"])
        #expect(said.status == 0 && said.out == "let in\n", "\(said)")
        let attributes = try FileManager.default.attributesOfItem(atPath: files + "/key.pem")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("a certificate is kept while more than half of its life is left, and its key with it")
    func renewal() async throws {
        let opened = try await Self.shared.value
        let file = try #require(opened.variables["PGSSLCERT"])
        let before = try String(contentsOfFile: file, encoding: .utf8)
        #expect(try await opened.gateway.variables(opened.token) == opened.variables)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
        // As it looks when it is old.
        let keyFile = try #require(opened.variables["PGSSLKEY"])
        let key = try CertificateKey(pem: String(contentsOfFile: keyFile, encoding: .utf8))
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let old = try opened.gateway.authority("client").issue(
            request: key.request(commonName: "x"), commonName: "x", uris: opened.uris,
            now: WallTime(milliseconds: now - 3_000_000), milliseconds: 3_600_000)
        try old.pem.write(toFile: file, atomically: false, encoding: .utf8)
        _ = try await opened.gateway.variables(opened.token)
        let renewed = try PeerCertificate(pem: String(contentsOfFile: file, encoding: .utf8))
        #expect(renewed.notAfter > old.notAfter && key.fits(renewed))
        #expect(try await opened.psql(showing: file, ["PGSSLKEY": keyFile]).status == 0)
    }

    @Test("`sallyport env` says what is wrong, with its exit status")
    func complaints() async throws {
        let opened = try await Self.shared.value
        let gateway = opened.gateway
        let program = TestGateway.binaries + "/sallyport"
        let nothing = try await gateway.agent(opened.token, program, ["env", "nowhere"]).run()
        #expect(nothing.status == 4 && nothing.out.isEmpty, "\(nothing)")
        let host = try await gateway.person("carol", ["env", "far"])
        #expect(host.status == 2 && host.err.contains("sallyport exec"), "\(host)")
        let stranger = try await gateway.agent("spt_x", program, ["env", "orders"]).run()
        #expect(stranger.status == 3 && stranger.out.isEmpty, "\(stranger)")
    }

    // MARK: What opens nothing

    @Test(
        "threat 33: what does not verify against the clients' CA ends at the handshake, and the log says why"
    )
    func unverified() async throws {
        let opened = try await Self.shared.value
        let gateway = opened.gateway
        let clients = try gateway.authority("client")
        let stranger = try CertificateAuthority(
            pem: CertificateAuthority.make(
                commonName: "Sallyport clients",
                now: WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))))
        // Whoever has a certificate, and takes it for a CA's.
        let leaf = try String(contentsOfFile: gateway.forge(clients, opened.uris), encoding: .utf8)
        let cases: [(file: String, reason: String)] = [
            (
                try gateway.forge(
                    clients, opened.uris, agoMilliseconds: 7_200_000, milliseconds: 3_600_000),
                "certificate has expired"
            ),
            (
                try gateway.forge(gateway.authority("runner"), opened.uris),
                "unable to get local issuer"
            ),
            (try gateway.forge(stranger, opened.uris), "unable to get local issuer"),
            (
                try gateway.forge(
                    CertificateAuthority(pem: leaf), opened.uris, issuers: leaf.certificatePart),
                "certificate verify failed"
            ),
        ]
        for (file, reason) in cases {
            let said = try await opened.psql(showing: file, ["PGPASSWORD": opened.token])
            #expect(said.status == 2 && said.out.isEmpty, "\(reason): \(said)")
            let line = gateway.daemon.expect(reason)
            #expect(line != nil, "\(reason): \(said) \(gateway.daemon.rest)")
        }
    }

    @Test(
        "threat 33: a certificate of `client_ca` may be shown, and proves nobody, whatever stands in it"
    )
    func anotherCA() async throws {
        let opened = try await Self.shared.value
        let certificates = opened.gateway.home + "/certs/"
        let pem = try ["ca.pem", "ca.key"].map {
            try String(contentsOfFile: certificates + $0, encoding: .utf8)
        }
        let file = try opened.gateway.forge(
            CertificateAuthority(pem: pem.joined()), opened.uris)
        let alone = try await opened.psql(showing: file)
        #expect(alone.status == 2 && alone.err.contains("no password supplied"), "\(alone)")
        let said = try await opened.psql(showing: file, ["PGPASSWORD": opened.token])
        #expect(said.status == 0 && said.out == "let in\n", "\(said)")
        let last = try opened.gateway.entered("session-opened").last
        #expect(last?.contains(#""credential":"token""#) == true, "\(last ?? "")")
    }

    @Test("threat 33: a client's certificate is no runner's")
    func noRunner() async throws {
        let opened = try await Self.shared.value
        let file = try opened.gateway.forge(opened.gateway.authority("client"), opened.uris)
        _ = try await Command(
            "openssl",
            [
                "s_client", "-connect", "localhost:\(opened.gateway.port)", "-alpn",
                "sallyport-runner", "-cert", file, "-key", file,
            ]
        ).run()
        #expect(opened.gateway.daemon.expect("certificate verify failed") != nil)
    }

    @Test("the control API takes no certificate for a token")
    func controlAPI() async throws {
        let opened = try await Self.shared.value
        let port = opened.gateway.port
        let file = try opened.gateway.forge(opened.gateway.authority("client"), opened.uris)
        var call = Command(
            "openssl",
            [
                "s_client", "-quiet", "-connect", "localhost:\(port)", "-cert", file, "-key", file,
            ])
        call.input = """
            GET /v1/targets HTTP/1.1\r
            Host: localhost:\(port)\r
            Connection: close\r
            \r

            """
        let said = try await call.run()
        #expect(said.out.hasPrefix("HTTP/1.1 401"), "\(said)")
    }

    /// URIs that a certificate of the right CA may have, and what psql is told; `ID` stands for the token's.
    private static let claims: [(uris: [String], user: String, told: String)] = [
        (["principal/alice", "token/ID"], "alice", "authentication failed"),
        (["principal/deploy-bot", "token/ID"], "alice", "authentication failed"),
        (["principal/alice", "token/ID"], "deploy-bot", "authentication failed"),
        (
            ["principal/deploy-bot", "token/" + String(repeating: "a", count: 26)], "deploy-bot",
            "authentication failed"
        ),
        ([], "deploy-bot", "no password supplied"),
        (["principal/deploy-bot"], "deploy-bot", "no password supplied"),
        (["token/ID", "principal/deploy-bot"], "deploy-bot", "no password supplied"),
        (["principal/Deploy-Bot", "token/ID"], "deploy-bot", "no password supplied"),
        (["principal/deploy-bot", "token/ID", "token/ID"], "deploy-bot", "no password supplied"),
        (["principal/deploy-bot/", "token/ID"], "deploy-bot", "no password supplied"),
    ]

    @Test(
        "threat 20: a certificate is its own principal's and its token's, exactly as the gateway writes it"
    )
    func claims() async throws {
        let opened = try await Self.shared.value
        let authority = try opened.gateway.authority("client")
        let good = try opened.gateway.forge(authority, opened.uris)
        #expect(try await opened.psql(showing: good).status == 0)
        for claim in Self.claims {
            let uris = claim.uris.map {
                "sallyport://" + $0.replacingOccurrences(of: "ID", with: opened.id)
            }
            let file = try opened.gateway.forge(authority, uris)
            let said = try await opened.psql(showing: file, ["PGUSER": claim.user])
            #expect(said.status == 2 && said.out.isEmpty, "\(claim): \(said)")
            #expect(said.err.contains(claim.told), "\(claim): \(said)")
        }
        let refused = try opened.gateway.entered("login-refused")
        #expect(refused.contains { $0.contains("no good token behind the certificate") })
    }

    @Test("a certificate reaches the targets of its token, and no others")
    func targets() async throws {
        let opened = try await Self.shared.value
        let gateway = opened.gateway
        let issued = try await gateway.person(
            "alice",
            [
                "token", "issue", "--agent", "deploy-bot", "--target", "stock", "--ttl", "1h",
                "--json",
            ])
        let object = try JSONSerialization.jsonObject(with: Data(issued.out.utf8)) as? [String: Any]
        let token = try #require(object?["key"] as? String, "\(issued)")
        let listed = try await gateway.agent(
            token, TestGateway.binaries + "/sallyport", ["env", "orders"]
        ).run()
        #expect(listed.status == 4, "\(listed)")
        let file = try gateway.forge(
            gateway.authority("client"),
            [
                "sallyport://principal/deploy-bot",
                "sallyport://token/\(token.dropFirst(4).prefix(26))",
            ])
        let said = try await opened.psql(showing: file)
        #expect(said.status == 2 && said.err.contains("no target `orders`"), "\(said)")
    }

    // MARK: What ends it

    private func session(_ opened: Opened) throws -> Conversation {
        let psql = try Conversation(opened.gateway.psql(opened.variables))
        psql.send("SELECT 'opened';\n")
        #expect(psql.expect("opened") != nil, "\(psql.rest)")
        return psql
    }

    @Test("threat 22: with its token a certificate opens nothing more, and its session ends")
    func revoked() async throws {
        let opened = try await Self.open()
        let psql = try session(opened)
        try await opened.gateway.revokeTokens()
        psql.send("SELECT 'too late';\n")
        #expect(psql.expect("the credential of this session was revoked") != nil, "\(psql.rest)")
        psql.endInput()
        #expect(!psql.finish().out.contains("too late"))
        let again = try await opened.gateway.psql(opened.variables, ["-c", "SELECT 1"]).run()
        #expect(again.status == 2, "\(again)")
        #expect(again.err.contains("authentication failed") && again.err.contains("sallyport env"))
    }

    @Test(
        "threat 22: a principal that is declared no longer has its sessions ended, and opens none")
    func undeclared() async throws {
        let opened = try await Self.open()
        let gateway = opened.gateway
        let psql = try session(opened)
        let text = try String(contentsOfFile: gateway.configuration, encoding: .utf8)
        let agent = Self.agent.replacingOccurrences(of: "orders", with: "orders, stock")
        try #require(text.contains("    \(agent)\n"))
        try text.replacingOccurrences(of: "    \(agent)\n", with: "    other: { owner: alice }\n")
            .write(toFile: gateway.configuration, atomically: true, encoding: .utf8)
        gateway.daemon.hangUp()
        #expect(gateway.daemon.expect("] reloaded") != nil, "\(gateway.daemon.rest)")
        psql.send("SELECT 'too late';\n")
        #expect(psql.expect("the credential of this session was revoked") != nil, "\(psql.rest)")
        psql.endInput()
        #expect(!psql.finish().out.contains("too late"))
        let again = try await gateway.psql(opened.variables, ["-c", "SELECT 1"]).run()
        #expect(again.status == 2 && again.err.contains("authentication failed"), "\(again)")
    }

    @Test("threat 22: a session ends with its certificate, though the token lives on")
    func expired() async throws {
        let opened = try await Self.shared.value
        // Good for seconds, of which the login may take some.
        let file = try opened.gateway.forge(
            opened.gateway.authority("client"), opened.uris, milliseconds: 8_000)
        var variables = opened.variables
        variables["PGSSLCERT"] = file
        variables["PGSSLKEY"] = file
        var psql = opened.gateway.psql(variables)
        psql.input = "SELECT 'opened' \\watch 0.1\n"
        let said = try await psql.run()
        #expect(said.out.contains("opened"), "\(said)")
        #expect(said.err.contains("the credential of this session was revoked"), "\(said)")
        let own = try await opened.gateway.psql(opened.variables, ["-c", "SELECT 1"]).run()
        #expect(own.status == 0, "\(own)")
    }
}

extension String {
    /// A PEM text without what stands behind its first certificate.
    fileprivate var certificatePart: String {
        let end = "-----END CERTIFICATE-----\n"
        return range(of: end).map { String(self[..<$0.upperBound]) } ?? self
    }
}
