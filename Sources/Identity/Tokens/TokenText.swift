import Cryptography
import Vocabulary

/// A token as its holder has it: `spt_<id>_<secret>`, the id in 26 characters of base 32, the secret 256 bits
/// in 64 hexadecimal digits. Only the SHA-256 of the whole text is ever stored.
struct TokenText {
    static let prefix = "spt_"
    /// Of a token that enrols a runner.
    static let enrolmentPrefix = "spe_"
    fileprivate static let idCount = 26
    private static let secretCount = 64

    let id: TokenID
    let text: String

    static func make(prefix: String = prefix) -> TokenText {
        let id = Random.identifier("")
        return TokenText(id: id, text: "\(prefix)\(id)_\(hexText(Random.bytes(32)))")
    }

    private init(id: String, text: String) {
        self.id = TokenID(rawValue: id)
        self.text = text
    }

    /// `nil` for everything that `make` cannot have made.
    init?(parsing text: String, prefix: String = prefix) {
        let bytes = text.utf8
        guard bytes.count == prefix.utf8.count + Self.idCount + 1 + Self.secretCount,
            text.hasPrefix(prefix)
        else { return nil }
        let parts = text.dropFirst(prefix.count).split(
            separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let id = TokenID(text: parts[0]),
            parts[1].utf8.allSatisfy(isLowerAlphanumeric)
        else { return nil }
        self.id = id
        self.text = text
    }

    var hash: Digest { SHA256.hash(text) }
}

extension TokenID {
    /// The public part of a token, of which nothing is proved.
    public init?(ofToken text: String) {
        guard let parsed = TokenText(parsing: text) else { return nil }
        self = parsed.id
    }

    /// `nil` for everything that is no id.
    init?(text: Substring) {
        guard text.utf8.count == TokenText.idCount, text.utf8.allSatisfy(isLowerAlphanumeric)
        else { return nil }
        self.init(rawValue: String(text))
    }
}

private func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
}
