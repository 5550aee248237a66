/// The text with its secrets replaced by `***`, for recordings, ledger, inbox and logs. Works token by token, so
/// for texts that do not parse too: the literal behind the word PASSWORD (role statements, user mappings, servers),
/// and in every other literal what follows `password=` and the password of a URI.
///
/// Best effort: a secret that nothing in the text calls one stays.
public func maskSecrets(_ text: [UInt8]) -> [UInt8] {
    text.withUnsafeBytes { bytes in
        var masked: [UInt8] = []
        masked.reserveCapacity(text.count)
        var lexer = Lexer(bytes)
        var copied = 0
        var isBehindPassword = false
        while let token = lexer.next() {
            if token.isLiteral {
                masked += bytes[copied..<token.content.lowerBound]
                let content = bytes[token.content]
                masked += isBehindPassword ? Array("***".utf8) : maskConnection(Array(content))
                copied = token.content.upperBound
            }
            isBehindPassword =
                isPasswordWord(token, bytes) || (isBehindPassword && isFiller(token, bytes))
        }
        masked += bytes[copied...]
        return masked
    }
}

extension Lexer.Token {
    fileprivate var isLiteral: Bool {
        switch kind {
        case .plainString, .escapeString, .unicodeString, .dollarString: true
        case .otherString, .quotedIdentifier, .word, .parameter, .symbol: false
        }
    }
}

private func isPasswordWord(_ token: Lexer.Token, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard token.kind == .word || token.kind == .quotedIdentifier else { return false }
    let word = lowered(bytes[token.content])
    return word == Array("password".utf8) || word == Array("sslpassword".utf8)
        || word == Array("passwd".utf8)
}

/// `password = '...'`, and two literals on two lines that the server reads as one.
private func isFiller(_ token: Lexer.Token, _ bytes: UnsafeRawBufferPointer) -> Bool {
    token.isLiteral || (token.kind == .symbol && bytes[token.range.lowerBound] == UInt8(ascii: "="))
}

/// Masks in a connection string (`host=h password=x`, `postgresql://user:x@host`).
private func maskConnection(_ content: [UInt8]) -> [UInt8] {
    maskURI(maskKeyword(content))
}

private func maskKeyword(_ content: [UInt8]) -> [UInt8] {
    let lower = lowered(content[...])
    let word = Array("password".utf8)
    var masked: [UInt8] = []
    var position = 0
    while position < content.count {
        guard lower[position...].starts(with: word) else {
            masked.append(content[position])
            position += 1
            continue
        }
        var end = position + word.count
        while end < content.count, content[end] == 0x20 { end += 1 }
        guard end < content.count, content[end] == UInt8(ascii: "=") else {
            masked += content[position..<position + word.count]
            position += word.count
            continue
        }
        end += 1
        while end < content.count, content[end] == 0x20 { end += 1 }
        masked += content[position..<end]
        masked += "***".utf8
        position = endOfValue(content, from: end)
    }
    return masked
}

private func endOfValue(_ content: [UInt8], from start: Int) -> Int {
    var end = start
    // Quotes in a connection string stand doubled inside of an SQL literal.
    let isQuoted = end < content.count && content[end] == UInt8(ascii: "'")
    if isQuoted {
        while end < content.count, content[end] == UInt8(ascii: "'") { end += 1 }
        while end < content.count, content[end] != UInt8(ascii: "'") { end += 1 }
        while end < content.count, content[end] == UInt8(ascii: "'") { end += 1 }
        return end
    }
    while end < content.count, content[end] > 0x20, content[end] != UInt8(ascii: "&") { end += 1 }
    return end
}

private func maskURI(_ content: [UInt8]) -> [UInt8] {
    let mark = Array("://".utf8)
    guard content.count > 3,
        let scheme = (0...content.count - 3).first(where: { content[$0...].starts(with: mark) }),
        let at = content[(scheme + 3)...].firstIndex(of: UInt8(ascii: "@")),
        let colon = content[(scheme + 3)..<at].firstIndex(of: UInt8(ascii: ":"))
    else { return content }
    return Array(content[...colon]) + Array("***".utf8) + Array(content[at...])
}

private func lowered(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
}
