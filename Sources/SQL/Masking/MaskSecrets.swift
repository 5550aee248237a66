/// The text with its secrets replaced by `***`, for recordings, ledger, inbox and logs: the literal behind the word
/// PASSWORD (role statements, user mappings, servers), the passwords of a literal that is a connection string from its
/// first byte to its last, those in the shell command behind PROGRAM, and the same again within every other literal,
/// which may be SQL itself (`DO`, `EXECUTE`, a function's body). A text without a quote and a dollar sign has no
/// literal, and comes back as it is.
///
/// What can run is not hidden: between the literals of a text within a text no byte is masked, comments stay, and what
/// stands behind the word PASSWORD there stays too where it could be more than a word or two of code (`mayBeCode`).
/// Best effort: a secret that nothing in the text calls one stays.
///
/// - Parameter isCounted: `***(37 bytes)` says how much it hides, and `***(37 bytes of code)` that it hides a part of a
///   text within the text: for whoever decides by what is left.
public func maskSecrets(_ text: [UInt8], isCounted: Bool = false) -> [UInt8] {
    var masking = Masking(isCounted: isCounted, bytesLeft: 8 * text.count + 256 * 1024)
    return text.withUnsafeBytes { mayHaveLiterals($0) ? masking.mask($0, isNested: false) : nil }
        ?? text
}

/// As `maskSecrets`, of a text that the parser did not take: where its literals begin and end is anybody's guess, so
/// everything behind the first `password` is masked.
public func maskUnread(_ text: [UInt8]) -> [UInt8] {
    let shown = Array(firstSecretWord(text).map { text[..<$0.upperBound] } ?? text[...])
    let masked = replacing(secretsOfWords(shown), in: shown) { _ in mask }
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

private func mayHaveLiterals(_ text: UnsafeRawBufferPointer) -> Bool {
    text.contains { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "$") }
}

private struct Masking {
    let isCounted: Bool
    /// Of texts within texts that are still looked into: each level is read again, and a level costs few bytes.
    var bytesLeft: Int

    /// What a literal is by the word before it.
    private enum Role { case password, shellCommand }

    /// `nil` when there is nothing to mask.
    mutating func mask(_ text: UnsafeRawBufferPointer, isNested: Bool) -> [UInt8]? {
        var masked: [UInt8] = []
        var lexer = Lexer(text)
        var copied = 0
        var role: Role?
        while let token = lexer.next() {
            if token.isLiteral {
                let content = mask(text[token.content], token.kind, role, isNested: isNested)
                if let content {
                    masked += text[copied..<token.content.lowerBound]
                    masked += content
                    copied = token.content.upperBound
                } else if role == .password {
                    // Where this is code, what follows is too.
                    role = nil
                }
            }
            role = Self.role(behind: token, text) ?? (isFiller(token, text) ? role : nil)
        }
        return copied == 0 ? nil : masked + text[copied...]
    }

    /// What stands between a literal's quotes; `nil` when it stays as it is.
    private mutating func mask(
        _ content: Slice<UnsafeRawBufferPointer>, _ kind: Lexer.Kind, _ role: Role?, isNested: Bool
    ) -> [UInt8]? {
        let plain = LiteralText.decode(content, kind)
        if role == .password, !isNested || !mayBeCode(plain[...]) {
            return piece(plain.count, isNested)
        }
        guard firstSecretWord(plain) != nil || contains(plain, Array("://".utf8)) else {
            return nil
        }
        let secrets =
            role == .shellCommand ? secretsOfWords(plain) : secretsOfConnection(plain)
        guard secrets.isEmpty else {
            let masked = replacing(secrets, in: plain) { piece($0.count, isNested) }
            return LiteralText.encode(masked, kind)
        }
        bytesLeft -= plain.count
        guard bytesLeft >= 0, role != .shellCommand else { return nil }
        return plain.withUnsafeBytes { mask($0, isNested: true) }
            .map { LiteralText.encode($0, kind) }
    }

    private func piece(_ hidden: Int, _ isNested: Bool) -> [UInt8] {
        guard isCounted else { return SQL.mask }
        let unit = hidden == 1 ? "byte" : "bytes"
        return Array("***(\(hidden) \(unit)\(isNested ? " of code" : ""))".utf8)
    }

    private static func role(behind token: Lexer.Token, _ text: UnsafeRawBufferPointer) -> Role? {
        guard token.kind == .word || token.kind == .quotedIdentifier else { return nil }
        func isWord(_ word: String) -> Bool {
            token.content.count == word.utf8.count
                && zip(text[token.content], word.utf8).allSatisfy { lowered($0) == $1 }
        }
        if ["password", "sslpassword", "passwd"].contains(where: isWord) { return .password }
        return isWord("program") ? .shellCommand : nil
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

/// `password = '...'`, and two literals on two lines that the server reads as one.
private func isFiller(_ token: Lexer.Token, _ text: UnsafeRawBufferPointer) -> Bool {
    token.isLiteral || (token.kind == .symbol && text[token.range.lowerBound] == UInt8(ascii: "="))
}
