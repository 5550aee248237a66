/// A search's words, each quoted, so that nothing in them is an operator of the index.
struct SearchQuery {
    let match: String
    /// What a line must have to match, in small letters: ASCII pieces of the words.
    private let needles: [[UInt8]]

    /// `nil` when there is no word. Words beyond the limits are not looked at.
    init?(_ text: String) {
        let kept = String(decoding: Array(text.utf8).prefix(Limits.searchBytesMax), as: UTF8.self)
        let words = kept.split(whereSeparator: \.isWhitespace).prefix(Limits.searchWordsMax)
            .map(String.init).filter { $0.contains { $0.isLetter || $0.isNumber } }
        guard !words.isEmpty else { return nil }
        match = words.map(quoted).joined(separator: " ")
        needles = words.flatMap(pieces)
    }

    /// False for most lines that the index would not find either: it is only asked for the others.
    func mayMatch(_ line: ArraySlice<UInt8>) -> Bool {
        // Letters beyond ASCII may be the same as others when case does not count.
        !line.allSatisfy { $0 < 0x80 } || needles.allSatisfy { contains(line, $0) }
    }
}

/// The ASCII words within a word, as the index tells them apart; none of what may be spelled in other ways.
private func pieces(_ word: String) -> [[UInt8]] {
    guard word.utf8.allSatisfy({ $0 < 0x80 }) else { return [] }
    return word.lowercased().utf8.split { !isWord($0) }.map(Array.init)
}

private func isWord(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "$": true
    default: false
    }
}

/// `needle` has small letters only.
private func contains(_ line: ArraySlice<UInt8>, _ needle: [UInt8]) -> Bool {
    guard let first = needle.first, line.count >= needle.count else { return false }
    for start in line.startIndex...(line.endIndex - needle.count)
    where lowered(line[start]) == first {
        if zip(line[start...], needle).allSatisfy({ lowered($0) == $1 }) { return true }
    }
    return false
}

private func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

private func quoted(_ word: String) -> String {
    let isBeginning = word.hasSuffix("*")
    var text = "\""
    for character in isBeginning ? String(word.dropLast()) : word where character != "\0" {
        text += character == "\"" ? "\"\"" : String(character)
    }
    return text + (isBeginning ? "\"*" : "\"")
}
