import Vocabulary

/// A program's words as one text from which each can be read back by eye and by a shell: for recordings, holds and
/// search.
///
/// A word is as it is when no byte of it means anything to a shell, in single quotes when it is plain text, and
/// otherwise, with control characters, bytes that are no text, and characters that are not seen or that change how others
/// are, in `$'...'` with those as `\n` and `\x1b`.
public func shownCommand(_ words: [[UInt8]]) -> [UInt8] {
    var text: [UInt8] = []
    for word in words {
        if !text.isEmpty { text.append(UInt8(ascii: " ")) }
        append(word, to: &text)
    }
    return text
}

private let quote = UInt8(ascii: "'")
let backslash = UInt8(ascii: "\\")

private func append(_ word: [UInt8], to text: inout [UInt8]) {
    if !word.isEmpty, word.allSatisfy(plainBytes.contains) {
        text += word
    } else if word.allSatisfy({ (0x20..<0x7F).contains($0) }) || isPlainText(word) {
        text.append(quote)
        for byte in word {
            if byte == quote { text += [quote, backslash, quote] }
            text.append(byte)
        }
        text.append(quote)
    } else {
        text += [UInt8(ascii: "$"), quote]
        appendEscaped(word, to: &text)
        text.append(quote)
    }
}

private let plainBytes = ByteSet.lettersAndDigits.union("_@%+=:,./-")

private func isPlainText(_ word: [UInt8]) -> Bool {
    guard let text = String(validating: word, as: UTF8.self) else { return false }
    return text.unicodeScalars.allSatisfy(isVisible)
}

/// Letters, marks, digits, punctuation, symbols and the one blank: what is seen, and changes nothing around it.
private func isVisible(_ scalar: UnicodeScalar) -> Bool {
    if scalar.isASCII { return (0x20..<0x7F).contains(scalar.value) }
    if scalar.properties.isDefaultIgnorableCodePoint { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator, .spaceSeparator:
        false
    default: true
    }
}

/// Characters that are seen stay; every byte of the others is told by its number.
private func appendEscaped(_ word: [UInt8], to text: inout [UInt8]) {
    guard let characters = String(validating: word, as: UTF8.self)?.unicodeScalars else {
        for byte in word {
            if (0x20..<0x7F).contains(byte) {
                appendEscaped(byte, to: &text)
            } else {
                appendNumber(of: byte, to: &text)
            }
        }
        return
    }
    for character in characters {
        if character.isASCII {
            appendEscaped(UInt8(character.value), to: &text)
        } else if isVisible(character) {
            text += UTF8.encode(character).map { Array($0) } ?? []
        } else {
            UTF8.encode(character)?.forEach { appendNumber(of: $0, to: &text) }
        }
    }
}

/// Of an ASCII character.
private func appendEscaped(_ byte: UInt8, to text: inout [UInt8]) {
    switch byte {
    case quote, backslash: text += [backslash, byte]
    case UInt8(ascii: "\n"): text += [backslash, UInt8(ascii: "n")]
    case UInt8(ascii: "\r"): text += [backslash, UInt8(ascii: "r")]
    case UInt8(ascii: "\t"): text += [backslash, UInt8(ascii: "t")]
    case 0x20..<0x7F: text.append(byte)
    default: appendNumber(of: byte, to: &text)
    }
}

/// `\xff`.
func appendNumber(of byte: UInt8, to text: inout [UInt8]) {
    text.append(backslash)
    text.append(UInt8(ascii: "x"))
    for digit in [byte >> 4, byte & 15] {
        text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
}
