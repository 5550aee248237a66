/// A program's words with the clear cases of secrets in them replaced by `***`, for what is shown and recorded: the
/// password in a URL, the value of a name that ends in `password`, `token`, `secret` and the like (`--password=x`,
/// `PGPASSWORD=x`, `?token=x`), the word behind such an option, headers that log in, and what some well-known clients
/// take behind a letter.
///
/// What can run is not hidden: of code, and of a word behind an option, only what is plain (no blank, quote, `$` or other
/// sign that means something to a shell) is masked. Best effort: a secret that nothing calls one stays.
///
/// - Parameters:
///   - words: all of them, the program's own name first.
///   - file: what the program is; a name that its caller chose hides nothing.
///   - isCounted: `***(12 bytes)` says how much is hidden.
public func maskedWords(
    _ words: [[UInt8]], of file: ProgramFile, isCounted: Bool = false
) -> [[UInt8]] {
    let names = calledNames(file)
    let isInterpreter = names.contains { isApplets($0) || Interpreter.named($0) != nil }
    let masking = WordMasking(
        mayBeCode: isInterpreter || !file.isVerified, isCounted: isCounted,
        client: names.lazy.compactMap(SecretOptions.of).first ?? SecretOptions())
    var masked: [[UInt8]] = words.isEmpty ? [] : [words[0]]
    var isBehindOption = false
    for word in words.dropFirst() {
        if isBehindOption, word.first != UInt8(ascii: "-"), word.allSatisfy(isPlainByte) {
            masked.append(masking.mark(word.count))
        } else {
            masked.append(masking.mask(word))
        }
        isBehindOption = !masking.mayBeCode && masking.isSecretOption(word)
    }
    return masked
}

/// Letters behind which a client takes a secret.
private struct SecretOptions {
    /// In the same word.
    var attached: [String] = []
    /// In the next one.
    var next: [String] = []

    static func of(_ name: String) -> SecretOptions? {
        if name.hasPrefix("mysql") || name.hasPrefix("mariadb") {
            return SecretOptions(attached: ["-p"])
        }
        return switch name {
        case "sshpass": SecretOptions(attached: ["-p"], next: ["-p"])
        case "redis-cli", "valkey-cli": SecretOptions(next: ["-a", "--pass"])
        case "curl":
            SecretOptions(attached: ["-u", "-U"], next: ["-u", "-U", "--user", "--proxy-user"])
        case "ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami":
            SecretOptions(attached: ["-w"], next: ["-w"])
        case "smbclient": SecretOptions(attached: ["-U"], next: ["-U", "--user"])
        default: nil
        }
    }
}

private struct WordMasking {
    let mayBeCode: Bool
    let isCounted: Bool
    let client: SecretOptions

    func mark(_ count: Int) -> [UInt8] {
        Array((isCounted ? "***(\(count) bytes)" : "***").utf8)
    }

    /// The next word is the secret.
    func isSecretOption(_ word: [UInt8]) -> Bool {
        let text = bytewise(word)
        return client.next.contains(text)
            || (text.hasPrefix("--") && !text.contains("=") && isSecretName(text))
    }

    func mask(_ word: [UInt8]) -> [UInt8] {
        if let start = headerValue(word) ?? attachedValue(word),
            !mayBeCode || word[start...].allSatisfy(isPlainByte)
        {
            return word[..<start] + mark(word.count - start)
        }
        var masked: [UInt8] = []
        var copied = 0
        for secret in secrets(in: word) where secret.lowerBound >= copied && !secret.isEmpty {
            masked += word[copied..<secret.lowerBound] + mark(secret.count)
            copied = secret.upperBound
        }
        return copied == 0 ? word : masked + word[copied...]
    }

    private func attachedValue(_ word: [UInt8]) -> Int? {
        let isAttached = client.attached.contains { word.starts(with: $0.utf8) }
        return isAttached && word.count > 2 && word[1] != UInt8(ascii: "-") ? 2 : nil
    }

    /// Where the value of a header that logs in begins: `Authorization: Bearer x`, behind `-H` and `--header=` too.
    private func headerValue(_ word: [UInt8]) -> Int? {
        var start = 0
        for option in ["--header=", "-H"] where word.starts(with: option.utf8) {
            start = option.utf8.count
            break
        }
        guard let colon = word[start...].firstIndex(of: UInt8(ascii: ":")),
            headers.contains(bytewise(word[start..<colon]).lowercased()), colon + 1 < word.count
        else { return nil }
        return colon + 1
    }

    /// In ascending order of their starts.
    private func secrets(in word: [UInt8]) -> [Range<Int>] {
        word.indices.compactMap { place in
            switch word[place] {
            case UInt8(ascii: "="): value(in: word, behind: place)
            case UInt8(ascii: ":"): password(in: word, behind: place)
            default: nil
            }
        }
    }

    /// The value of `NAME=` when the name is one of a secret's.
    private func value(in word: [UInt8], behind equals: Int) -> Range<Int>? {
        var start = equals
        while start > 0, isNameByte(word[start - 1]) { start -= 1 }
        let isSeparated = start == 0 || " ?&;,".utf8.contains(word[start - 1])
        guard isSeparated, isSecretName(bytewise(word[start..<equals])) else { return nil }
        if start == 0, !mayBeCode { return equals + 1..<word.count }
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
