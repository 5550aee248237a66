import Policy
import TestKit
import Testing

@testable import Gateway

@Suite("sallyport.yaml is read strictly")
struct ConfigurationTests {
    static let whole = """
        gateway:
          listen: 127.0.0.1:7443
          certificate: certs/gateway.pem
          key: /keys/gateway.key
          client_ca: certs/ca.pem
          state: var
          policies: policies
        identity:
          pam: { service: login, directory: pam.d }
          people:
            Alice: { groups: [dba] }
            bob: { accounts: ["pam:bsmith"] }
          agents:
            bot: { owner: alice, groups: [ci], targets: [orders] }
          administrators: [bob]
        consents:
          fresh: 10m
          unprotected_keys: true
        targets:
          orders:
            kind: postgres
            address: "[::1]:5432"
            database: orders
            tls: require
            user: sallyport
            password: { file: secrets/orders }
            labels: { env: production }
        """

    /// A line of `whole`, what stands there instead, and where the problem is and what is expected there.
    static let problems: [(line: String, instead: String, problem: String)] = [
        ("gateway:", "gateways:", "1:1: unknown key `gateways` in the configuration"),
        ("gateway:", "gateway: 7\nx:", "1:10: expected `gateway` as a mapping"),
        ("  listen: 127.0.0.1:7443", "", "3:3: expected the key `listen`: `HOST:PORT`"),
        ("  listen: 127.0.0.1:7443", "  listen: 7443", "2:11: expected an address"),
        (
            "  listen: 127.0.0.1:7443", "  listen: localhost",
            "2:11: expected an address, `HOST:PORT` or `[IPV6]:PORT`, found `localhost`"
        ),
        ("  listen: 127.0.0.1:7443", "  listen: a:65536", "2:11: expected an address"),
        ("  listen: 127.0.0.1:7443", "  listen: a:+1", "2:11: expected an address"),
        ("  listen: 127.0.0.1:7443", "  listen: ::1:7443", "2:11: expected an address"),
        (
            "  listen: 127.0.0.1:7443", "  listen: []",
            "2:11: expected a list of addresses, found an"
        ),
        ("  listen: 127.0.0.1:7443", "  listen: [a:1, b]", "2:17: expected an address"),
        (
            "  listen: 127.0.0.1:7443", "  listen: a:1\n  listen: b:2",
            "2:3: expected each key once, `listen` is given again"
        ),
        ("  key: /keys/gateway.key", "", "2:3: expected the key `key`"),
        ("  key: /keys/gateway.key", "  key: ''", "4:8: expected the certificate's key, a PEM"),
        ("  key: /keys/gateway.key", "  key: &a x", "4:8: anchors and aliases are not"),
        ("  state: var", "  stat: var", "6:3: unknown key `stat` in `gateway`"),
        ("  state: var", "  state: 12", "6:10: expected the directory of store"),
        ("  policies: policies", "", "2:3: expected the key `policies`"),
        ("identity:", "identities:", "8:1: unknown key `identities`"),
        (
            "  pam: { service: login, directory: pam.d }", "  pam: { service: a/b }",
            "9:19: expected a PAM service's name"
        ),
        ("  pam: { service: login, directory: pam.d }", "  pam: { file: x }", "9:10: unknown key"),
        ("    Alice: { groups: [dba] }", "    a b: {}", "11:5: expected a name of letters"),
        ("    Alice: { groups: [dba] }", "    BOB: {}", "12:5: `bob` is given again"),
        ("    Alice: { groups: [dba] }", "    alice: {group: [dba]}", "11:13: unknown key `group`"),
        (
            "    Alice: { groups: [dba] }", "    alice: {groups: dba}",
            "11:21: expected a list of names"
        ),
        (
            "    Alice: { groups: [dba] }", "    alice: {groups: []}",
            "11:21: expected a list of names, found an"
        ),
        (
            "    bot: { owner: alice, groups: [ci], targets: [orders] }", "    bot: {}",
            "14:10: expected the key `owner`: the person who answers for it"
        ),
        (
            "    bot: { owner: alice, groups: [ci], targets: [orders] }",
            "    bot: { owner: alice, owners: [bob] }", "14:26: unknown key `owners`"
        ),
        ("  administrators: [bob]", "  administrators: bob", "15:19: expected a list of names"),
        ("consents:", "consent:", "16:1: unknown key `consent`"),
        ("  fresh: 10m", "  fresh: 10", "17:10: expected a duration"),
        ("  fresh: 10m", "  fresh: 10 minutes", "17:10: expected a duration"),
        ("  fresh: 10m", "  pending_per_target: 0", "17:23: expected a number from 1 to 100000"),
        ("  unprotected_keys: true", "  unprotected_keys: yes", "18:21: expected true or false"),
        ("  unprotected_keys: true", "  unprotected_keys: 'true'", "18:21: expected true or false"),
        ("targets:", "target:", "19:1: unknown key `target`"),
        ("  orders:", "  'or ders':", "20:3: expected a name of letters"),
        ("    kind: postgres", "    kind: mysql", "21:11: unknown kind of target `mysql`"),
        ("    kind: postgres", "", "22:5: expected the key `kind`"),
        ("    address: \"[::1]:5432\"", "    address: [a:1]", "22:14: expected an address"),
        ("    address: \"[::1]:5432\"", "    address: a:0", "22:14: expected an address"),
        ("    database: orders", "    database: 5", "23:15: expected a name"),
        (
            "    tls: require", "    tls: prefer",
            "24:10: unknown way of TLS `prefer`, expected one of"
        ),
        ("    tls: require", "", "21:5: expected the key `ca`: `tls: verify-full` needs"),
        ("    user: sallyport", "", "21:5: expected the key `user`"),
        (
            "    password: { file: secrets/orders }", "    password: secret",
            "26:15: expected `password` as a mapping"
        ),
        (
            "    password: { file: secrets/orders }", "    password: { file: a, env: B }",
            "26:15: expected either `file` or `env`"
        ),
        ("    password: { file: secrets/orders }", "    password: {}", "26:15: expected either"),
        (
            "    labels: { env: production }", "    labels: [env]",
            "27:13: expected a mapping of labels"
        ),
        ("    labels: { env: production }", "    labels: { env: 1 }", "27:20: expected a label's"),
        (
            "    labels: { env: production }", "    recorded_rows: 1001",
            "27:20: expected a number from 0 to 1000"
        ),
    ]

