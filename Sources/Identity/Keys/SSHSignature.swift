import Cryptography
import Vocabulary

/// An SSHSIG (OpenSSH's PROTOCOL.sshsig), taken apart: which key, which namespace, whether a security key was touched. A
/// claim, not a proof: see `isGood`.
package struct SSHSignature: Hashable {
    enum Hash: String, Hashable {
        case sha256, sha512
    }

    static let consentNamespace = "consent@sallyport"
    private static let begin = "-----BEGIN SSH SIGNATURE-----"
    private static let end = "-----END SSH SIGNATURE-----"
    static let magic = Array("SSHSIG".utf8)

    package let blob: [UInt8]
    package let key: SSHPublicKey
    package let namespace: String
    /// For a security key: its signature's flags.
    package let flags: UInt8?
    let hash: Hash
    /// The key's own signature, in the encoding of its algorithm.
    let signature: [UInt8]

    /// Reads the armored form, and nothing but it. Throws `IdentityError.invalid`.
    package init(armored: String) throws {
        guard armored.utf8.count <= Limits.signatureBytesMax else {
            throw IdentityError.invalid("the signature exceeds \(Limits.signatureBytesMax) bytes")
        }
        let lines = armored.split(whereSeparator: \.isNewline)
        guard lines.count >= 3, lines.first.map(String.init) == Self.begin,
            lines.last.map(String.init) == Self.end,
            let blob = Base64.decode(lines.dropFirst().dropLast().joined())
        else { throw IdentityError.invalid("not an armored SSH signature") }
        try self.init(blob: blob)
    }

    package init(blob: [UInt8]) throws {
        var reader = SSHReader(blob)
        guard reader.bytes(Self.magic.count) == Self.magic, reader.uint32() == 1,
            let key = reader.string(), let namespace = reader.name(), reader.string() == [],
            let hash = reader.name().flatMap({ Hash(rawValue: $0) }),
            let signature = reader.string(), reader.isAtEnd
        else { throw IdentityError.invalid("not an SSH signature of version 1") }
        self.blob = blob
        self.key = try SSHPublicKey(blob: key, comment: "")
        self.namespace = namespace
        self.hash = hash
        self.signature = signature
        flags = self.key.algorithm.isSecurityKey ? try securityKeyFlags(signature) : nil
    }

    /// The armored form with lines of 70 characters, as OpenSSH writes it.
    package var armored: String {
        let digits = Array(Base64.encode(blob).utf8)
        let lines = stride(from: 0, to: digits.count, by: 70).map { start in
            String(decoding: digits[start..<min(start + 70, digits.count)], as: UTF8.self)
        }
        return ([Self.begin] + lines + [Self.end]).joined(separator: "\n") + "\n"
    }

    /// PROTOCOL.u2f: bit 0 of the flags is user presence.
    var isTouched: Bool { flags.map { $0 & 1 == 1 } ?? true }
}

/// PROTOCOL.u2f: the algorithm, the signature, one byte of flags, a counter.
private func securityKeyFlags(_ signature: [UInt8]) throws -> UInt8 {
    var reader = SSHReader(signature)
    guard reader.name() != nil, reader.string() != nil, let flags = reader.byte(),
        reader.uint32() != nil, reader.isAtEnd
    else { throw IdentityError.invalid("not a whole security key signature") }
    return flags
}
