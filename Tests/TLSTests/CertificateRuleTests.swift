import Foundation
import TLS
import TestKit
import Testing
import Vocabulary

/// One protocol demands certificates of a CA of its own, the others ask for those of another; one asks for none.
@Suite("Whose certificates count where")
struct CertificateRuleTests {
    private let scratch: ScratchDirectory
    private let server: TLSContext
    private let authority: CertificateAuthority
    private static let runner = "test-runner"
    private static let shell = "test-shell"

    init() throws {
        scratch = try ScratchDirectory()
        let made = try CertificateAuthority.make(commonName: "runners", now: Self.now)
        authority = try CertificateAuthority(pem: made)
        try authority.certificatePEM().write(
            toFile: scratch.file("runners.pem"), atomically: true, encoding: .utf8)
        let files = try TestCertificates.shared.get()
        server = try TLSContext.server(
            certificateFile: files.certificate("server"), keyFile: files.key("server"),
            applicationProtocols: ["http/1.1", Self.runner, Self.shell],
            sessionLifetimeSeconds: 3_600,
            rules: [
                TLSCertificateRule(
                    applicationProtocols: [Self.runner], caFiles: [scratch.file("runners.pem")],
                    isRequired: true),
                try Contexts.rule("ca", protocols: ["http/1.1"]),
            ])
    }

    private static var now: WallTime {
        WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    /// A certificate and its key in one file.
    private func issue(
        _ name: String, by authority: CertificateAuthority, uris: [String] = []
    ) throws -> TLSIdentity {
        let key = try CertificateKey.generate()
        let issued = try authority.issue(
            request: key.request(commonName: "someone"), commonName: name, uris: uris,
            now: Self.now, milliseconds: 3_600_000)
        let file = scratch.file("\(UUID()).pem")
        try (issued.pem + key.pem()).write(toFile: file, atomically: true, encoding: .utf8)
        return TLSIdentity(certificateFile: file, keyFile: file)
    }

    private func connect(_ protocols: [String], _ identity: TLSIdentity?) throws -> Pair {
        let files = try TestCertificates.shared.get()
        let client = try TLSContext.client(
            trust: .verifyFull(caFile: files.certificate("ca")), applicationProtocols: protocols,
            identity: identity)
        let pair = try Pair(client: client, server: server)
        pair.settle()
        return pair
    }

    @Test("lets in whom its own CA issued to, by the name that the CA gave")
    func accepted() throws {
        let pair = try connect([Self.runner], issue("web1", by: authority))
        let established = try #require(pair.server.established)
        #expect(established.applicationProtocol == Self.runner)
        #expect(established.peerCertificate?.commonName == "web1")
    }

    @Test("threat 33: refuses everyone else: nobody's certificate, a person's, another CA's")
    func refused() throws {
        #expect(try connect([Self.runner], nil).server.established == nil)
        let files = try TestCertificates.shared.get()
        #expect(try connect([Self.runner], files.identity("alice")).server.established == nil)
        let other = try CertificateAuthority(
            pem: CertificateAuthority.make(commonName: "runners", now: Self.now))
        #expect(try connect([Self.runner], issue("web1", by: other)).server.established == nil)
    }

    @Test("threat 33: a certificate of its CA is nobody's under another protocol, or none")
    func notElsewhere() throws {
        let identity = try issue("alice", by: authority)
        #expect(try connect(["http/1.1"], identity).server.established == nil)
        #expect(try connect([], identity).server.established == nil)
        #expect(try connect(["http/1.1"], nil).server.established != nil)
    }

    @Test("clients of a protocol without a rule are asked for nothing, whatever they have")
    func notAsked() throws {
        let established = try #require(
            try connect([Self.shell], issue("web1", by: authority)).server.established)
        #expect(established.applicationProtocol == Self.shell)
        #expect(established.peerCertificate == nil)
    }

    @Test("the URIs that are asked for are in the certificate, in their order")
    func uris() throws {
        let uris = ["sallyport://principal/a", "sallyport://token/b"]
        let pair = try connect([Self.runner], issue("web1", by: authority, uris: uris))
        #expect(pair.server.established?.peerCertificate?.uris == uris)
    }

    @Test("a CA knows what it has issued from everything else, a CA of the same name's too")
    func hasIssued() throws {
        let other = try CertificateAuthority(
            pem: CertificateAuthority.make(commonName: "runners", now: Self.now))
        for (by, isOurs) in [(authority, true), (other, false)] {
            let file = try issue("web1", by: by).certificateFile
            let certificate = try PeerCertificate(
                pem: String(contentsOfFile: file, encoding: .utf8))
            #expect(authority.hasIssued(certificate) == isOurs)
            let key = try CertificateKey(pem: String(contentsOfFile: file, encoding: .utf8))
            #expect(key.fits(certificate))
            #expect(try !CertificateKey.generate().fits(certificate))
        }
    }

    @Test(
        "a key of another kind gets no certificate",
        arguments: [
            ["rsa:2048"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
            ["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"], ["ed25519"],
        ])
    func keys(kind: [String]) throws {
        let file = scratch.file("request.pem")
        let made = try openssl(
            ["req", "-new", "-nodes", "-subj", "/CN=x", "-keyout", "/dev/null", "-out", file]
                + ["-newkey"] + kind)
        try #require(made.status == 0, "\(made.output)")
        let error = #expect(throws: TLSError.self) {
            try authority.issue(
                request: String(contentsOfFile: file, encoding: .utf8), commonName: "x",
                now: Self.now, milliseconds: 1_000_000)
        }
        #expect(error?.blame == .theirs && error?.reason.contains("P-256") == true)
    }

    @Test("threat 33: what its CA issued to issues nothing itself")
    func leafIsNoAuthority() throws {
        let leaf = try issue("web1", by: authority)
        let pem = try String(contentsOfFile: leaf.certificateFile, encoding: .utf8)
        let imposter = try CertificateAuthority(pem: pem)
        let forged = try issue("web2", by: imposter)
        let chain = try String(contentsOfFile: forged.certificateFile, encoding: .utf8) + pem
        try chain.write(toFile: forged.certificateFile, atomically: true, encoding: .utf8)
        #expect(try connect([Self.runner], forged).server.established == nil)
    }

    @Test("a request is refused that its key has not signed, that is no request, or too long")
    func requests() throws {
        let request = try CertificateKey.generate().request(commonName: "web1")
        var lines = request.split(separator: "\n").map(String.init)
        let middle = lines.count / 2
        lines[middle] = String(lines[middle].reversed())
        let altered = lines.joined(separator: "\n") + "\n"
        for text in [altered, "", "-----BEGIN", String(repeating: "x", count: 1 << 20)] {
            #expect(throws: TLSError.self) {
                try authority.issue(
                    request: text, commonName: "web1", now: Self.now, milliseconds: 1_000_000)
            }
        }
    }

    @Test("the openssl tool verifies what is issued, as a client's and as nothing else")
    func tool() throws {
        let leaf = try issue("web1", by: authority).certificateFile
        for (purpose, isGood) in [("sslclient", true), ("sslserver", false)] {
            let said = try openssl([
                "verify", "-x509_strict", "-purpose", purpose, "-CAfile",
                scratch.file("runners.pem"), leaf,
            ])
            #expect((said.status == 0) == isGood, "\(purpose): \(said.output)")
        }
    }
}
