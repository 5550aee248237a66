import ControlAPI
import Foundation
import TLS
import Testing
import Vocabulary

@testable import Control

@Suite("Certificates by the control API", .serialized)
struct CertificateCallTests {
    private func call(_ token: String?, request: String) async throws -> RawAnswer {
        let body = try JSONEncoder().encode(CertificateRequest(request: request))
        return try await RunningControl.shared.value.call(
            "POST", "/v1/certificate", token: token, body: String(decoding: body, as: UTF8.self))
    }

    @Test("whoever has a token gets one for their key, and the ledger knows it")
    func issued() async throws {
        let control = try await RunningControl.shared.value
        let key = try CertificateKey.generate()
        let token = try await control.agentToken()
        let answer = try await call(token, request: key.request(commonName: "administrator"))
        #expect(answer.status == 201, "\(answer)")
        let given = try JSONDecoder().decode(CertificateAnswer.self, from: Data(answer.body.utf8))
        let certificate = try PeerCertificate(pem: given.certificate)
        #expect(key.fits(certificate))
        // Of the request only the key is taken.
        #expect(certificate.commonName == "deploy-bot" && given.principal == "deploy-bot")
        let id = String(token.dropFirst(4).prefix(26))
        #expect(
            certificate.uris == ["sallyport://principal/deploy-bot", "sallyport://token/\(id)"])
        #expect(certificate.dnsNames.isEmpty)
        #expect(certificate.notAfter.milliseconds == given.expires)
        let entries = try await control.entered("certificate-issued")
        #expect(
            entries.contains([
                "principal": .text("deploy-bot"), "token": .text(id),
                "certificate": .text(certificate.fingerprint.hex),
                "expires": .integer(given.expires),
            ]), "\(entries)")
    }

    @Test("without a token there is none, nor for what is no request; the ledger has none of them")
    func refused() async throws {
        let control = try await RunningControl.shared.value
        let token = try await control.agentToken()
        let good = try CertificateKey.generate().request(commonName: "x")
        let before = try await control.entered("certificate-issued").count
        for (token, request, status) in [
            (nil, good, 401), ("spt_x", good, 401), (token, "", 400),
            (token, "-----BEGIN CERTIFICATE REQUEST-----\n", 400),
            (token, String(repeating: "x", count: 1 << 20), 400),
        ] {
            let answer = try await call(token, request: request)
            #expect(answer.status == status, "\(answer)")
        }
        #expect(try await control.entered("certificate-issued").count == before)
    }
}
