import COpenSSL

/// What OpenSSL could not do with a key.
public struct CryptoError: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

/// An Ed25519 private key (RFC 8032), for the ledger's checkpoints.
public struct Ed25519PrivateKey: Sendable {
    /// The 32-byte seed.
    public let seed: [UInt8]
    public let publicKey: Ed25519PublicKey

    public static func generate() throws -> Ed25519PrivateKey {
        try Ed25519PrivateKey(seed: Random.bytes(32))
    }

    /// Throws `CryptoError` when `seed` is not 32 bytes.
    public init(seed: [UInt8]) throws {
        guard seed.count == 32,
            let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, 32)
        else { throw CryptoError("not an Ed25519 seed: 32 bytes are needed") }
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = 32
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1 else {
            throw CryptoError("the Ed25519 public key could not be derived")
        }
        self.seed = seed
        publicKey = Ed25519PublicKey(bytes: bytes)
    }

    /// The 64-byte signature over `message`.
    public func sign(_ message: [UInt8]) throws -> [UInt8] {
        guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, 32) else {
            throw CryptoError("the Ed25519 key could not be loaded")
        }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { throw CryptoError("out of memory") }
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = 64
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == 64
        else { throw CryptoError("Ed25519 signing failed") }
        return signature
    }
}

/// An Ed25519 public key: 32 bytes.
public struct Ed25519PublicKey: Hashable, Sendable {
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// False for a wrong signature and for bytes that are no key.
    public func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard bytes.count == 32, signature.count == 64,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, 32)
        else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, 64, message, message.count) == 1
    }
}
