/// Where the passwords are of a text that is a connection string from its first byte to its last: pairs of `key=value` as
/// libpq reads them (`host=h password=x`), or URIs (`postgresql://user:x@host`). Nothing of any other text, nor where what
/// would be hidden could be code.
func secretsOfConnection(_ text: [UInt8]) -> [Range<Int>] {
    let secrets = secretsOfPairs(text) ?? secretsOfURIs(text) ?? []
    return secrets.contains { mayBeCode(text[$0]) } ? [] : secrets
}

/// Where the passwords are in a shell command, a path, a text of any kind: `PGPASSWORD=x`, `scheme://user:x@host`, as far
/// as they are of characters that mean nothing to a shell.
func secretsOfWords(_ text: [UInt8]) -> [Range<Int>] {
    var secrets: [Range<Int>] = []
    var position = 0
    while let word = firstSecretWord(text, from: position) {
        position = word.upperBound
        guard position < text.count, text[position] == UInt8(ascii: "=") else { continue }
        secrets.append(plainValue(text, from: position + 1))
    }
    let scheme = Array("://".utf8)
    position = 0
    while let colon = text[position...].firstIndex(of: scheme[0]) {
        position = colon + 1
        guard text[colon...].starts(with: scheme) else { continue }
        position = colon + scheme.count
        let rest = text[position...].prefix { isPlain($0) && $0 != UInt8(ascii: "/") }
        guard let at = rest.lastIndex(of: UInt8(ascii: "@")),
            let end = rest[..<at].firstIndex(of: UInt8(ascii: ":"))
        else { continue }
        secrets.append(end + 1..<at)
    }
    return secrets.sorted { $0.lowerBound < $1.lowerBound }
}

/// More than one statement's part could hide in it: it has a line break, or what ends a statement, begins a call or
/// begins a comment.
func mayBeCode(_ piece: ArraySlice<UInt8>) -> Bool {
    piece.contains { "\n\r;(".utf8.contains($0) } || contains(piece, Array("/*".utf8))
}

/// The text with each range, in their order, replaced by what `piece` makes of it.
func replacing(
    _ ranges: [Range<Int>], in text: [UInt8], by piece: (Range<Int>) -> [UInt8]
) -> [UInt8] {
    var replaced: [UInt8] = []
    var copied = 0
    for range in ranges where range.lowerBound >= copied && !range.isEmpty {
        replaced += text[copied..<range.lowerBound] + piece(range)
        copied = range.upperBound
    }
    return copied == 0 ? text : replaced + text[copied...]
}

/// Where the first `password` or `passwd` stands, in letters of either case, alone or within another word.
func firstSecretWord(_ text: [UInt8], from start: Int = 0) -> Range<Int>? {
    firstSecretWord(text[start...])
}

func contains(_ text: some RandomAccessCollection<UInt8>, _ piece: [UInt8]) -> Bool {
    guard let first = piece.first else { return true }
    return text.indices.contains { text[$0] == first && text[$0...].starts(with: piece) }
}

func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

private func firstSecretWord(_ text: ArraySlice<UInt8>) -> Range<Int>? {
    for position in text.indices where lowered(text[position]) == UInt8(ascii: "p") {
        for word in secretWords
        where text[position...].lazy.map(lowered).starts(with: word) {
            return position..<position + word.count
        }
    }
    return nil
}

private let secretWords = ["password", "passwd"].map { Array($0.utf8) }

/// `isspace` of the C locale, which libpq asks.
private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

private func skipSpace(_ text: [UInt8], _ start: Int) -> Int {
    text[start...].firstIndex { !isSpace($0) } ?? text.count
}

/// `nil` when something else than pairs is in it (`conninfo_parse`).
private func secretsOfPairs(_ text: [UInt8]) -> [Range<Int>]? {
    var secrets: [Range<Int>] = []
    var position = skipSpace(text, 0)
    while position < text.count {
        let key = text[position...].prefix { isWordPart($0) }
        let equals = skipSpace(text, key.endIndex)
        guard !key.isEmpty, equals < text.count, text[equals] == UInt8(ascii: "=") else {
            return nil
        }
        let start = skipSpace(text, equals + 1)
        guard let end = endOfValue(text, from: start) else { return nil }
        if firstSecretWord(key) != nil { secrets.append(start..<end) }
        position = skipSpace(text, end)
    }
    return secrets
}

private func isWordPart(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(lowered(byte)) || (0x30...0x39).contains(byte) || byte == 0x5F
}

/// In quotes, or up to the next space; `\` takes what follows it into the value. `nil` when the quote is not closed.
private func endOfValue(_ text: [UInt8], from start: Int) -> Int? {
    let quote = UInt8(ascii: "'")
    let isQuoted = start < text.count && text[start] == quote
    var end = isQuoted ? start + 1 : start
    while end < text.count, isQuoted ? text[end] != quote : !isSpace(text[end]) {
        end += text[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard isQuoted else { return min(end, text.count) }
    return end < text.count ? end + 1 : nil
}

/// `nil` when something else than URIs is in it, or a quote.
private func secretsOfURIs(_ text: [UInt8]) -> [Range<Int>]? {
    var secrets: [Range<Int>] = []
    for word in text.split(whereSeparator: isSpace) {
        let scheme = word.prefix { isWordPart($0) || "+.-".utf8.contains($0) }
        guard !scheme.isEmpty, word[scheme.endIndex...].starts(with: "://".utf8),
            !word.contains(where: "'\"".utf8.contains)
        else { return nil }
        secrets += secretsOfURI(word[(scheme.endIndex + 3)...])
    }
    return secrets
}

/// Of what stands behind `://`: between user and host, and in the query. Up to the last `@` before the path; where there
/// is none, a password may have a `/` of its own.
private func secretsOfURI(_ rest: ArraySlice<UInt8>) -> [Range<Int>] {
    let (at, colon) = (UInt8(ascii: "@"), UInt8(ascii: ":"))
    var secrets: [Range<Int>] = []
    let authority = rest.prefix { $0 != UInt8(ascii: "/") }
    var query = rest
    if let end = authority.lastIndex(of: at) ?? rest.lastIndex(of: at),
        let start = rest[..<end].firstIndex(of: colon)
    {
        secrets.append(start + 1..<end)
        query = rest[end...]
    }
    guard let start = query.firstIndex(of: UInt8(ascii: "?")) else { return secrets }
    for pair in query[(start + 1)...].split(separator: UInt8(ascii: "&")) {
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")),
            firstSecretWord(pair[..<equals]) != nil
        else { continue }
        secrets.append(equals + 1..<pair.endIndex)
    }
    return secrets
}

/// What a shell takes as it is.
private func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7F && !"'\"\\;()|&$<>{}`".utf8.contains(byte)
}

/// Plain characters, or plain characters and spaces between two quotes, without these.
private func plainValue(_ text: [UInt8], from start: Int) -> Range<Int> {
    let rest = text[start...]
    if let quote = rest.first, "'\"".utf8.contains(quote) {
        let value = rest.dropFirst().prefix { isPlain($0) || $0 == 0x20 }
        let isClosed = value.endIndex < text.count && text[value.endIndex] == quote
        return isClosed ? value.startIndex..<value.endIndex : start..<start
    }
    return start..<rest.prefix(while: isPlain).endIndex
}
