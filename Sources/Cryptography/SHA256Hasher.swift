import COpenSSL
import Vocabulary

/// SHA-256 over bytes that come in pieces. One hasher is used again and again, which saves OpenSSL's set-up
/// for each digest. Not `Sendable`: its owner confines it to one thread.
public final class SHA256Hasher {
    /// Owned: freed in `deinit`.
    private let context: OpaquePointer

    /// A provider without SHA-256, or no memory for a context, is no state to go on in.
    public init() {
        let algorithm = EVP_MD_fetch(nil, "SHA256", nil)
        defer { EVP_MD_free(algorithm) }
        guard let algorithm, let context = EVP_MD_CTX_new(),
            EVP_DigestInit_ex2(context, algorithm, nil) == 1
        else { preconditionFailure("OpenSSL offers no SHA-256") }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    public func update(_ bytes: UnsafeRawBufferPointer) {
        precondition(
            EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "SHA-256 failed")
    }

    public func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    public func update(_ digest: Digest) { digest.withBytes { update($0) } }

    /// The digest of everything since the last call, or since the start; the hasher begins anew.
    public func finish() -> Digest {
        let digest = Digest { output in
            let start = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            precondition(EVP_DigestFinal_ex(context, start, nil) == 1, "SHA-256 failed")
        }
        precondition(EVP_DigestInit_ex2(context, nil, nil) == 1, "SHA-256 failed")
        return digest
    }
}
