import Cryptography

/// Whether a signature is good, as `ssh-keygen -Y verify` says it (PROTOCOL.sshsig, PROTOCOL.u2f).
extension SSHSignature {
    /// True when its key signed `message` in its namespace. Who the key's owner is, and whether it may sign, is for others
    /// to say.
    func isGood(over message: [UInt8]) -> Bool {
        let digest = hash == .sha256 ? SigningKey.Hash.sha256 : .sha512
        let signed =
            Self.magic + sshString(namespace.utf8) + sshString([]) + sshString(hash.rawValue.utf8)
            + sshString(digest.digest(message))
        var reader = SSHReader(signature)
        guard let format = reader.name(), let bytes = reader.string(), let material = key.material
        else { return false }
        if key.algorithm.isSecurityKey {
            guard format == key.algorithm.rawValue, let flags = reader.byte(),
                let counter = reader.bytes(4), reader.isAtEnd
            else { return false }
            let hash = SigningKey.Hash.sha256
            let spoken = hash.digest(material.application) + [flags] + counter + hash.digest(signed)
            return material.key.accepts(bytes, over: spoken, hash: hash)
        }
        guard reader.isAtEnd, let hash = key.algorithm.hash(of: format) else { return false }
        return material.key.accepts(bytes, over: signed, hash: hash)
    }
}

extension SSHPublicKey.Algorithm {
    /// The hash of a signature of that format by such a key; `nil` when its signatures have another format. RSA with
    /// SHA-1, which `ssh-rsa` is as a signature's format, is none.
    fileprivate func hash(of format: String) -> SigningKey.Hash? {
        switch self {
        case .rsa: ["rsa-sha2-256": .sha256, "rsa-sha2-512": .sha512][format]
        case _ where format != rawValue: nil
        case .ed25519, .ecdsaP521: .sha512
        case .ecdsaP256: .sha256
        case .ecdsaP384: .sha384
        case .securityKeyEd25519, .securityKeyECDSA: nil
        }
    }
}

extension SigningKey {
    /// As SSH encodes a signature: RFC 8709 section 6, RFC 5656 section 3.1.2, RFC 8332 section 3.
    fileprivate func accepts(_ bytes: [UInt8], over message: [UInt8], hash: Hash) -> Bool {
        switch self {
        case .ed25519: return bytes.count == 64 && verifies(bytes, over: message, hash: hash)
        case .ecdsa:
            var reader = SSHReader(bytes)
            guard let r = reader.string(), let s = reader.string(), reader.isAtEnd,
                bitCount(r) != nil, bitCount(s) != nil
            else { return false }
            return verifies(Self.derSignature(r: r, s: s), over: message, hash: hash)
        case .rsa(let modulus, _):
            // Some agents leave leading zeroes out.
            guard !bytes.isEmpty, bytes.count <= modulus.count else { return false }
            let missing = [UInt8](repeating: 0, count: modulus.count - bytes.count)
            return verifies(missing + bytes, over: message, hash: hash)
        }
    }
}

extension SSHPublicKey {
    /// What the blob holds; the application of a security key, empty for others.
    fileprivate var material: (key: SigningKey, application: [UInt8])? {
        var reader = SSHReader(blob)
        guard reader.name() == algorithm.rawValue else { return nil }
        switch algorithm {
        case .ed25519, .securityKeyEd25519:
            guard let bytes = reader.string() else { return nil }
            return (.ed25519(bytes), reader.string() ?? [])
        case .ecdsaP256, .securityKeyECDSA: return point(on: .p256, &reader)
        case .ecdsaP384: return point(on: .p384, &reader)
        case .ecdsaP521: return point(on: .p521, &reader)
        case .rsa:
            guard let exponent = reader.string(), let modulus = reader.string() else { return nil }
            return (
                .rsa(
                    modulus: Array(modulus.drop { $0 == 0 }),
                    exponent: Array(exponent.drop { $0 == 0 })), []
            )
        }
    }

    private func point(
        on curve: SigningKey.Curve, _ reader: inout SSHReader
    ) -> (key: SigningKey, application: [UInt8])? {
        guard reader.name() != nil, let point = reader.string() else { return nil }
        return (.ecdsa(curve, point: point), reader.string() ?? [])
    }
}
