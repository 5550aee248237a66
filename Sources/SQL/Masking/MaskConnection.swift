/// Masks in a connection string (`host=h password=x`, `postgresql://user:x@host`), wherever in the text it stands.
func maskConnection(_ text: [UInt8]) -> [UInt8] { maskURIs(maskKeywords(text)) }

/// Where the first `password` or `passwd` stands, in letters of either case, alone or within another word.
func firstSecretWord(_ text: [UInt8], from start: Int = 0) -> Range<Int>? {
    var position = start
    while position < text.count {
        if lowered(text[position]) == UInt8(ascii: "p") {
            for word in secretWords where begins(text, at: position, with: word) {
                return position..<position + word.count
            }
        }
        position += 1
    }
    return nil
}

func contains(_ text: [UInt8], _ piece: [UInt8]) -> Bool {
    guard let first = piece.first else { return true }
    return text.indices.contains { text[$0] == first && text[$0...].starts(with: piece) }
}

func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

private let secretWords = ["password", "passwd"].map { Array($0.utf8) }

private func begins(_ text: [UInt8], at position: Int, with word: [UInt8]) -> Bool {
    position + word.count <= text.count
        && word.indices.allSatisfy { lowered(text[position + $0]) == word[$0] }
}

/// `isspace` of the C locale, which libpq asks.
private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

private func maskKeywords(_ text: [UInt8]) -> [UInt8] {
    var masked: [UInt8] = []
    var copied = 0
    var position = 0
    while let word = firstSecretWord(text, from: position) {
        position = skipSpace(text, word.upperBound)
        guard position < text.count, text[position] == UInt8(ascii: "=") else { continue }
        position = skipSpace(text, position + 1)
        masked += text[copied..<position] + mask
        position = endOfValue(text, from: position)
        copied = position
    }
    return copied == 0 ? text : masked + text[copied...]
}

private func skipSpace(_ text: [UInt8], _ start: Int) -> Int {
    text[start...].firstIndex { !isSpace($0) } ?? text.count
}

/// As libpq reads a value (`conninfo_parse`): in quotes with `\` before what would end it, else up to the next space.
private func endOfValue(_ text: [UInt8], from start: Int) -> Int {
    let quote = UInt8(ascii: "'")
    guard start < text.count, text[start] == quote else { return endOfWord(text, from: start) }
    var end = start + 1
    while end < text.count, text[end] != quote {
        end += text[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(end + 1, text.count)
}

/// Within SQL a quote that closes the literal around the string, and the punctuation behind it, are no part of the
/// value.
private func endOfWord(_ text: [UInt8], from start: Int) -> Int {
    let end =
        text[start...].firstIndex { isSpace($0) || $0 == UInt8(ascii: "&") } ?? text.count
    let quotes = text[start..<end].count { $0 == UInt8(ascii: "'") }
    guard quotes % 2 == 1, let last = text[start..<end].lastIndex(of: UInt8(ascii: "'")),
        text[last + 1..<end].allSatisfy(");,".utf8.contains)
    else { return end }
    return last
}

/// The password of each `scheme://user:password@host`.
private func maskURIs(_ text: [UInt8]) -> [UInt8] {
    var masked: [UInt8] = []
    var copied = 0
    var position = 0
    let scheme = Array("://".utf8)
    while let colon = text[position...].firstIndex(of: scheme[0]) {
        position = colon + 1
        guard text[colon...].starts(with: scheme) else { continue }
        let start = colon + scheme.count
        let end = text[start...].firstIndex(where: isSpace) ?? text.count
        guard let secret = password(text, start..<end) else { continue }
        masked += text[copied..<secret.lowerBound] + mask
        position = secret.upperBound
        copied = position
    }
    return copied == 0 ? text : masked + text[copied...]
}

/// Up to the last `@` before the path; where there is none, a password may have a `/` or a quote of its own.
private func password(_ text: [UInt8], _ range: Range<Int>) -> Range<Int>? {
    let path = text[range].firstIndex { "/'\"".utf8.contains($0) } ?? range.upperBound
    let at = UInt8(ascii: "@")
    guard
        let end = text[range.lowerBound..<path].lastIndex(of: at) ?? text[range].lastIndex(of: at),
        let colon = text[range.lowerBound..<end].firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    return colon + 1..<end
}
