import COpenSSL

/// A public key of others, and the check of what it signed.
public enum SigningKey: Hashable, Sendable {
    /// RFC 8032; 32 bytes.
    case ed25519([UInt8])
    /// An uncompressed point (SEC 1, section 2.3.3).
    case ecdsa(Curve, point: [UInt8])
    /// Big-endian, positive, without leading zeroes.
    case rsa(modulus: [UInt8], exponent: [UInt8])

    public enum Curve: Hashable, Sendable { case p256, p384, p521 }
    public enum Hash: Hashable, Sendable { case sha256, sha384, sha512 }

    /// True when `signature` is this key's over `message`. False for a wrong one and for bytes that are no key.
    ///
    /// - Parameters:
    ///   - signature: 64 bytes for Ed25519; DER (see `derSignature`) for ECDSA; as long as the modulus, of
    ///     PKCS #1 version 1.5, for RSA.
    ///   - hash: of the message; Ed25519 has its own.
    public func verifies(_ signature: [UInt8], over message: [UInt8], hash: Hash) -> Bool {
        if case .ed25519(let bytes) = self {
            return Ed25519PublicKey(bytes: bytes).verifies(signature, over: message)
        }
        let info = subjectPublicKeyInfo
        let key = info.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_PUBKEY(nil, &start, buffer.count)
        }
        guard let key else {
            ERR_clear_error()
            return false
        }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        defer { ERR_clear_error() }
        return EVP_DigestVerifyInit(context, nil, hash.algorithm, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// RFC 5480, RFC 3279 section 2.3.1.
    private var subjectPublicKeyInfo: [UInt8] {
        switch self {
        case .ed25519: []
        case .ecdsa(let curve, let point):
            der(
                0x30,
                der(
                    0x30, [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01] + curve.identifier)
                    + der(0x03, [0] + point))
        case .rsa(let modulus, let exponent):
            der(
                0x30,
                der(
                    0x30,
                    [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00])
                    + der(0x03, [0] + der(0x30, derInteger(modulus) + derInteger(exponent))))
        }
    }

    /// An ECDSA signature from its two numbers, big-endian and positive (RFC 3279, section 2.2.3).
    public static func derSignature(r: [UInt8], s: [UInt8]) -> [UInt8] {
        der(0x30, derInteger(r) + derInteger(s))
    }
}

extension SigningKey.Curve {
    /// RFC 5480, section 2.1.1.1.
    fileprivate var identifier: [UInt8] {
        switch self {
        case .p256: [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
        case .p384: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22]
        case .p521: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23]
        }
    }
}

extension SigningKey.Hash {
    fileprivate var algorithm: OpaquePointer? {
        switch self {
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }

    public func digest(_ message: [UInt8]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard EVP_Digest(message, message.count, &bytes, &count, algorithm, nil) == 1 else {
            preconditionFailure("OpenSSL has no SHA-2")
        }
        return Array(bytes.prefix(Int(count)))
    }
}

/// X.690: one value with its tag and length.
private func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    switch content.count {
    case ..<0x80: [tag, UInt8(content.count)] + content
    case ..<0x100: [tag, 0x81, UInt8(content.count)] + content
    default: [tag, 0x82, UInt8(content.count >> 8 & 0xFF), UInt8(content.count & 0xFF)] + content
    }
}

private func derInteger(_ number: [UInt8]) -> [UInt8] {
    let digits = Array(number.drop { $0 == 0 })
    guard let first = digits.first else { return der(0x02, [0]) }
    return der(0x02, first >= 0x80 ? [0] + digits : digits)
}
