/// Base64 (RFC 4648 section 4), padded, no line breaks.
public enum Base64 {
    public static func encode(_ bytes: [UInt8]) -> String {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for offset in 0..<3 {
                let index = start + offset
                bits = bits << 8 | (index < bytes.count ? UInt32(bytes[index]) : 0)
            }
            for place in 0..<4 {
                let isPadding = place > group.count
                let digit = alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)]
                text.append(isPadding ? UInt8(ascii: "=") : digit)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Strict: padding is required, unused bits are zero, nothing else is tolerated; else `nil`.
    public static func decode(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3)
        for start in stride(from: 0, to: digits.count, by: 4) {
            let isLast = start + 4 == digits.count
            var bits: UInt32 = 0
            var padding = 0
            for digit in digits[start..<start + 4] {
                if digit == UInt8(ascii: "=") {
                    padding += 1
                    bits <<= 6
                } else {
                    guard padding == 0, let value = value(of: digit) else { return nil }
                    bits = bits << 6 | value
                }
            }
            guard padding <= (isLast ? 2 : 0) else { return nil }
            let group = [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
            guard group[(3 - padding)...].allSatisfy({ $0 == 0 }) else { return nil }
            bytes += group[..<(3 - padding)]
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
