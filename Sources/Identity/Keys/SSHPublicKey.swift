import Cryptography
import Vocabulary

/// An SSH public key as in a `.pub` file: `ssh-ed25519 AAAA... comment`.
public struct SSHPublicKey: Hashable, Sendable {
    /// The kinds that may consent. DSA and short RSA may not.
    public enum Algorithm: String, Hashable, Sendable, CaseIterable {
        case ed25519 = "ssh-ed25519"
        case ecdsaP256 = "ecdsa-sha2-nistp256"
        case ecdsaP384 = "ecdsa-sha2-nistp384"
        case ecdsaP521 = "ecdsa-sha2-nistp521"
        case securityKeyEd25519 = "sk-ssh-ed25519@openssh.com"
        case securityKeyECDSA = "sk-ecdsa-sha2-nistp256@openssh.com"
        case rsa = "ssh-rsa"

        /// On a FIDO2 token: each signature says whether a human touched it.
        public var isSecurityKey: Bool {
            switch self {
            case .securityKeyEd25519, .securityKeyECDSA: true
            case .ed25519, .ecdsaP256, .ecdsaP384, .ecdsaP521, .rsa: false
            }
        }
    }

    public let algorithm: Algorithm
    /// The key in the encoding of RFC 4253 section 6.6.
    public let blob: [UInt8]
    /// Printable ASCII, capped; may be empty.
    public let comment: String

    /// Reads one line. Throws `IdentityError.invalid`.
    public init(line: String) throws {
        guard line.utf8.count <= Limits.keyLineBytesMax else {
            throw IdentityError.invalid("the key line exceeds \(Limits.keyLineBytesMax) bytes")
        }
        let trimmed = line.last == "\n" ? line.dropLast() : line[...]
        guard !trimmed.contains(where: \.isNewline) else {
            throw IdentityError.invalid("more than one line: give one public key")
        }
        let parts = trimmed.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, let blob = Base64.decode(String(parts[1])) else {
            throw IdentityError.invalid(
                "not a public key line: give the content of the `.pub` file")
        }
        try self.init(blob: blob, comment: parts.count > 2 ? String(parts[2]) : "")
        guard algorithm.rawValue == parts[0] else {
            throw IdentityError.invalid(
                "the key line says `\(shown(String(parts[0])))`, its key does not")
        }
    }

    /// Reads the encoded key. Throws `IdentityError.invalid`.
    init(blob: [UInt8], comment: String) throws {
        var reader = SSHReader(blob)
        guard let name = reader.name() else {
            throw IdentityError.invalid("not an SSH public key")
        }
        guard let algorithm = Algorithm(rawValue: name) else {
            throw IdentityError.invalid(
                "keys of type `\(shown(name))` cannot consent: use ssh-ed25519, ecdsa, rsa, or a FIDO2 key"
            )
        }
        try readBody(of: algorithm, &reader)
        guard reader.isAtEnd else { throw IdentityError.invalid("bytes behind the public key") }
        self.algorithm = algorithm
        self.blob = blob
        self.comment = harmless(comment)
    }

    /// `SHA256:` and the unpadded base64 of the blob's SHA-256, as `ssh-keygen -l` prints it.
    public var fingerprint: KeyID {
        let text = Base64.encode(SHA256.hash(blob).bytes)
        return KeyID(rawValue: "SHA256:" + text.prefix { $0 != "=" })
    }
}

/// RFC 8709 section 4, RFC 5656 section 3.1, RFC 4253 section 6.6, and OpenSSH's PROTOCOL.u2f.
private func readBody(of algorithm: SSHPublicKey.Algorithm, _ reader: inout SSHReader) throws {
    let isWhole =
        switch algorithm {
        case .ed25519: reader.string()?.count == 32
        case .ecdsaP256: readPoint("nistp256", bytes: 32, &reader)
        case .ecdsaP384: readPoint("nistp384", bytes: 48, &reader)
        case .ecdsaP521: readPoint("nistp521", bytes: 66, &reader)
        case .securityKeyEd25519: reader.string()?.count == 32 && reader.name() != nil
        case .securityKeyECDSA: readPoint("nistp256", bytes: 32, &reader) && reader.name() != nil
        case .rsa: try readRSA(&reader)
        }
    guard isWhole else { throw IdentityError.invalid("not a whole `\(algorithm.rawValue)` key") }
}

/// An uncompressed point on the named curve.
private func readPoint(_ curve: String, bytes: Int, _ reader: inout SSHReader) -> Bool {
    guard reader.name() == curve, let point = reader.string() else { return false }
    return point.count == 1 + 2 * bytes && point.first == 4
}

private func readRSA(_ reader: inout SSHReader) throws -> Bool {
    guard let exponent = reader.string(), let modulus = reader.string(),
        let last = exponent.last, exponent.count <= 8, last & 1 == 1, exponent != [1],
        let bits = bitCount(modulus)
    else { return false }
    guard (Limits.rsaBitsMin...Limits.rsaBitsMax).contains(bits) else {
        throw IdentityError.invalid(
            "an RSA key of \(bits) bits: use \(Limits.rsaBitsMin) or more, or ssh-ed25519")
    }
    return true
}

/// Of an `mpint` that is positive and shortest; `nil` for any other.
func bitCount(_ integer: [UInt8]) -> Int? {
    guard let first = integer.first, first < 0x80 else { return nil }
    let digits = first == 0 ? integer.dropFirst() : integer[...]
    guard let top = digits.first, top != 0, first != 0 || top >= 0x80 else { return nil }
    return digits.count * 8 - top.leadingZeroBitCount
}

private func harmless(_ comment: String) -> String {
    let scalars = comment.unicodeScalars.filter { (0x20...0x7E).contains($0.value) }
    return String(String.UnicodeScalarView(scalars.prefix(Limits.keyCommentBytesMax)))
}
