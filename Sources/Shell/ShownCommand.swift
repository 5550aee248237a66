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
        text += shown(word)
    }
    return text
}

private let quote = UInt8(ascii: "'")
private let backslash = UInt8(ascii: "\\")

private func shown(_ word: [UInt8]) -> [UInt8] {
    if !word.isEmpty, word.allSatisfy(isPlain) { return word }
    if word.allSatisfy({ (0x20..<0x7F).contains($0) }) || isPlainText(word) {
        let quoted = word.flatMap { $0 == quote ? [quote, backslash, quote, quote] : [$0] }
        return [quote] + quoted + [quote]
    }
    return [UInt8(ascii: "$"), quote] + escaped(word) + [quote]
}

private func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "_@%+=:,./-".utf8.contains(byte)
    }
}

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
private func escaped(_ word: [UInt8]) -> [UInt8] {
    guard let text = String(validating: word, as: UTF8.self) else {
        return word.flatMap { (0x20..<0x7F).contains($0) ? escaped($0) : number($0) }
    }
    return text.unicodeScalars.flatMap { scalar -> [UInt8] in
        if scalar.isASCII { return escaped(UInt8(scalar.value)) }
        let bytes = Array(UTF8.encode(scalar).map { Array($0) } ?? [])
        return isVisible(scalar) ? bytes : bytes.flatMap(number)
    }
}

private func escaped(_ byte: UInt8) -> [UInt8] {
    switch byte {
    case quote, backslash: [backslash, byte]
    case UInt8(ascii: "\n"): [backslash, UInt8(ascii: "n")]
    case UInt8(ascii: "\r"): [backslash, UInt8(ascii: "r")]
    case UInt8(ascii: "\t"): [backslash, UInt8(ascii: "t")]
    case 0x20..<0x7F: [byte]
    default: number(byte)
    }
}

private func number(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return [backslash, UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
}
