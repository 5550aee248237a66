/// The text with its secrets replaced by `***`, for recordings, ledger, inbox and logs. Works token by token: the
/// literal behind the word PASSWORD (role statements, user mappings, servers), and in every other literal what
/// follows `password=`, the password of a URI, and the same again where the literal is SQL itself (`DO`, `EXECUTE`).
/// A text without a quote and a dollar sign has no literal, and comes back as it is.
///
/// Best effort: a secret that nothing in the text calls one stays.
public func maskSecrets(_ text: [UInt8]) -> [UInt8] {
    text.withUnsafeBytes { mayHaveLiterals($0) ? maskLiterals($0, depth: 0) : nil } ?? text
}

/// As `maskSecrets`, of a text that the parser did not take: where its literals begin and end is anybody's guess, so
/// everything behind the first `password` is masked.
public func maskUnread(_ text: [UInt8]) -> [UInt8] {
    let shown = firstSecretWord(text).map { text[..<$0.upperBound] } ?? text[...]
    let masked = maskConnection(Array(shown))
    return shown.count < text.count ? masked + mask : masked
}

/// What the parser says of a text, without the piece that it quotes (`... at or near "piece"`) when the masked text
/// does not show that piece.
public func maskMessage(_ message: String, shown masked: [UInt8]) -> String {
    guard let first = message.firstIndex(of: "\""), let last = message.lastIndex(of: "\""),
        first < last
    else { return message }
    let start = message.index(after: first)
    if contains(masked, Array(message[start..<last].utf8)) { return message }
    return message[..<start] + "***" + message[last...]
}

let mask = Array("***".utf8)

/// Texts within texts; what is deeper is masked whole when it could have a secret.
private let maskedDepthMax = 8

private func mayHaveLiterals(_ text: UnsafeRawBufferPointer) -> Bool {
    text.contains { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "$") }
}

/// `nil` when there is nothing to mask.
private func maskLiterals(_ text: UnsafeRawBufferPointer, depth: Int) -> [UInt8]? {
    var masked: [UInt8] = []
    var lexer = Lexer(text)
    var copied = 0
    var isBehindPassword = false
    while let token = lexer.next() {
        if token.isLiteral, let content = maskContent(token, text, isBehindPassword, depth) {
            masked += text[copied..<token.content.lowerBound]
            masked += content
            copied = token.content.upperBound
        }
        isBehindPassword =
            isPasswordWord(token, text) || (isBehindPassword && isFiller(token, text))
    }
    return copied == 0 ? nil : masked + text[copied...]
}

/// `nil` when it stays as it is.
private func maskContent(
    _ token: Lexer.Token, _ text: UnsafeRawBufferPointer, _ isBehindPassword: Bool, _ depth: Int
) -> [UInt8]? {
    if isBehindPassword { return mask }
    let plain = LiteralText.decode(text[token.content], token.kind)
    guard firstSecretWord(plain) != nil || contains(plain, Array("://".utf8)) else { return nil }
    guard depth < maskedDepthMax else { return mask }
    let connection = maskConnection(plain)
    let masked = connection.withUnsafeBytes { maskLiterals($0, depth: depth + 1) } ?? connection
    return masked == plain ? nil : LiteralText.encode(masked, token.kind)
}

extension Lexer.Token {
    fileprivate var isLiteral: Bool {
        switch kind {
        case .plainString, .escapeString, .unicodeString, .dollarString: true
        case .otherString, .quotedIdentifier, .word, .parameter, .symbol: false
        }
    }
}

private func isPasswordWord(_ token: Lexer.Token, _ text: UnsafeRawBufferPointer) -> Bool {
    guard token.kind == .word || token.kind == .quotedIdentifier else { return false }
    return ["password", "sslpassword", "passwd"].contains { word in
        token.content.count == word.utf8.count
            && zip(text[token.content], word.utf8).allSatisfy { lowered($0) == $1 }
    }
}

/// `password = '...'`, and two literals on two lines that the server reads as one.
private func isFiller(_ token: Lexer.Token, _ text: UnsafeRawBufferPointer) -> Bool {
    token.isLiteral || (token.kind == .symbol && text[token.range.lowerBound] == UInt8(ascii: "="))
}
