/// What looks like a secret in a text, replaced by `***` for what is shown and recorded: the value of a name that ends in
/// `password`, `token`, `secret` and the like (`--password=x`, `PGPASSWORD=x`, `?token=x`), the password in a URL, and a
/// header that logs in at the start of the text.
///
/// What can run is not hidden: a mask ends before the first byte that is not plain (a blank, a quote, `$` or another sign
/// that means something to a shell). Best effort: a secret that nothing calls one stays.
public struct SecretText: Sendable {
    /// `***(12 bytes)` says how much is hidden.
    private let isCounted: Bool

    public init(isCounted: Bool = false) { self.isCounted = isCounted }

    /// Means nothing to a shell, and ends no value in a URL's query.
    public static func isPlain(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F && !signs.contains(byte)
    }

    private static let signs: ByteSet = "'\"`$;|&()<>\\{}"

    /// Looks at each byte a few times, whatever the text is made of.
    public func mask(_ text: [UInt8]) -> [UInt8] {
        var masked: [UInt8] = []
        var copied = 0
        func hide(_ secret: Range<Int>?) {
            guard let secret, secret.lowerBound >= copied, !secret.isEmpty else { return }
            masked += text[copied..<secret.lowerBound] + mark(secret.count)
            copied = secret.upperBound
        }
        hide(headerValue(text).map { plain(text, from: $0) })
        // What is hidden already is not looked at again.
        for place in text.indices where place >= copied {
            switch text[place] {
            case UInt8(ascii: "="): hide(value(in: text, behind: place))
            case UInt8(ascii: ":"): hide(password(in: text, behind: place))
            default: break
            }
        }
        return copied == 0 ? text : masked + text[copied...]
    }

    /// Masks what is plain from `start` on, which is known to be a secret.
    public func mask(_ text: [UInt8], from start: Int) -> [UInt8] {
        let secret = plain(text, from: start)
        return secret.isEmpty
            ? text : text[..<start] + mark(secret.count) + text[secret.upperBound...]
    }

    private func mark(_ count: Int) -> [UInt8] {
        Array((isCounted ? "***(\(count) bytes)" : "***").utf8)
    }

    private func plain(_ text: [UInt8], from start: Int) -> Range<Int> {
        start..<(text[start...].firstIndex { !Self.isPlain($0) } ?? text.count)
    }

    /// Where the value of a header that logs in begins, behind the name of its scheme: the `x` of `Authorization: Bearer
    /// x`, behind `-H` and `--header=` too.
    private func headerValue(_ text: [UInt8]) -> Int? {
        var start = 0
        for option in ["--header=", "-H"] where text.starts(with: option.utf8) {
            start = option.utf8.count
            break
        }
        guard let colon = text[start...].firstIndex(of: UInt8(ascii: ":")),
            colon - start <= longestHeader, headers.contains(lowercased(text[start..<colon]))
        else { return nil }
        var value = colon + 1
        if value < text.count, text[value] == UInt8(ascii: " ") { value += 1 }
        let scheme = lowercased(text[value...].prefix(7))
        return value + (schemes.first { scheme.hasPrefix($0) }?.utf8.count ?? 0)
    }

    /// The value of `NAME=` when the name is one of a secret's.
    private func value(in text: [UInt8], behind equals: Int) -> Range<Int>? {
        var start = equals
        while start > 0, nameBytes.contains(text[start - 1]) { start -= 1 }
        let name = text[start..<equals]
        // `git -c alias.token=clean`: what runs when somebody says `token`.
        let isCommand = ["alias.", "pager."].contains { name.starts(with: $0.utf8) }
        guard !isCommand, isSecretName(name) else { return nil }
        let end = text[(equals + 1)...].firstIndex { !Self.isPlain($0) || $0 == UInt8(ascii: ",") }
        return equals + 1..<(end ?? text.count)
    }

    /// What stands between `scheme://user:` and `@`, and a token that stands for both.
    private func password(in text: [UInt8], behind colon: Int) -> Range<Int>? {
        guard text[(colon + 1)...].starts(with: "//".utf8) else { return nil }
        let start = colon + 3
        let end = text[start...].firstIndex {
            !Self.isPlain($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?")
                || $0 == UInt8(ascii: "#")
        }
        let authority = text[start..<(end ?? text.count)]
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        if let second = authority[..<at].firstIndex(of: UInt8(ascii: ":")) {
            return second + 1..<at
        }
        let scheme = text[..<colon]
        let isWeb =
            scheme.suffix(4).elementsEqual("http".utf8)
            || scheme.suffix(5).elementsEqual("https".utf8)
        return isWeb ? start..<at : nil
    }
}

/// Whether what has this name is a secret by it: `DB_PASSWORD`, `--api-key`, `identitytoken`.
public func isSecretName(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    // Only the end of a name says it: so much of it is looked at, the last letter first.
    var end: [UInt8] = []
    for byte in name.reversed() where !separators.contains(byte) {
        guard byte < 0x80 else { return isSecretText(name) }
        guard !end.isEmpty || lastLetters.contains(byte | 0x20) else { return false }
        end.append(byte | (upperCase.contains(byte) ? 0x20 : 0))
        if end.count == longestEnding { break }
    }
    return isSecretEnd(end)
}

/// Of names with other letters than ASCII's near their end.
private func isSecretText(_ name: some Sequence<UInt8>) -> Bool {
    let text = String(decoding: name.filter { !separators.contains($0) }, as: UTF8.self)
    return isSecretEnd(text.lowercased().utf8.reversed())
}

/// - Parameter end: backwards, in lower case.
private func isSecretEnd(_ end: [UInt8]) -> Bool {
    // The name of a program that asks for one.
    !end.starts(with: asker) && secretEndings.contains { end.starts(with: $0) }
}

private let separators: ByteSet = "-_."
private let upperCase: ByteSet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/// Backwards.
private let secretEndings: [[UInt8]] = [
    "password", "passwd", "passphrase", "pass", "token", "secret", "apikey", "accesskey",
    "secretkey", "privatekey", "accountkey", "credentials", "mysqlpwd", "auth",
].map { $0.utf8.reversed() }
private let asker: [UInt8] = "askpass".utf8.reversed()
private let longestEnding = secretEndings.map(\.count).max() ?? 0
private let lastLetters = ByteSet(
    String(decoding: secretEndings.compactMap(\.first), as: UTF8.self))

private let schemes = ["bearer ", "basic ", "token "]

private let headers: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token", "private-token",
    "x-vault-token", "x-access-token",
]
private let longestHeader = headers.map(\.utf8.count).max() ?? 0

/// Bytes that are no UTF-8 belong to no name that is known.
private func lowercased(_ name: some Collection<UInt8>) -> String {
    String(decoding: name, as: UTF8.self).lowercased()
}

private let nameBytes = ByteSet.lettersAndDigits.union("_-.")
