/// ASCII characters, made once and asked of each byte of a text: one look, whatever the set has.
public struct ByteSet: Hashable, Sendable, ExpressibleByStringLiteral {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// - Parameter characters: each is in the set; others than ASCII are a mistake in the program.
    public init(_ characters: String) {
        for byte in characters.utf8 {
            precondition(byte < 0x80, "only ASCII")
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
    }

    public init(stringLiteral characters: String) { self.init(characters) }

    public var isEmpty: Bool { low | high == 0 }

    public func contains(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte - 64)) & 1 == 1
    }

    /// ASCII's letters and digits.
    public static let lettersAndDigits: ByteSet =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

    public func union(_ other: ByteSet) -> ByteSet {
        var union = self
        union.low |= other.low
        union.high |= other.high
        return union
    }
}
