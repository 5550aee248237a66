import Vocabulary

/// A body without what looks like a secret, in the same shape: passwords and tokens by their member's name, the value
/// behind `PASSWORD=` and the like in any text, the password in a URL, and the word behind `--password`.
///
/// What can run is not hidden: a mask ends before the first byte that means something to a shell. Best effort.
func masked(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool, .integer: return value
    case .text(let text): return .text(mask(text))
    case .array(let elements):
        let texts = elements.compactMap(\.text)
        if texts.count == elements.count { return .array(maskedWords(texts).map { .text($0) }) }
        return .array(elements.map(masked))
    case .object(let members):
        var result: [String: JSONValue] = [:]
        for (name, member) in members {
            if let text = member.text, !text.isEmpty, isSecretName(Array(name.utf8)) {
                result[name] = .text(String(decoding: mark, as: UTF8.self))
            } else if name == "Env", let variables = member.array {
                result[name] = .array(variables.map { .text(maskVariable($0.text ?? "")) })
            } else {
                result[name] = masked(member)
            }
        }
        return .object(result)
    }
}

/// Words of which one may be the value of the one before.
func maskedWords(_ words: [String]) -> [String] {
    var isValue = false
    return words.map { word in
        let bytes = Array(word.utf8)
        let isHidden = isValue
        isValue = bytes.starts(with: "--".utf8) && isSecretName(bytes)
        return isHidden && !bytes.starts(with: "-".utf8) ? maskStart(bytes[...]) : mask(word)
    }
}

/// A variable of an environment: all of its value, unless a shell could make something of it.
func maskVariable(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard let place = bytes.firstIndex(of: equals), isSecretName(Array(bytes[..<place])) else {
        return mask(text)
    }
    let value = bytes[(place + 1)...]
    let isCode = value.contains { $0 <= 0x20 || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "`") }
    guard !isCode, !value.isEmpty else { return mask(text) }
    return String(decoding: bytes[...place] + mark, as: UTF8.self)
}

/// One text: what stands behind `NAME=`, and the password in `scheme://user:password@host`.
func mask(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.contains(where: { $0 == equals || $0 == colon }) else { return text }
    var result: [UInt8] = []
    var place = 0
    var authority = Authority()
    while place < bytes.count {
        let byte = bytes[place]
        result.append(byte)
        place += 1
        let end: Int?
        if byte == equals, isSecretName(name(in: bytes, before: place - 1)) {
            end = bytes[place...].firstIndex { !isPlain($0) || $0 == comma } ?? bytes.count
        } else {
            end = authority.passwordEnd(behind: byte, bytes, place)
        }
        if let end, end > place {
            result += mark
            place = end
        }
    }
    return String(decoding: result, as: UTF8.self)
}

/// Finds the password of `scheme://user:password@host`, and looks at no byte twice.
private struct Authority {
    /// Behind `://`.
    private var start: Int?
    /// Up to here there is no `@`.
    private var searched = 0

    /// Where a password ends that begins at a place, behind this byte.
    mutating func passwordEnd(behind byte: UInt8, _ bytes: [UInt8], _ place: Int) -> Int? {
        if byte == slash {
            let isOne = place > 2 && bytes[place - 2] == slash && bytes[place - 3] == colon
            start = isOne ? place : nil
        } else if !isPlain(byte) {
            start = nil
        }
        guard byte == colon, let start, place > start + 1, place >= searched else { return nil }
        let end = bytes[place...].firstIndex { !isPlain($0) || $0 == slash } ?? bytes.count
        searched = end
        return bytes[place..<end].lastIndex(of: UInt8(ascii: "@"))
    }
}

private func maskStart(_ bytes: ArraySlice<UInt8>) -> String {
    let end = bytes.firstIndex { !isPlain($0) } ?? bytes.endIndex
    guard end > bytes.startIndex else { return String(decoding: bytes, as: UTF8.self) }
    return String(decoding: mark + bytes[end...], as: UTF8.self)
}

/// The name that stands before a place.
private func name(in bytes: [UInt8], before end: Int) -> [UInt8] {
    var start = end
    while start > 0, isNameByte(bytes[start - 1]) { start -= 1 }
    return Array(bytes[start..<end])
}

private let mark = Array("***".utf8)
private let equals = UInt8(ascii: "=")
private let colon = UInt8(ascii: ":")
private let slash = UInt8(ascii: "/")
private let comma = UInt8(ascii: ",")

private let secretEndings = [
    "password", "passwd", "passphrase", "pass", "token", "secret", "apikey", "accesskey",
    "secretkey", "privatekey", "credentials", "mysqlpwd", "auth",
]

private func isSecretName(_ name: [UInt8]) -> Bool {
    let plain = name.filter {
        $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: ".")
    }
    let text = String(decoding: plain, as: UTF8.self).lowercased()
    // The name of a program that asks for one.
    if text.utf8.suffix(7).elementsEqual("askpass".utf8) { return false }
    return secretEndings.contains { text.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) }
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

/// Means nothing to a shell.
private func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7F && !"'\"`$;|&()<>\\{}".utf8.contains(byte)
}
