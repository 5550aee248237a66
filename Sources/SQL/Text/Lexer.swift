/// Splits SQL into tokens as PostgreSQL's scanner does with `standard_conforming_strings = on`
/// (`scan.l`): enough to know what is a literal, a comment, a word. It never fails: an unterminated
/// literal ends with the text. Meaning is decided by the parser alone.
struct Lexer {
    enum Kind: Equatable {
        case plainString, escapeString, unicodeString, dollarString, otherString
        case quotedIdentifier, word, parameter, symbol
    }

    struct Token {
        let kind: Kind
        /// Quotes and prefixes included.
        let range: Range<Int>
        /// What stands between the quotes.
        let content: Range<Int>
    }

    private let text: UnsafeRawBufferPointer
    private var position = 0

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    private func byte(_ offset: Int = 0) -> UInt8 {
        position + offset < text.count ? text[position + offset] : 0
    }

    mutating func next() -> Token? {
        skipSpace()
        guard position < text.count else { return nil }
        let first = byte()
        if first == UInt8(ascii: "'") { return quoted(.plainString, prefix: 0, escapes: false) }
        if first == UInt8(ascii: "\"") {
            return quoted(.quotedIdentifier, prefix: 0, escapes: false)
        }
        if let token = prefixed(first | 0x20) { return token }
        if first == UInt8(ascii: "$"), let token = dollar() { return token }
        return isWordStart(first) ? word() : symbol()
    }

    private mutating func prefixed(_ letter: UInt8) -> Token? {
        let quote = UInt8(ascii: "'")
        switch letter {
        case UInt8(ascii: "e") where byte(1) == quote:
            return quoted(.escapeString, prefix: 1, escapes: true)
        case UInt8(ascii: "b") where byte(1) == quote, UInt8(ascii: "x") where byte(1) == quote:
            return quoted(.otherString, prefix: 1, escapes: false)
        case UInt8(ascii: "n") where byte(1) == quote:
            return quoted(.plainString, prefix: 1, escapes: false)
        case UInt8(ascii: "u") where byte(1) == UInt8(ascii: "&") && byte(2) == quote:
            return quoted(.unicodeString, prefix: 2, escapes: false)
        case UInt8(ascii: "u") where byte(1) == UInt8(ascii: "&") && byte(2) == UInt8(ascii: "\""):
            return quoted(.quotedIdentifier, prefix: 2, escapes: false)
        default: return nil
        }
    }

    private mutating func quoted(_ kind: Kind, prefix: Int, escapes: Bool) -> Token {
        let start = position
        let quote = text[position + prefix]
        position += prefix + 1
        let contentStart = position
        while position < text.count {
            if escapes, byte() == UInt8(ascii: "\\") {
                position = min(position + 2, text.count)
            } else if byte() == quote {
                if byte(1) == quote {
                    position += 2
                } else {
                    break
                }
            } else {
                position += 1
            }
        }
        let contentEnd = position
        position = min(position + 1, text.count)
        return Token(kind: kind, range: start..<position, content: contentStart..<contentEnd)
    }

    /// `$tag$ ... $tag$`, or `$1`; `nil` for a lone `$`.
    private mutating func dollar() -> Token? {
        let start = position
        var end = position + 1
        if end < text.count, isDigit(text[end]) {
            while end < text.count, isDigit(text[end]) { end += 1 }
            position = end
            return Token(kind: .parameter, range: start..<end, content: start + 1..<end)
        }
        while end < text.count, isWordPart(text[end]), text[end] != UInt8(ascii: "$") { end += 1 }
        guard end < text.count, text[end] == UInt8(ascii: "$") else { return nil }
        let tag = UnsafeRawBufferPointer(rebasing: text[start...end])
        var close = end + 1
        while close < text.count {
            if text[close] == UInt8(ascii: "$"), close + tag.count <= text.count,
                text[close..<close + tag.count].elementsEqual(tag)
            {
                break
            }
            close += 1
        }
        position = min(close + tag.count, text.count)
        return Token(kind: .dollarString, range: start..<position, content: end + 1..<close)
    }

    private mutating func word() -> Token {
        let start = position
        while position < text.count, isWordPart(byte()) { position += 1 }
        return Token(kind: .word, range: start..<position, content: start..<position)
    }

    private mutating func symbol() -> Token {
        position += 1
        return Token(
            kind: .symbol, range: position - 1..<position, content: position - 1..<position)
    }

    private mutating func skipSpace() {
        while position < text.count {
            switch (byte(), byte(1)) {
            case (UInt8(ascii: "-"), UInt8(ascii: "-")):
                while position < text.count, byte() != 0x0A, byte() != 0x0D { position += 1 }
            case (UInt8(ascii: "/"), UInt8(ascii: "*")): skipComment()
            case (0x09...0x0D, _), (0x20, _): position += 1
            default: return
            }
        }
    }

    /// Comments nest.
    private mutating func skipComment() {
        var depth = 0
        while position < text.count {
            if byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
                depth += 1
                position += 2
            } else if byte() == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
                depth -= 1
                position += 2
                if depth == 0 { return }
            } else {
                position += 1
            }
        }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private func isWordStart(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F || byte >= 0x80
    }
    private func isWordPart(_ byte: UInt8) -> Bool {
        isWordStart(byte) || isDigit(byte) || byte == UInt8(ascii: "$")
    }
}
