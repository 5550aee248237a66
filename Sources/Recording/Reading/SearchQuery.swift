/// A search's words, each quoted, so that nothing in them is an operator of the index.
struct SearchQuery {
    let match: String

    /// `nil` when there is no word. Words beyond the limits are not looked at.
    init?(_ text: String) {
        let kept = String(decoding: Array(text.utf8).prefix(Limits.searchBytesMax), as: UTF8.self)
        let words = kept.split(whereSeparator: \.isWhitespace).prefix(Limits.searchWordsMax)
            .map(String.init).filter { $0.contains { $0.isLetter || $0.isNumber } }
        guard !words.isEmpty else { return nil }
        match = words.map(quoted).joined(separator: " ")
    }
}

private func quoted(_ word: String) -> String {
    let isBeginning = word.hasSuffix("*")
    var text = "\""
    for character in isBeginning ? String(word.dropLast()) : word where character != "\0" {
        text += character == "\"" ? "\"\"" : String(character)
    }
    return text + (isBeginning ? "\"*" : "\"")
}
