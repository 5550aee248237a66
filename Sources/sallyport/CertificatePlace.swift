import ControlAPI
import ControlClient
import Foundation
import Identity
import TLS
import Vocabulary

/// What native clients show instead of a token: a key that never leaves this machine, and the gateway's certificate for
/// it. The files are named as `docker` looks for them; 0600, in a directory of the token's own.
struct CertificatePlace {
    let directory: String
    private let home: Home
    private let token: TokenID

    /// - Parameter token: what the certificate is bound to. Throws a `Complaint` when it is none.
    init(home: Home, token: String) throws {
        guard let id = TokenID(ofToken: token) else {
            throw Complaint(ExitStatus.unreachable, "SALLYPORT_TOKEN is no token")
        }
        self.home = home
        self.token = id
        // Shells that were told of a login's files go on after the next login.
        let name = home.session()?.token == token ? "login" : id.rawValue
        directory = absolute(home.directory) + "/certificates/" + name
    }

    /// Of the CA that signed the gateway's certificate.
    var caFile: String { directory + "/ca.pem" }
    var certificateFile: String { directory + "/cert.pem" }
    var keyFile: String { directory + "/key.pem" }

    /// Makes the files, or what is missing of them: the certificate anew when less than half of its life is left. Returns
    /// the certificate's end and whose it is.
    func prepare(_ connection: Connection) async throws -> ClientCertificate {
        try home.prepare()
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        // Two that run at once would each write a key, and the certificate of the other's.
        let lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(lock) }
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            throw Complaint(ExitStatus.refused, "`\(visible(directory))` cannot be locked")
        }
        try put(read(connection.caFile), caFile)
        let kept = kept()
        if let kept, kept.isFresh { return kept.certificate }
        let key = try kept?.key ?? CertificateKey.generate()
        if kept == nil { try put(key.pem(), keyFile) }
        return try await renew(key, connection)
    }

    private struct Kept {
        let key: CertificateKey
        let certificate: ClientCertificate
        let isFresh: Bool
    }

    /// What is there, if it is this token's.
    private func kept() -> Kept? {
        guard let key = try? CertificateKey(pem: read(keyFile)),
            let shown = try? PeerCertificate(pem: read(certificateFile)), key.fits(shown),
            let certificate = ClientCertificate(uris: shown.uris, expires: shown.notAfter),
            certificate.token == token
        else { return nil }
        let life = shown.notAfter.milliseconds - shown.notBefore.milliseconds
        let left = shown.notAfter.milliseconds - Int64(Date().timeIntervalSince1970 * 1_000)
        return Kept(key: key, certificate: certificate, isFresh: left >= life / 2)
    }

    private func renew(
        _ key: CertificateKey, _ connection: Connection
    ) async throws -> ClientCertificate {
        let answer = try await connection.client.call(
            .POST, "/v1/certificate",
            body: CertificateRequest(request: key.request(commonName: "client")),
            as: CertificateAnswer.self)
        guard let given = try? PeerCertificate(pem: answer.certificate), key.fits(given),
            let certificate = ClientCertificate(uris: given.uris, expires: given.notAfter),
            certificate.token == token
        else { throw ControlClientError.nonsense("a certificate that is not for this key") }
        try put(answer.certificate, certificateFile)
        return certificate
    }

    private func read(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Complaint(ExitStatus.refused, "`\(visible(path))` cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// A client that reads it meanwhile reads the old one.
    private func put(_ text: String, _ path: String) throws {
        guard (try? read(path)) != text else { return }
        try home.write(Data(text.utf8), to: path)
    }
}
