import TLS
import TestKit
import Testing

/// The `openssl` tool is the judge: its client against our server.
@Suite("openssl s_client against our server")
struct OpenSSLClientTests {
    private func dial(
        _ server: LoopbackServer, _ options: [String]
    ) throws -> (status: Int32, output: String) {
        try openssl(
            ["s_client", "-connect", "127.0.0.1:\(server.port)", "-ign_eof"] + options,
            input: "hello there\n")
    }

    private func serving<Value>(
        _ context: TLSContext, _ body: (LoopbackServer) throws -> Value
    ) async throws -> Value {
        let server = try await LoopbackServer(context)
        let result = Result { try body(server) }
        try await server.stop()
        return try result.get()
    }

    @Test(arguments: [("-tls1_2", TLSEstablished.Version.tls12), ("-tls1_3", .tls13)])
    func `TLS 1.2 and 1.3 are spoken`(option: String, version: TLSEstablished.Version) async throws
    {
        let files = try TestCertificates.shared.get()
        try await serving(Contexts.server(protocols: ["postgresql"])) { server in
            let (status, output) = try dial(
                server,
                [
                    option, "-servername", "localhost", "-alpn", "postgresql", "-CAfile",
                    files.certificate("ca"), "-verify_return_error", "-verify_hostname",
                    "localhost",
                ])
            #expect(status == 0)
            #expect(output.contains("hello there"))
            #expect(output.contains("ALPN protocol: postgresql"))
            #expect(output.contains("Compression: NONE"))
            #expect(output.contains("Verify return code: 0 (ok)"))
            let established = try #require(server.established.first)
            #expect(established.version == version)
            #expect(established.applicationProtocol == "postgresql")
            #expect(established.serverName == "localhost")
        }
    }

    @Test func `threat 3: TLS 1.1 is refused`() async throws {
        try await serving(Contexts.server()) { server in
            let (status, _) = try dial(server, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
            #expect(status != 0)
            #expect(server.established == [])
            #expect(server.errors.first?.reason.contains("TLS 1.2 or 1.3 is needed") == true)
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `a client certificate is asked for and seen`(option: String) async throws {
        let files = try TestCertificates.shared.get()
        try await serving(Contexts.server(clientCA: "ca")) { server in
            let (status, output) = try dial(
                server, [option, "-cert", files.certificate("alice"), "-key", files.key("alice")])
            #expect(status == 0)
            #expect(output.contains("CN = ca"))
            #expect(server.established.first?.peerCertificate?.commonName == "alice")
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `renegotiation is refused by TLS 1.2, and early data is never offered`(
        option: String
    ) async throws {
        try await serving(Contexts.server(seconds: 60)) { server in
            let (_, output) = try dial(server, [option])
            #expect(!output.contains("Max Early Data: 16384"))
            #expect(server.established.count == 1)
        }
    }

    /// Options of the connection that gets a ticket, of the one that shows it, and whether that may resume.
    static let resumptions: [([String], [String], Bool)] = [
        (
            ["-servername", "localhost", "-alpn", "postgresql"],
            ["-servername", "localhost", "-alpn", "postgresql"], true
        ),
        (["-servername", "localhost"], ["-servername", "localhost"], true),
        (["-noservername"], ["-noservername"], true),
        (["-servername", "localhost"], ["-servername", "db.example.test"], false),
        (["-servername", "localhost"], ["-noservername"], false),
        (["-noservername"], ["-servername", "localhost"], false),
        (["-alpn", "postgresql"], ["-alpn", "http/1.1"], false),
        (["-alpn", "postgresql"], [], false),
        ([], ["-alpn", "postgresql"], false),
    ]

    @Test(arguments: ["-tls1_2", "-tls1_3"], resumptions)
    func `a ticket is good for the name and protocol that it was given under`(
        version: String, resumption: ([String], [String], Bool)
    ) async throws {
        let scratch = try ScratchDirectory()
        let (first, second, resumes) = resumption
        let context = try Contexts.server(
            clientCA: "ca", protocols: ["postgresql", "http/1.1"], seconds: 3600)
        try await serving(context) { server in
            _ = try dial(server, [version, "-sess_out", scratch.file("ticket")] + first)
            let (status, output) = try dial(
                server, [version, "-sess_in", scratch.file("ticket")] + second)
            #expect(status == 0)
            #expect(output.contains(resumes ? "Reused, TLSv1" : "New, TLSv1"))
            #expect(server.established.map(\.resumed) == [false, resumes])
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `a resumed session still has the client's certificate`(version: String) async throws {
        let scratch = try ScratchDirectory()
        let files = try TestCertificates.shared.get()
        let identity = ["-cert", files.certificate("alice"), "-key", files.key("alice")]
        try await serving(Contexts.server(clientCA: "ca", seconds: 3600)) { server in
            _ = try dial(server, [version, "-sess_out", scratch.file("ticket")] + identity)
            _ = try dial(server, [version, "-sess_in", scratch.file("ticket")] + identity)
            #expect(server.established.map(\.resumed) == [false, true])
            #expect(server.established.map(\.peerCertificate?.commonName) == ["alice", "alice"])
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `without a session lifetime there are no tickets`(version: String) async throws {
        try await serving(Contexts.server()) { server in
            let (_, output) = try dial(server, [version])
            #expect(!output.contains("session ticket:"))
        }
    }
}
