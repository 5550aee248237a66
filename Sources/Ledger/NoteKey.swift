import Cryptography
import Vocabulary

/// A public key in the C2SP signed-note spelling, `name+hash+key`: what auditors pin.
public struct NoteVerifierKey: Hashable, Sendable, CustomStringConvertible {
    public let name: String
    public let publicKey: Ed25519PublicKey
    /// The first four bytes of SHA-256(name || 0x0A || 0x01 || public key).
    public let identifier: [UInt8]

    public init(name: String, publicKey: Ed25519PublicKey) {
        self.name = name
        self.publicKey = publicKey
        let preimage = Array(name.utf8) + [0x0A] + [NoteKey.ed25519] + publicKey.bytes
        identifier = Array(SHA256.hash(preimage).bytes.prefix(4))
    }

    /// Reads the one-line spelling (trailing white space is tolerated); `nil` when it is not one, when its
    /// hash is wrong, or when it is of another algorithm than Ed25519.
    public init?(_ text: String) {
        guard let parts = NoteKey.parts(text), parts.count == 3,
            let bytes = NoteKey.material(parts[2])
        else { return nil }
        self.init(name: parts[0], publicKey: Ed25519PublicKey(bytes: bytes))
        guard hexText(identifier) == parts[1] else { return nil }
    }

    public var description: String {
        name + "+" + hexText(identifier) + "+" + Base64.encode([NoteKey.ed25519] + publicKey.bytes)
    }
}

/// The pieces that public and private spelling share.
enum NoteKey {
    /// The signature type of Ed25519.
    static let ed25519: UInt8 = 1

    /// A name is not empty and has neither white space nor `+`.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && !name.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "+" }
    }

    /// Splits at the first two `+`: base 64 has that letter too.
    static func parts(_ text: String) -> [String]? {
        var line = text[...]
        while line.last?.isWhitespace == true { line.removeLast() }
        let parts = line.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard let name = parts.first, isName(String(name)) else { return nil }
        return parts.map(String.init)
    }

    /// The 32 key bytes behind the algorithm's byte.
    static func material(_ text: String) -> [UInt8]? {
        guard let bytes = Base64.decode(text), bytes.count == 33, bytes[0] == ed25519 else {
            return nil
        }
        return Array(bytes.dropFirst())
    }
}
