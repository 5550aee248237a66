/// Words of a list, made once: `"eval print"`.
struct WordList: Sendable, ExpressibleByStringLiteral {
    private let words: [[UInt8]]
    private let all: Set<[UInt8]>
    private let longest: Int

    init(stringLiteral list: String) {
        words = list.utf8.split(separator: UInt8(ascii: " ")).map(Array.init)
        all = Set(words)
        longest = words.map(\.count).max() ?? 0
    }

    var isEmpty: Bool { words.isEmpty }

    func contains(_ word: some Collection<UInt8>) -> Bool {
        !isEmpty && word.count <= longest && all.contains(Array(word))
    }

    /// Whether some word of it begins so.
    func hasWord(beginningWith start: some Collection<UInt8>) -> Bool {
        start.count <= longest && words.contains { $0.starts(with: start) }
    }

    /// Whether some word of it stands somewhere in the text.
    func hasWord(in text: some Collection<UInt8>) -> Bool {
        words.contains { has($0, in: text) }
    }

    private func has(_ word: [UInt8], in text: some Collection<UInt8>) -> Bool {
        text.withContiguousStorageIfAvailable { text in
            var place = 0
            while place + word.count <= text.count {
                var length = 0
                while length < word.count, text[place + length] == word[length] { length += 1 }
                if length == word.count { return true }
                place += 1
            }
            return false
        } ?? has(word, in: Array(text))
    }
}
