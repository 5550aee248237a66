/// A word with its variables put in, as far as they are known.
struct DockerfileWord {
    /// All of it, or what stands before the first variable whose value nobody knows here.
    private(set) var text = ""
    private(set) var isWhole = true
    fileprivate var isTooLong: Bool { text.utf8.count > BuildLimits.wordBytesMax }

    enum Value {
        /// Empty for what is not set.
        case known(String)
        case unknown
    }

    /// Takes quotes and escapes off, and puts variables in.
    init(
        _ word: [Unicode.Scalar], escape: Unicode.Scalar, _ value: (String) -> Value
    ) throws(DockerRefusal) {
        // The engine's reader of words passes over the first.
        guard !word.contains("\u{FEFF}") else { throw Self.unreadable(word) }
        var reader = WordReader(word, escape)
        guard let read = reader.read(until: nil, nesting: 0, value) else {
            throw Self.unreadable(word)
        }
        self = read
    }

    fileprivate init() {}

    fileprivate mutating func append(_ scalar: Unicode.Scalar) {
        if isWhole, !isTooLong { text.unicodeScalars.append(scalar) }
    }

    fileprivate mutating func append(_ word: DockerfileWord) {
        guard isWhole, !isTooLong else { return }
        text += word.text
        isWhole = word.isWhole
    }

    fileprivate mutating func append(_ value: Value) {
        switch value {
        case .known(let text): if isWhole, !isTooLong { self.text += text }
        case .unknown: isWhole = false
        }
    }

    private static func unreadable(_ word: [Unicode.Scalar]) -> DockerRefusal {
        .dockerfile("the word `\(shown(string(word)))` cannot be read")
    }
}

private struct WordReader {
    private var rest: ArraySlice<Unicode.Scalar>
    private let escape: Unicode.Scalar

    init(_ word: [Unicode.Scalar], _ escape: Unicode.Scalar) {
        rest = word[...]
        self.escape = escape
    }

    /// `nil` for what the engine takes for a mistake, and for what nobody writes.
    mutating func read(
        until end: Unicode.Scalar?, nesting: Int, _ value: (String) -> DockerfileWord.Value
    ) -> DockerfileWord? {
        var word = DockerfileWord()
        while let scalar = rest.first {
            if scalar == end {
                rest.removeFirst()
                return word.isTooLong ? nil : word
            }
            switch scalar {
            case "'":
                guard readSingleQuoted(&word) else { return nil }
            case "\"":
                guard readDoubleQuoted(&word, nesting, value) else { return nil }
            case "$":
                guard readVariable(&word, nesting, value) else { return nil }
            case escape:
                rest.removeFirst()
                // At the end of a word it stands for nothing.
                if let next = rest.popFirst() { word.append(next) }
            default:
                rest.removeFirst()
                word.append(scalar)
            }
        }
        return end == nil && !word.isTooLong ? word : nil
    }

    private mutating func readSingleQuoted(_ word: inout DockerfileWord) -> Bool {
        rest.removeFirst()
        while let scalar = rest.popFirst() {
            if scalar == "'" { return true }
            word.append(scalar)
        }
        return false
    }

    private mutating func readDoubleQuoted(
        _ word: inout DockerfileWord, _ nesting: Int, _ value: (String) -> DockerfileWord.Value
    ) -> Bool {
        rest.removeFirst()
        while let scalar = rest.first {
            switch scalar {
            case "\"":
                rest.removeFirst()
                return true
            case "$":
                guard readVariable(&word, nesting, value) else { return false }
            case escape:
                rest.removeFirst()
                // Elsewhere it is a character like any other.
                if let next = rest.first, next == "\"" || next == "$" || next == escape {
                    rest.removeFirst()
                    word.append(next)
                } else if !rest.isEmpty {
                    word.append(scalar)
                }
            default:
                rest.removeFirst()
                word.append(scalar)
            }
        }
        return false
    }

    /// `$name`, `${name}`, `${name:-word}`, `${name:+word}`. What ends a build when a variable is not set is not taken.
    private mutating func readVariable(
        _ word: inout DockerfileWord, _ nesting: Int, _ value: (String) -> DockerfileWord.Value
    ) -> Bool {
        rest.removeFirst()
        guard nesting < BuildLimits.nestingMax else { return false }
        guard rest.first == "{" else {
            guard let name = readName() else { return false }
            word.append(value(name))
            return true
        }
        rest.removeFirst()
        guard let name = readName() else { return false }
        switch rest.popFirst() {
        case "}":
            word.append(value(name))
            return true
        case ":":
            let modifier = rest.popFirst()
            guard let other = read(until: "}", nesting: nesting + 1, value) else { return false }
            switch (modifier, value(name)) {
            case ("-", .known("")): word.append(other)
            case ("+", .known(let text)): if !text.isEmpty { word.append(other) }
            case ("-", let value): word.append(value)
            case ("+", .unknown): word.append(.unknown)
            default: return false
            }
            return true
        default: return false
        }
    }

    /// A plain name; `nil` for parameters of a shell, and for `$` alone.
    private mutating func readName() -> String? {
        let name = rest.prefix { $0.isLetter || $0.isDigit || $0 == "_" }
        rest = rest.dropFirst(name.count)
        // The engine takes letters of every script.
        if let next = rest.first, !next.isASCII { return nil }
        guard let first = name.first, !first.isDigit else { return nil }
        return string(name)
    }
}

func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
}

/// What counts in a Dockerfile is ASCII.
extension Unicode.Scalar {
    var isDigit: Bool { "0"..."9" ~= self }
    var isLetter: Bool { "a"..."z" ~= self || "A"..."Z" ~= self }
    /// What stands between words. Other white space is trimmed, but does not separate.
    var isBlank: Bool {
        switch self {
        case "\t", "\u{B}", "\u{C}", "\r", " ": true
        default: false
        }
    }
}
