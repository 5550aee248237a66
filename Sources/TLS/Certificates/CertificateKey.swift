import COpenSSL

/// A private key for certificates, on the curve P-256.
// `@unchecked Sendable` holds: OpenSSL counts its references, and the key is never changed.
public final class CertificateKey: @unchecked Sendable {
    /// Owned.
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    public static func generate() throws(TLSError) -> CertificateKey {
        CertificateKey(owning: try made(shim_p256_key(), "a key"))
    }

    /// Reads the private key in a PEM text that may hold certificates too.
    public convenience init(pem: String) throws(TLSError) {
        let bio = try MemoryBIO(pem)
        let pointer = try made(shim_read_private_key(bio.pointer), "a private key")
        self.init(owning: pointer)
        guard shim_is_p256(pointer) == 1 else { throw bad("a private key that is not on P-256") }
    }

    public func pem() throws(TLSError) -> String {
        let bio = try MemoryBIO()
        guard PEM_write_bio_PrivateKey(bio.pointer, pointer, nil, nil, 0, nil, nil) == 1 else {
            throw bad("a private key")
        }
        return bio.text
    }

    /// Whether the certificate is for this key.
    public func fits(_ certificate: PeerCertificate) -> Bool {
        certificate.withPointer { X509_check_private_key($0, pointer) == 1 }
    }

    /// Asks for a certificate of this key: PEM (PKCS #10, RFC 2986), signed by the key.
    public func request(commonName: String) throws(TLSError) -> String {
        let request = try made(X509_REQ_new(), "a request")
        defer { X509_REQ_free(request) }
        let bio = try MemoryBIO()
        guard X509_REQ_set_version(request, 0) == 1,
            add(commonName, to: X509_REQ_get_subject_name(request)),
            X509_REQ_set_pubkey(request, pointer) == 1,
            X509_REQ_sign(request, pointer, EVP_sha256()) > 0,
            PEM_write_bio_X509_REQ(bio.pointer, request) == 1
        else { throw bad("a request") }
        return bio.text
    }
}

/// A BIO in memory.
final class MemoryBIO {
    /// Owned.
    let pointer: OpaquePointer

    init(_ text: String = "") throws(TLSError) {
        ErrorQueue.clear()
        pointer = try made(BIO_new(BIO_s_mem()), "memory")
        var text = text
        let count = text.withUTF8 { BIO_write(pointer, $0.baseAddress, Int32(clamping: $0.count)) }
        guard count == text.utf8.count || text.isEmpty else { throw bad("a text") }
    }

    deinit { BIO_free(pointer) }

    var text: String {
        var count = 0
        guard let start = shim_bio_bytes(pointer, &count) else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}

func add(_ commonName: String, to name: OpaquePointer?) -> Bool {
    let bytes = Array(commonName.utf8)
    return X509_NAME_add_entry_by_NID(
        name, NID_commonName, MBSTRING_UTF8, bytes, Int32(clamping: bytes.count), -1, 0) == 1
}

func made(_ pointer: OpaquePointer?, _ what: String) throws(TLSError) -> OpaquePointer {
    guard let pointer else { throw bad(what) }
    return pointer
}

func bad(_ what: String) -> TLSError {
    TLSError(.ours, .configuration, "\(what): \(ErrorQueue.drainText().lowercasedFirst)")
}
