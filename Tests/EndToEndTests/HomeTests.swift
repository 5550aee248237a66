import Foundation
import TestKit
import Testing

/// What the command line remembers, and whom it tells.
@Suite("The command line's home", .realParts)
struct HomeTests {
    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? Int ?? 0) & 0o777
    }

    @Test("a directory that was there before is made private")
    func mode() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        try await gateway.logIn("bob")
        let home = gateway.directory.file("bob")
        #expect(try mode(home) == 0o700)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: home)
        #expect(try await gateway.person("bob", ["targets"]).status == 0)
        #expect(try mode(home) == 0o700)
        #expect(try mode(home + "/session.json") == 0o600)
    }

    @Test("a login's token goes to the gateway of that login, and to no other")
    func otherGateway() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        try await gateway.logIn("bob")
        let same = try await gateway.person(
            "bob", ["targets", "--gateway", "localhost:\(gateway.port)"])
        #expect(same.status == 0, "\(same)")
        // The same gateway by another name is another one, as far as anybody can tell; it would take the token.
        let address = "127.0.0.1:\(gateway.port)"
        let other = try await gateway.person("bob", ["targets", "--gateway", address])
        #expect(other.status == 3 && other.err.contains("not logged in at"), "\(other)")
        var named = gateway.command(of: "bob", ["targets"])
        named.environment["SALLYPORT_GATEWAY"] = address
        #expect(try await named.run().status == 3)
    }

    @Test("a CA is remembered when the login has succeeded, and not before")
    func authority() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        try await gateway.logIn("bob")
        let remembered = gateway.directory.file("bob/ca.pem")
        let before = try String(contentsOfFile: remembered, encoding: .utf8)
        let file = gateway.directory.file("other-ca.pem")
        try (before + "\n# another\n").write(toFile: file, atomically: true, encoding: .utf8)
        func logIn(_ password: String) async throws -> Int32 {
            try await gateway.person(
                "bob",
                [
                    "login", "--gateway", "localhost:\(gateway.port)", "--ca", file, "--user",
                    "bob", "--password-stdin",
                ], input: password + "\n"
            ).status
        }
        #expect(try await logIn("wrong") == 3)
        #expect(try String(contentsOfFile: remembered, encoding: .utf8) == before)
        #expect(try await logIn(gateway.password(of: "bob")) == 0)
        #expect(try String(contentsOfFile: remembered, encoding: .utf8) == before + "\n# another\n")
    }

    @Test("auditors write everyone's keys to a file, those too that were revoked")
    func signers() async throws {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob", "carol"] { try await gateway.logIn(name) }
        let listed = try await gateway.person("bob", ["keys", "--json"])
        let keys = try JSONSerialization.jsonObject(with: Data(listed.out.utf8)) as? [[String: Any]]
        let key = try #require(keys?.first?["id"] as? String)
        #expect(try await gateway.person("bob", ["key", "revoke", key]).status == 0)
        let file = try await gateway.person("carol", ["keys", "--allowed-signers"])
        let lines = file.out.split(separator: "\n")
        #expect(file.status == 0 && lines.count == 3, "\(file)")
        #expect(lines.count { $0.contains("valid-before=") && $0.hasPrefix("bob ") } == 1)
        let refused = try await gateway.person("alice", ["keys", "--allowed-signers"])
        #expect(refused.status == 1, "\(refused)")
    }
}
