/// What a rule wants of a program's words, those behind the program's name: all that is given has to agree.
struct WordConditions: Hashable, Sendable {
    /// `arguments`: for each word the globs that will do; `nil`: not given.
    var positions: [[Glob]]?
    /// The list ends in `...`: any further words may follow.
    var allowsMore = false
    /// `any_argument`: some word is one of these.
    var any: [Glob]?
    /// `no_argument`: no word is one of these.
    var none: [Glob]?

    var isEmpty: Bool { positions == nil && any == nil && none == nil }

    func hold(for words: [[UInt8]]) -> Bool {
        if let positions {
            guard words.count == positions.count || (allowsMore && words.count > positions.count)
            else { return false }
            for (word, globs) in zip(words, positions) where !matches(word, globs) { return false }
        }
        if let any, !words.contains(where: { matches($0, any) }) { return false }
        if let none, words.contains(where: { matches($0, none) }) { return false }
        return true
    }

    private func matches(_ word: [UInt8], _ globs: [Glob]) -> Bool {
        globs.contains { $0.matches(word) }
    }
}

extension WordConditions: CustomStringConvertible {
    private static let shownMax = 6

    /// As a condition in a sentence: "its words were `push`, `origin`, ...".
    var description: String {
        var conditions: [String] = []
        if let positions {
            var words = positions.prefix(Self.shownMax).map { Self.list($0, " or ") }
            if allowsMore || positions.count > Self.shownMax { words.append("...") }
            conditions.append(
                words.isEmpty
                    ? "it had no words" : "its words were " + words.joined(separator: ", "))
        }
        if let any { conditions.append("some word were " + Self.list(any, " or ")) }
        if let none { conditions.append("no word were " + Self.list(none, " or ")) }
        return conditions.joined(separator: " and ")
    }

    private static func list(_ globs: [Glob], _ separator: String) -> String {
        let shown = globs.prefix(shownMax).map { quote($0.description) }
        return (shown + (globs.count > shownMax ? ["..."] : [])).joined(separator: separator)
    }
}
