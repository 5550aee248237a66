/// A program's words with the clear cases of secrets in them replaced by `***`, for what is shown and recorded: the
/// password in a URL, the value of a name that ends in `password`, `token`, `secret` and the like (`--password=x`,
/// `PGPASSWORD=x`, `?token=x`), headers that log in, and what some well-known clients take in or behind an option.
///
/// What can run is not hidden, whatever the program is: a mask ends before the first byte that is not plain (a blank, a
/// quote, `$` or another sign that means something to a shell). Best effort: a secret that nothing calls one stays.
///
/// - Parameters:
///   - words: all of them, the program's own name first.
///   - file: what the program is; a name that its caller chose hides nothing.
///   - isCounted: `***(12 bytes)` says how much is hidden.
public func maskedWords(
    _ words: [[UInt8]], of file: ProgramFile, isCounted: Bool = false
) -> [[UInt8]] {
    let masking = WordMasking(isCounted: isCounted)
    var reader = ClientReader(ClientSecrets.of(file))
    return Array(words.prefix(1))
        + words.dropFirst().map { word in
            switch reader.place(of: word) {
            case .none: masking.mask(word)
            case .secret: masking.mask(word, from: 0)
            case .attached: masking.mask(word, from: 2)
            }
        }
}

/// Whether what one of these words says may be taken into another: `A_TOKEN=rm; $A_TOKEN -rf /`. To those who consent,
/// nothing of it is masked then.
public func mayExpand(_ words: [[UInt8]]) -> Bool {
    words.contains { $0.contains { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "`") } }
}

/// The same of a program, whose code may be among its words.
public func mayExpand(_ program: ProgramStart) -> Bool {
    mayExpand(program.arguments) || hasInlineCode(program)
}

private struct WordMasking {
    let isCounted: Bool

    private func mark(_ count: Int) -> [UInt8] {
        Array((isCounted ? "***(\(count) bytes)" : "***").utf8)
    }

    /// Masks what is plain from `start` on.
    func mask(_ word: [UInt8], from start: Int) -> [UInt8] {
        let secret = plain(word, from: start)
        return secret.isEmpty
            ? word : word[..<start] + mark(secret.count) + word[secret.upperBound...]
    }

    private func plain(_ word: [UInt8], from start: Int) -> Range<Int> {
        start..<(word[start...].firstIndex { !isPlainByte($0) } ?? word.count)
    }

    func mask(_ word: [UInt8]) -> [UInt8] {
        var masked: [UInt8] = []
        var copied = 0
        func hide(_ secret: Range<Int>?) {
            guard let secret, secret.lowerBound >= copied, !secret.isEmpty else { return }
            masked += word[copied..<secret.lowerBound] + mark(secret.count)
            copied = secret.upperBound
        }
        hide(headerValue(word).map { plain(word, from: $0) })
        // What is hidden already is not looked at again: one look at each byte.
        for place in word.indices where place >= copied {
            switch word[place] {
            case UInt8(ascii: "="): hide(value(in: word, behind: place))
            case UInt8(ascii: ":"): hide(password(in: word, behind: place))
            default: break
            }
        }
        return copied == 0 ? word : masked + word[copied...]
    }

    /// Where the value of a header that logs in begins, behind the name of its scheme: the `x` of `Authorization: Bearer
    /// x`, behind `-H` and `--header=` too.
    private func headerValue(_ word: [UInt8]) -> Int? {
        var start = 0
        for option in ["--header=", "-H"] where word.starts(with: option.utf8) {
            start = option.utf8.count
            break
        }
        guard let colon = word[start...].firstIndex(of: UInt8(ascii: ":")),
            headers.contains(bytewise(word[start..<colon]).lowercased())
        else { return nil }
        var value = colon + 1
        if value < word.count, word[value] == UInt8(ascii: " ") { value += 1 }
        let scheme = bytewise(word[value...].prefix(7)).lowercased()
        return value + (schemes.first { scheme.hasPrefix($0) }?.utf8.count ?? 0)
    }

    /// The value of `NAME=` when the name is one of a secret's.
    private func value(in word: [UInt8], behind equals: Int) -> Range<Int>? {
        var start = equals
        while start > 0, isNameByte(word[start - 1]) { start -= 1 }
        let isSeparated = start == 0 || " ?&;,".utf8.contains(word[start - 1])
        guard isSeparated, isSecretName(bytewise(word[start..<equals])) else { return nil }
        let rest = word[(equals + 1)...]
        let end = rest.firstIndex { !isPlainByte($0) || $0 == UInt8(ascii: ",") } ?? word.count
        return equals + 1..<end
    }

    /// What stands between `scheme://user:` and `@`, and a token that stands for both.
    private func password(in word: [UInt8], behind colon: Int) -> Range<Int>? {
        guard word[(colon + 1)...].starts(with: "//".utf8), colon > 0, isNameByte(word[colon - 1])
        else { return nil }
        let start = colon + 3
        let end = word[start...].firstIndex {
            !isPlainByte($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?")
                || $0 == UInt8(ascii: "#")
        }
        let authority = word[start..<(end ?? word.count)]
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        if let second = authority[..<at].firstIndex(of: UInt8(ascii: ":")) {
            return second + 1..<at
        }
        let isWeb =
            word[..<colon].suffix(4) == Array("http".utf8)[...]
            || word[..<colon].suffix(5) == Array("https".utf8)[...]
        return isWeb ? start..<at : nil
    }
}

private let schemes = ["bearer ", "basic ", "token "]

private let headers: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token", "private-token",
    "x-vault-token", "x-access-token",
]

private let secretEndings = [
    "password", "passwd", "passphrase", "token", "secret", "api-key", "apikey", "access-key",
    "accesskey", "secret-key", "secretkey", "account-key", "mysql-pwd",
]

private func isSecretName(_ name: String) -> Bool {
    let plain = name.lowercased().replacing("_", with: "-")
    return secretEndings.contains { plain.hasSuffix($0) }
}

private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
    default: false
    }
}

/// Means nothing to a shell and ends no value in a URL's query.
private func isPlainByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7F && !"'\"`$;|&()<>\\{}".utf8.contains(byte)
}
