import Vocabulary

/// A body without what looks like a secret, in the same shape: passwords and tokens by their member's name, and what
/// ``SecretText`` finds in any text. A word behind `--password` stays: to `dropdb` it is the database.
func masked(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool, .integer: return value
    case .text(let text): return .text(mask(text))
    case .array(let elements):
        return .array(elements.map(masked))
    case .object(let members):
        var result: [String: JSONValue] = [:]
        for (name, member) in members {
            if let text = member.text, !text.isEmpty, isSecretName(name.utf8) {
                result[name] = .text(mark)
            } else if name == "Env", let variables = member.array {
                result[name] = .array(variables.map { .text(maskVariable($0.text ?? "")) })
            } else if commandMembers.contains(name), mayNameVariables(member, isCommand: true) {
                result[name] = member
            } else {
                result[name] = masked(member)
            }
        }
        return .object(result)
    }
}

/// A line of a Dockerfile. As ``mask(_:)``, but of what may be code nothing is hidden: what a build runs stands nowhere else.
func maskLine(_ line: String) -> String { isCode(line) ? line : mask(line) }

/// Words of one command. Of one that is given code nothing is hidden: what it runs in a container stands nowhere else.
func maskCommand(_ words: [String]) -> [String] {
    words.contains(where: isCode) ? words : words.map(mask)
}

private func isCode(_ text: String) -> Bool {
    !text.utf8.allSatisfy { $0 == 0x20 || SecretText.isPlain($0) }
}

/// Whether a command in a body may name a variable of it, and so run what is masked there: `sh -c '$A_TOKEN -rf /srv'`.
/// One of plain words and blanks names none.
func mayNameVariables(_ body: JSONValue, isCommand: Bool = false) -> Bool {
    switch body {
    case .null, .bool, .integer: false
    case .text(let text):
        isCommand && isCode(text)
    case .array(let elements): elements.contains { mayNameVariables($0, isCommand: isCommand) }
    case .object(let members):
        members.contains { mayNameVariables($1, isCommand: commandMembers.contains($0)) }
    }
}

/// A variable of an environment: all of its value, unless a shell could make something of it.
func maskVariable(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard let place = bytes.firstIndex(of: equals), isSecretName(bytes[..<place]) else {
        return mask(text)
    }
    let value = bytes[(place + 1)...]
    let isCode = value.contains { $0 <= 0x20 || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "`") }
    guard !isCode, !value.isEmpty else { return mask(text) }
    return String(decoding: bytes[...place], as: UTF8.self) + mark
}

/// One text, as ``SecretText`` masks it.
func mask(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == equals || $0 == UInt8(ascii: ":") }) else {
        return text
    }
    return String(decoding: SecretText().mask(Array(text.utf8)), as: UTF8.self)
}

/// `Test` is the health check's.
private let commandMembers: Set<String> = ["Cmd", "Entrypoint", "Shell", "Test", "OnBuild"]
private let mark = "***"
private let equals = UInt8(ascii: "=")
