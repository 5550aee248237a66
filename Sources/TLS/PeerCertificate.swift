import COpenSSL
import Vocabulary

/// What a peer's certificate says of it. Whether it was verified is the context's rule, not this value's.
public struct PeerCertificate: Hashable, Sendable {
    /// `nil` when there is none, more than one, or one with control characters in it.
    public let commonName: String?
    /// Subject alternative names of type DNS, in order.
    public let dnsNames: [String]
    /// Subject alternative names of type URI, in order.
    public let uris: [String]
    /// Lower-case hexadecimal digits.
    public let serial: String
    public let notBefore: WallTime
    public let notAfter: WallTime
    /// SHA-256 over the whole certificate (DER).
    public let fingerprint: Digest
    /// The whole certificate.
    public let der: [UInt8]

    /// Reads the first certificate of a PEM text. Throws `TLSError`.
    public init(pem: String) throws(TLSError) {
        let bio = try MemoryBIO(pem)
        let certificate = try made(
            PEM_read_bio_X509(bio.pointer, nil, nil, nil), "a certificate")
        defer { X509_free(certificate) }
        self.init(certificate)
    }

    /// Reads it; the pointer stays the caller's.
    init(_ certificate: OpaquePointer) {
        commonName = Self.commonName(certificate)
        (dnsNames, uris) = Self.alternativeNames(certificate)
        serial = Self.serial(certificate)
        notBefore = Self.time(X509_get0_notBefore(certificate))
        notAfter = Self.time(X509_get0_notAfter(certificate))
        fingerprint = Digest { output in
            let start = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            _ = X509_digest(certificate, EVP_sha256(), start, nil)
        }
        der = Self.der(certificate)
    }

    /// False also when it cannot be read again.
    func withPointer(_ body: (OpaquePointer) -> Bool) -> Bool {
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        return der.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            guard let certificate = d2i_X509(nil, &start, bytes.count) else { return false }
            defer { X509_free(certificate) }
            return body(certificate)
        }
    }

    private static func time(_ moment: UnsafePointer<ASN1_TIME>?) -> WallTime {
        WallTime(milliseconds: shim_asn1_seconds(moment) * 1000)
    }

    private static func der(_ certificate: OpaquePointer) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(certificate, &bytes)
        defer { CRYPTO_free(bytes, nil, 0) }
        return Array(UnsafeBufferPointer(start: bytes, count: max(Int(count), 0)))
    }

    private static func commonName(_ certificate: OpaquePointer) -> String? {
        guard let subject = X509_get_subject_name(certificate) else { return nil }
        let index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        guard index >= 0, X509_NAME_get_index_by_NID(subject, NID_commonName, index) < 0,
            let entry = X509_NAME_get_entry(subject, index)
        else { return nil }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(entry))
        defer { CRYPTO_free(bytes, nil, 0) }
        return text(bytes, count)
    }

    private static func alternativeNames(_ certificate: OpaquePointer) -> ([String], [String]) {
        guard let raw = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else {
            return ([], [])
        }
        let names = OpaquePointer(raw)
        defer { GENERAL_NAMES_free(names) }
        return (read(names, GEN_DNS), read(names, GEN_URI))
    }

    private static func read(_ names: OpaquePointer, _ kind: Int32) -> [String] {
        (0..<max(shim_general_names_count(names), 0)).compactMap { index in
            var count: Int32 = 0
            return text(shim_general_name(names, index, kind, &count), count)
        }
    }

    private static func serial(_ certificate: OpaquePointer) -> String {
        guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil) else {
            return ""
        }
        defer { BN_free(number) }
        guard let digits = BN_bn2hex(number) else { return "" }
        defer { CRYPTO_free(digits, nil, 0) }
        return String(cString: digits).lowercased()
    }

    /// A name with a NUL or another control character in it is no name (CVE-2009-2408).
    private static func text(_ start: UnsafePointer<UInt8>?, _ count: Int32) -> String? {
        guard let start, count > 0 else { return nil }
        let bytes = UnsafeBufferPointer(start: start, count: Int(count))
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// `tls-server-end-point` of a server's certificate (RFC 5929 section 4.1): its hash by the digest of its own
/// signature, SHA-256 in place of MD5 and SHA-1; empty where the signature has no digest.
func serverEndPoint(_ certificate: OpaquePointer) -> [UInt8] {
    var algorithm: Int32 = 0
    guard X509_get_signature_info(certificate, &algorithm, nil, nil, nil) == 1 else {
        ErrorQueue.clear()
        return []
    }
    if algorithm == NID_md5 || algorithm == NID_sha1 { algorithm = NID_sha256 }
    guard let name = OBJ_nid2sn(algorithm), let digest = EVP_get_digestbyname(name) else {
        return []
    }
    var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard X509_digest(certificate, digest, &bytes, &count) == 1 else { return [] }
    return Array(bytes.prefix(Int(count)))
}
