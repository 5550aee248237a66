import Identity
import TLS
import Vocabulary

/// Certificates of people and agents, each bound to a token: what ends the token ends what the certificate opened.
public struct ClientCertificates: Sendable {
    private let authority: CertificateAuthority
    private let clock: Clock
    private let enter: LedgerEntrance

    init(authority: CertificateAuthority, clock: Clock, enter: @escaping LedgerEntrance) {
        self.authority = authority
        self.clock = clock
        self.enter = enter
    }

    /// A certificate for the key that has signed the request (PEM, PKCS #10), as PEM. The ledger has it before anyone else.
    /// Throws `TLSError`, `IdentityError`, and what the ledger throws.
    public func issue(
        _ request: String, for caller: AuthenticatedPrincipal
    ) async throws -> (pem: String, certificate: ClientCertificate) {
        let now = clock.wall()
        guard let certificate = ClientCertificate(for: caller, now: now) else {
            throw IdentityError.notAllowed("a certificate is given for a token only")
        }
        let issued = try authority.issue(
            request: request, commonName: certificate.principal.text, uris: certificate.uris,
            now: now, milliseconds: certificate.expires.milliseconds - now.milliseconds)
        _ = try await enter(.certificateIssued(certificate, issued.fingerprint))
        return (issued.pem, certificate)
    }

    /// What a certificate says that TLS has verified; `nil` for one that another CA has issued, which proves nobody here.
    func read(_ certificate: PeerCertificate) -> ClientCertificate? {
        guard authority.hasIssued(certificate) else { return nil }
        return ClientCertificate(uris: certificate.uris, expires: certificate.notAfter)
    }
}
