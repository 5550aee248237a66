import Vocabulary

/// Proof that a person's enrolled key signed these bytes for a consent. Only `SignatureVerifier` makes one.
public struct VerifiedSignature: Hashable, Sendable {
    public let key: ConsentKey
    /// SHA-256 of what was signed.
    public let message: Digest
    /// The SSHSIG, armored as OpenSSH writes it, for the ledger.
    public let armored: String

    init(key: ConsentKey, message: Digest, armored: String) {
        self.key = key
        self.message = message
        self.armored = armored
    }

    public var person: PrincipalName { key.person }
}