    /// The keys of a target that is a container engine, and what is wrong with them: `nil` for nothing.
    static let engines: [(keys: String, problem: String?)] = [
        ("socket: /run/docker.sock", nil),
        ("address: engine:2376, ca: ca.pem, certificate: c.pem, key: k.pem", nil),
        ("labels: { env: test }", "20:11: expected either `socket` or `address`"),
        (
            "socket: a, address: b:1, ca: ca.pem, certificate: c.pem, key: k.pem",
            "20:11: expected either `socket` or `address`"
        ),
        ("socket: 5", "20:35: expected a socket's path"),
        ("socket: a, ca: ca.pem", "20:42: expected `ca` for an engine with an `address` only"),
        ("socket: a, key: k.pem", "20:43: expected `key` for an engine with an `address` only"),
        ("address: b:0, ca: ca.pem, certificate: c.pem, key: k.pem", "20:36: expected an address"),
        ("address: b:1, certificate: c.pem, key: k.pem", "20:11: expected the key `ca`"),
        ("address: b:1, ca: ca.pem, key: k.pem", "20:11: expected the key `certificate`"),
        ("address: b:1, ca: ca.pem, certificate: c.pem", "20:11: expected the key `key`"),
        ("socket: a, tls: disable", "20:38: unknown key `tls` in a target"),
        ("socket: a, user: root", "20:38: unknown key `user` in a target"),
    ]

    /// `whole`, with an engine for its only target.
    private static func whole(engine keys: String) -> String {
        let lines = whole.split(separator: "\n").prefix { $0 != "  orders:" }
        return (lines + ["  orders: { kind: docker, \(keys) }"]).joined(separator: "\n")
    }

