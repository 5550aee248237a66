/// `POST /v1/certificate`: what a client shows to be known by its key.
public struct CertificateRequest: Codable, Sendable {
    /// For a certificate, PEM (PKCS #10), signed by its key, which is on P-256.
    public var request: String

    public init(request: String) { self.request = request }
}

/// The answer to it.
public struct CertificateAnswer: Codable, Sendable {
    /// PEM.
    public var certificate: String
    /// Whose it is: the user name to log in with.
    public var principal: String
    /// Milliseconds since 1970.
    public var expires: Int64

    public init(certificate: String, principal: String, expires: Int64) {
        self.certificate = certificate
        self.principal = principal
        self.expires = expires
    }
}
