import NIOCore
import TLS
import Testing

@Suite("Handshakes between our client and our server")
struct HandshakeTests {
    @Test func `a handshake ends on both sides and says what was agreed`() throws {
        let pair = try Pair(client: Contexts.client(), server: Contexts.server())
        pair.settle()
        let client = try #require(pair.client.established)
        let server = try #require(pair.server.established)
        #expect(client.version == .tls13)
        #expect(server.version == .tls13)
        #expect(server.serverName == "localhost")
        #expect(client.serverName == "localhost")
        #expect(client.peerCertificate?.commonName == "server")
        #expect(client.peerCertificate?.dnsNames == ["localhost", "db.example.test"])
        #expect(server.peerCertificate == nil)
        #expect(client.applicationProtocol == nil)
        #expect(!client.resumed && !server.resumed)
        #expect(client.channelBinding == server.channelBinding)
        #expect(client.channelBinding == client.peerCertificate?.fingerprint.bytes)
    }

    @Test func `a certificate signed without a hash has no channel binding`() throws {
        let pair = try Pair(client: Contexts.client(ca: "ed"), server: Contexts.server("ed"))
        pair.settle()
        #expect(pair.client.established?.channelBinding == [])
        #expect(pair.server.established?.channelBinding == [])
    }

    @Test(arguments: [
        (["postgresql", "http/1.1"], ["http/1.1", "postgresql"], "http/1.1"),
        (["postgresql"], ["http/1.1", "postgresql"], "postgresql"),
        ([], ["http/1.1"], nil),
        (["postgresql"], [], nil),
    ])
    func `the server's order chooses the protocol, and none is fine when none was offered`(
        offered: [String], spoken: [String], chosen: String?
    ) throws {
        let pair = try Pair(
            client: Contexts.client(protocols: offered), server: Contexts.server(protocols: spoken))
        pair.settle()
        #expect(pair.isEstablished)
        #expect(pair.client.established?.applicationProtocol == chosen)
        #expect(pair.server.established?.applicationProtocol == chosen)
    }

    @Test func `threat 2: protocols without overlap end the handshake on both sides`() throws {
        let pair = try Pair(
            client: Contexts.client(protocols: ["h2"]),
            server: Contexts.server(protocols: ["postgresql"]))
        pair.settle()
        #expect(pair.serverError?.blame == .theirs)
        #expect(pair.clientError?.kind == .alert)
        #expect(pair.clientError?.reason.contains("application protocol") == true)
        #expect(!pair.isEstablished)
    }

    @Test func `an address is verified as an address and is not sent as a name`() throws {
        let pair = try Pair(client: Contexts.client(), server: Contexts.server(), name: "127.0.0.1")
        pair.settle()
        #expect(pair.isEstablished)
        #expect(pair.server.established?.serverName == nil)
    }

    @Test func `the server sees the name in lower case`() throws {
        let pair = try Pair(
            client: Contexts.client(), server: Contexts.server(), name: "DB.Example.Test")
        pair.settle()
        #expect(pair.server.established?.serverName == "db.example.test")
    }

    @Test(arguments: ["other.example.test", "127.0.0.2", "localhost.evil", "ocalhost"])
    func `threat 3: verify-full refuses a certificate for another name`(name: String) throws {
        let pair = try Pair(client: Contexts.client(), server: Contexts.server(), name: name)
        pair.settle()
        #expect(pair.clientError?.kind == .certificate)
        #expect(pair.clientError?.blame == .theirs)
        #expect(pair.clientError?.reason.hasPrefix("certificate verify failed: ") == true)
        #expect(pair.serverError?.kind == .alert)
    }

    @Test func `threat 3: verify-full refuses a certificate of another CA`() throws {
        let pair = try Pair(client: Contexts.client(), server: Contexts.server("imposter"))
        pair.settle()
        #expect(pair.clientError?.kind == .certificate)
        #expect(pair.client.established == nil)
    }

    @Test func `require takes any certificate, and any name`() throws {
        for name in ["localhost", "other.example.test", nil] {
            let pair = try Pair(
                client: Contexts.client(ca: nil), server: Contexts.server("imposter"), name: name)
            pair.settle()
            #expect(pair.isEstablished)
        }
    }

    @Test func `verify-full without a name is refused before anything is sent`() throws {
        let context = try Contexts.client()
        #expect(throws: TLSError.self) { try TLSConnection(context) }
    }

    @Test(arguments: ["", "a b", "bücher.example", "a\0b", String(repeating: "a", count: 256)])
    func `what cannot be a host name is refused`(name: String) throws {
        let context = try Contexts.client()
        #expect(throws: TLSError.self) { try TLSConnection(context, serverName: name) }
    }

    @Test func `a good client certificate is seen by the server`() throws {
        let pair = try Pair(
            client: Contexts.client(identity: "alice"), server: Contexts.server(clientCA: "ca"))
        pair.settle()
        let peer = try #require(pair.server.established?.peerCertificate)
        #expect(peer.commonName == "alice")
        #expect(peer.uris == ["sallyport:person/alice"])
        #expect(peer.dnsNames == ["alice.example.test"])
        let files = try TestCertificates.shared.get()
        let said = try openssl([
            "x509", "-in", files.certificate("alice"), "-noout", "-serial", "-fingerprint",
            "-sha256",
        ]).output.lowercased().filter { $0 != ":" }
        #expect(said.contains("serial=" + peer.serial))
        #expect(said.contains(peer.fingerprint.hex))
        #expect(peer.notAfter.milliseconds > 1_700_000_000_000)
    }

    @Test func `a client without a certificate is let in without one`() throws {
        let pair = try Pair(client: Contexts.client(), server: Contexts.server(clientCA: "ca"))
        pair.settle()
        #expect(pair.isEstablished)
        #expect(pair.server.established?.peerCertificate == nil)
    }

    @Test func `a client certificate of another CA ends the handshake`() throws {
        let pair = try Pair(
            client: Contexts.client(identity: "mallory"), server: Contexts.server(clientCA: "ca"))
        pair.settle()
        #expect(pair.server.established == nil)
        #expect(pair.serverError?.kind == .certificate)
        #expect(pair.clientError?.kind == .alert)
    }

    @Test func `a server that asks for no certificate sees none`() throws {
        let pair = try Pair(client: Contexts.client(identity: "mallory"), server: Contexts.server())
        pair.settle()
        #expect(pair.isEstablished)
        #expect(pair.server.established?.peerCertificate == nil)
    }

    @Test func `a replaced certificate serves new connections and leaves old ones alone`() throws {
        let source = TLSContextSource(try Contexts.server())
        let old = try Pair(client: Contexts.client(), server: source.current)
        old.settle()
        source.replace(with: try Contexts.server("renewed"))
        let new = try Pair(client: Contexts.client(), server: source.current)
        new.settle()
        #expect(old.client.established?.peerCertificate?.commonName == "server")
        #expect(new.client.established?.peerCertificate?.commonName == "renewed")
        var text = ByteBuffer(string: "still here")
        try old.client.encrypt(&text)
        old.settle()
        #expect(String(buffer: old.serverText) == "still here")
    }
}