    @Test("a container engine is at a socket, or at an address with TLS", arguments: engines)
    func engine(keys: String, problem: String?) throws {
        guard let problem else {
            #expect(try load(Self.whole(engine: keys)).targets.map(\.kind) == ["docker"])
            return
        }
        let error = try #require(throws: PolicyErrors.self) {
            try load(Self.whole(engine: keys))
        }
        #expect(
            error.problems.contains { "\($0)".contains("/sallyport.yaml:\(problem)") }, "\(error)")
    }

    private func load(_ text: String) throws -> GatewayConfiguration {
        let scratch = try ScratchDirectory()
        let path = scratch.file("sallyport.yaml")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try GatewayConfiguration.load(file: path)
    }

    @Test(
        "each mistake is told with line, column and what was expected", arguments: problems.indices)
    func problem(index: Int) throws {
        let (line, instead, problem) = Self.problems[index]
        var lines = Self.whole.split(separator: "\n").map(String.init)
        let place = try #require(lines.firstIndex(of: line))
        lines[place] = instead
        let error = try #require(throws: PolicyErrors.self) {
            try load(lines.joined(separator: "\n"))
        }
        #expect(
            error.problems.contains { "\($0)".contains("/sallyport.yaml:\(problem)") }, "\(error)")
    }

    @Test("all mistakes are told at once")
    func all() throws {
        let text = Self.whole.replacing("tls: require", with: "tls: on")
            .replacing("fresh: 10m", with: "fresh: soon").replacing("state: var", with: "stat: var")
        let error = try #require(throws: PolicyErrors.self) { try load(text) }
        #expect(error.problems.map(\.place.line) == [2, 6, 17, 24], "\(error)")
    }

    @Test(
        "what is no configuration is refused",
        arguments: ["", "- a", "gateway: {", "\u{0}", "a: *b", "gateway: !!str x", "---\n---\n"])
    func nothing(text: String) {
        #expect(throws: PolicyErrors.self) { try load(text) }
    }

    @Test("a file that is not there is told by its path")
    func missing() throws {
        let error = try #require(throws: PolicyErrors.self) {
            try GatewayConfiguration.load(file: "/nowhere/sallyport.yaml")
        }
        #expect("\(error)".contains("/nowhere/sallyport.yaml"))
    }

    @Test(
        "what it says is what is read, with paths beside the file and names in their one spelling")
    func read() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.file("sallyport.yaml")
        try Self.whole.write(toFile: path, atomically: true, encoding: .utf8)
        let configuration = try GatewayConfiguration.load(file: path)
        #expect(configuration.gateway.listen == [ListenAddress(host: "127.0.0.1", port: 7443)])
        #expect(configuration.gateway.certificateFile == scratch.file("certs/gateway.pem"))
        #expect(configuration.gateway.keyFile == "/keys/gateway.key")
        #expect(configuration.identity.people.map(\.name) == ["alice", "bob"])
        #expect(configuration.identity.agents.map(\.targets) == [["orders"]])
        #expect(configuration.identity.pamDirectory == scratch.file("pam.d"))
        #expect(configuration.consents.freshMilliseconds == 600_000)
        let target = try #require(configuration.targets.first?.postgres)
        #expect((target.host, target.port) == ("::1", 5432))
        #expect(target.password == .file(scratch.file("secrets/orders")))
        #expect(
            configuration.weakenings.map { String($0.prefix(26)) } == [
                "consents.unprotected_keys:", "targets.orders.tls is `req",
            ])
    }

    @Test(
        "a reload says of every change whether it needs a restart",
        arguments: [
            ("  listen: 127.0.0.1:7443", "  listen: 127.0.0.1:7444", ["gateway.listen"]),
            ("  state: var", "  state: other", ["gateway.state"]),
            ("  policies: policies", "  policies: others", []),
            ("  key: /keys/gateway.key", "  key: /keys/other.key", []),
            (
                "  policies: policies", "  policies: policies\n  ledger_origin: x",
                ["gateway.ledger_origin"]
            ),
            (
                "  policies: policies", "  policies: policies\n  recording_sync: 5s",
                ["gateway.recording_sync"]
            ),
            (
                "  pam: { service: login, directory: pam.d }", "  pam: { service: login }",
                ["identity.pam"]
            ),
            ("    Alice: { groups: [dba] }", "    Alice: { groups: [other] }", []),
            ("  administrators: [bob]", "  administrators: [alice]", []),
            ("  unprotected_keys: true", "  unprotected_keys: false", ["consents"]),
            ("  fresh: 10m", "  fresh: 11m", ["consents"]),
            ("    labels: { env: production }", "    labels: { env: test }", ["targets.orders"]),
            (
                "    labels: { env: production }",
                "    labels: { env: production }\n  stock:\n    kind: postgres\n    address: a:1\n"
                    + "    database: d\n    tls: require\n    user: u", ["targets.stock"]
            ),
        ])
    func restart(line: String, instead: String, expected: [String]) throws {
        let scratch = try ScratchDirectory()
        func load(_ text: String) throws -> GatewayConfiguration {
            try text.write(toFile: scratch.file("c.yaml"), atomically: true, encoding: .utf8)
            return try GatewayConfiguration.load(file: scratch.file("c.yaml"))
        }
        try #require(Self.whole.contains(line))
        let old = try load(Self.whole)
        let new = try load(Self.whole.replacing(line, with: instead))
        #expect(old != new)
        #expect(old.needsRestart(for: new) == expected)
        #expect(new.needsRestart(for: old) == expected)
    }

    @Test("a start needs the program that checks signatures")
    func signatureProgram() throws {
        let configuration = try load(Self.whole)
        func refused(_ program: String) -> [String] {
            configuration.startupChecks(signatureProgram: program).compactMap { check in
                do {
                    try check.look()
                    return nil
                } catch {
                    return "\(check.name): \(error)"
                }
            }
        }
        #expect(refused("/bin/sh").isEmpty)
        #expect(
            refused("/nowhere/ssh-keygen") == [
                "`/nowhere/ssh-keygen`: no consent can be checked without it: install openssh-client"
            ])
    }

    @Test("what is left out is as strict as it can be")
    func defaults() throws {
        var lines = Self.whole.split(separator: "\n").map(String.init)
        lines.removeAll { ["consents:", "  fresh: 10m", "  unprotected_keys: true"].contains($0) }
        let text = lines.joined(separator: "\n").replacing("tls: require", with: "ca: ca.pem")
        let configuration = try load(text)
        #expect(configuration.consents.allowsUnprotectedKeys == false)
        #expect(configuration.consents.freshMilliseconds == 1_800_000)
        #expect(configuration.targets.map(\.postgres?.tls) == [.verifyFull])
        #expect(configuration.targets.map(\.postgres?.recordedRowsMax) == [0])
        #expect(configuration.weakenings.isEmpty)
    }
}
