/// What a literal's characters between its quotes stand for, and back: enough to read a text within a text.
enum LiteralText {
    static func decode(
        _ content: Slice<UnsafeRawBufferPointer>, _ kind: Lexer.Kind
    ) -> [UInt8] {
        guard kind != .dollarString else { return Array(content) }
        let bytes = Array(content)
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\"), kind == .escapeString || kind == .unicodeString {
                position = unescape(bytes, position + 1, kind, into: &plain)
                continue
            }
            plain.append(byte)
            let isDoubled = byte == UInt8(ascii: "'") && bytes[(position + 1)...].first == byte
            position += isDoubled ? 2 : 1
        }
        return plain
    }

    static func encode(_ plain: [UInt8], _ kind: Lexer.Kind) -> [UInt8] {
        guard kind != .dollarString else { return plain }
        let hasEscapes = kind == .escapeString || kind == .unicodeString
        return plain.flatMap { byte in
            let isDoubled =
                byte == UInt8(ascii: "'") || (hasEscapes && byte == UInt8(ascii: "\\"))
            return isDoubled ? [byte, byte] : [byte]
        }
    }

    /// Behind the backslash (PostgreSQL documentation, 4.1.2.2 and 4.1.2.3); returns the place behind the escape.
    private static func unescape(
        _ bytes: [UInt8], _ start: Int, _ kind: Lexer.Kind, into plain: inout [UInt8]
    ) -> Int {
        guard start < bytes.count else { return start }
        if kind == .unicodeString {
            let isLong = bytes[start] == UInt8(ascii: "+")
            return character(
                bytes, isLong ? start + 1 : start, digits: isLong ? 6 : 4, else: start, &plain)
        }
        switch bytes[start] {
        case UInt8(ascii: "u"): return character(bytes, start + 1, digits: 4, else: start, &plain)
        case UInt8(ascii: "U"): return character(bytes, start + 1, digits: 8, else: start, &plain)
        case UInt8(ascii: "x"): return byte(bytes, start + 1, 16, digits: 2, else: start, &plain)
        case 0x30...0x37: return byte(bytes, start, 8, digits: 3, else: start, &plain)
        default:
            plain.append(meaning(of: bytes[start]))
            return start + 1
        }
    }

    private static func meaning(of letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "r"): 0x0D
        default: letter
        }
    }

    /// A code point of exactly so many digits; else the one character at `other` stands for itself.
    private static func character(
        _ bytes: [UInt8], _ start: Int, digits: Int, else other: Int, _ plain: inout [UInt8]
    ) -> Int {
        guard start + digits <= bytes.count,
            let number = UInt32(
                String(decoding: bytes[start..<start + digits], as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(number)
        else {
            plain.append(bytes[other])
            return other + 1
        }
        plain += Array(String(Character(scalar)).utf8)
        return start + digits
    }

    /// A byte of at most so many digits.
    private static func byte(
        _ bytes: [UInt8], _ start: Int, _ radix: Int, digits: Int, else other: Int,
        _ plain: inout [UInt8]
    ) -> Int {
        var end = start
        var value = 0
        while end < min(start + digits, bytes.count),
            let digit = Character(Unicode.Scalar(bytes[end])).hexDigitValue, digit < radix
        {
            value = value * radix + digit
            end += 1
        }
        plain.append(end == start ? bytes[other] : UInt8(truncatingIfNeeded: value))
        return end == start ? other + 1 : end
    }
}
