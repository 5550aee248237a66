import COpenSSL
import Cryptography
import Vocabulary

/// A CA of the gateway's own: it issues short chains (its root, then leaves) to clients, and nothing that could issue
/// anything itself.
// `@unchecked Sendable` holds: OpenSSL counts the references, and nothing is changed after `init`.
public final class CertificateAuthority: @unchecked Sendable {
    private let key: CertificateKey
    /// Owned.
    private let root: OpaquePointer

    /// - Parameter pem: the certificate and its private key.
    public init(pem: String) throws(TLSError) {
        key = try CertificateKey(pem: pem)
        let bio = try MemoryBIO(pem)
        root = try made(PEM_read_bio_X509(bio.pointer, nil, nil, nil), "a CA's certificate")
        guard X509_check_private_key(root, key.pointer) == 1 else {
            throw bad("a CA whose key is another's")
        }
    }

    deinit { X509_free(root) }

    /// Makes a new one. Returns its certificate and private key, PEM.
    public static func make(commonName: String, now: WallTime) throws(TLSError) -> String {
        let key = try CertificateKey.generate()
        let draft = try CertificateDraft(
            commonName: commonName, from: now, milliseconds: Limits.authorityMilliseconds)
        try draft.take(publicKey: key.pointer)
        try draft.extend([
            (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
            (NID_key_usage, "critical,keyCertSign"), (NID_subject_key_identifier, "hash"),
        ])
        return try draft.sign(issuer: draft.pointer, key) + key.pem()
    }

    /// The certificate alone, PEM.
    public func certificatePEM() throws(TLSError) -> String { try pemText(root) }

    /// Issues a certificate for TLS clients. Of the request only its key is taken, which must have signed it.
    ///
    /// `uris`: its subject alternative names, which must not hold a comma.
    /// Throws a `TLSError` whose blame is theirs for a request that is none, or whose key is not on P-256.
    public func issue(
        request pem: String, commonName: String, uris: [String] = [], now: WallTime,
        milliseconds: Int64
    ) throws(TLSError) -> IssuedCertificate {
        guard pem.utf8.count <= Limits.requestBytesMax else { throw refused("it is too long") }
        let bio = try MemoryBIO(pem)
        guard let request = PEM_read_bio_X509_REQ(bio.pointer, nil, nil, nil) else {
            throw refused(ErrorQueue.drainText().lowercasedFirst)
        }
        defer { X509_REQ_free(request) }
        guard let theirs = X509_REQ_get0_pubkey(request), shim_is_p256(theirs) == 1 else {
            throw refused("its key is not on P-256")
        }
        guard X509_REQ_verify(request, theirs) == 1 else {
            throw refused("its key has not signed it")
        }
        let draft = try CertificateDraft(
            commonName: commonName, from: now, milliseconds: milliseconds)
        try draft.take(publicKey: theirs)
        let names = uris.map { "URI:\($0)" }.joined(separator: ",")
        try draft.extend(
            [
                (NID_basic_constraints, "critical,CA:FALSE"),
                (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "clientAuth"), (NID_subject_key_identifier, "hash"),
                (NID_authority_key_identifier, "keyid"),
            ] + (names.isEmpty ? [] : [(NID_subject_alt_name, names)]), issuer: root)
        let text = try draft.sign(issuer: root, key)
        let certificate = PeerCertificate(draft.pointer)
        return IssuedCertificate(
            pem: text, fingerprint: certificate.fingerprint, notAfter: certificate.notAfter)
    }

    /// Whether its own key has signed that certificate, whatever else is trusted where it was shown.
    public func hasIssued(_ certificate: PeerCertificate) -> Bool {
        certificate.withPointer { X509_verify($0, key.pointer) == 1 }
    }

    private func refused(_ why: String) -> TLSError {
        ErrorQueue.clear()
        return TLSError(.theirs, .certificate, "the request for a certificate: \(why)")
    }
}

/// A certificate that was just made.
public struct IssuedCertificate: Hashable, Sendable {
    public let pem: String
    /// As `PeerCertificate.fingerprint`.
    public let fingerprint: Digest
    public let notAfter: WallTime
}

/// A certificate that nobody has signed yet.
private final class CertificateDraft {
    /// Owned.
    let pointer: OpaquePointer

    init(commonName: String, from now: WallTime, milliseconds: Int64) throws(TLSError) {
        ErrorQueue.clear()
        pointer = try made(X509_new(), "a certificate")
        // Positive, 127 bits of chance (RFC 5280 section 4.1.2.2).
        var serial = Random.bytes(16)
        serial[0] = serial[0] & 0x7F | 0x40
        let number = BN_bin2bn(serial, Int32(serial.count), nil)
        defer { BN_free(number) }
        guard X509_set_version(pointer, 2) == 1,
            BN_to_ASN1_INTEGER(number, X509_get_serialNumber(pointer)) != nil,
            set(X509_getm_notBefore(pointer), now.milliseconds - Limits.clockSkewMilliseconds),
            set(X509_getm_notAfter(pointer), now.milliseconds + milliseconds),
            add(commonName, to: X509_get_subject_name(pointer))
        else { throw bad("a certificate") }
    }

    deinit { X509_free(pointer) }

    private func set(_ field: UnsafeMutablePointer<ASN1_TIME>?, _ milliseconds: Int64) -> Bool {
        ASN1_TIME_set(field, Int(milliseconds / 1_000)) != nil
    }

    func take(publicKey: OpaquePointer) throws(TLSError) {
        guard X509_set_pubkey(pointer, publicKey) == 1 else { throw bad("a certificate's key") }
    }

    /// - Parameter issuer: `nil` for itself.
    func extend(
        _ extensions: [(Int32, String)], issuer: OpaquePointer? = nil
    ) throws(TLSError) {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer ?? pointer, pointer, nil, nil, 0)
        for (kind, value) in extensions {
            let one = try made(X509V3_EXT_conf_nid(nil, &context, kind, value), "an extension")
            defer { X509_EXTENSION_free(one) }
            guard X509_add_ext(pointer, one, -1) == 1 else { throw bad("an extension") }
        }
    }

    /// Its PEM.
    func sign(issuer: OpaquePointer, _ key: CertificateKey) throws(TLSError) -> String {
        guard X509_set_issuer_name(pointer, X509_get_subject_name(issuer)) == 1,
            X509_sign(pointer, key.pointer, EVP_sha256()) > 0
        else { throw bad("a signature") }
        return try pemText(pointer)
    }
}

private func pemText(_ certificate: OpaquePointer) throws(TLSError) -> String {
    let bio = try MemoryBIO()
    guard PEM_write_bio_X509(bio.pointer, certificate) == 1 else { throw bad("a certificate") }
    return bio.text
}
