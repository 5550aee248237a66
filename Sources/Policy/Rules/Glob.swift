/// A pattern over one word of a program, byte for byte: `*` is any bytes, `?` is one byte, `\*`, `\?` and `\\` are those
/// characters, and `\xff` is that byte.
///
/// Matching looks at no byte of the word more often than the glob is long: pieces between stars are found one behind the
/// other, the earliest place of each, which leaves the most for the next.
struct Glob: Hashable, Sendable {
    /// The pieces between the stars, each byte's value or `anyByte`; one piece when there is no star.
    private let pieces: [[UInt16]]
    private static let anyByte: UInt16 = 256

    func matches(_ word: [UInt8]) -> Bool {
        word.withUnsafeBufferPointer { matches($0) }
    }

    private func matches(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        let (first, last) = (pieces[0], pieces[pieces.count - 1])
        if pieces.count == 1 { return first.count == word.count && agrees(first, word, at: 0) }
        let end = word.count - last.count
        guard first.count <= end, agrees(first, word, at: 0), agrees(last, word, at: end) else {
            return false
        }
        var place = first.count
        for piece in pieces.dropFirst().dropLast() {
            while place + piece.count <= end, !agrees(piece, word, at: place) { place += 1 }
            guard place + piece.count <= end else { return false }
            place += piece.count
        }
        return true
    }

    private func agrees(_ piece: [UInt16], _ word: UnsafeBufferPointer<UInt8>, at place: Int)
        -> Bool
    {
        for index in 0..<piece.count {
            let wanted = piece[index]
            if wanted != Self.anyByte, wanted != UInt16(word[place + index]) { return false }
        }
        return true
    }
}

extension Glob: CustomStringConvertible {
    /// The one spelling of the glob, in ASCII; reads back to it.
    var description: String {
        pieces.map { $0.map(spelled).joined() }.joined(separator: "*")
    }

    private func spelled(_ byte: UInt16) -> String {
        switch byte {
        case Self.anyByte: "?"
        case UInt16(UInt8(ascii: "*")), UInt16(UInt8(ascii: "?")), UInt16(UInt8(ascii: "\\")):
            "\\" + String(UnicodeScalar(UInt8(byte)))
        case 0x20..<0x7F: String(UnicodeScalar(UInt8(byte)))
        default: (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
        }
    }
}

extension Glob {
    /// Stars that stand together are one.
    init(parsing text: String) throws(PatternProblem) {
        guard text.utf8.count <= Limits.globBytesMax else {
            throw PatternProblem(
                message: "bad glob \(quote(text)), expected at most \(Limits.globBytesMax) bytes")
        }
        var pieces: [[UInt16]] = [[]]
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                if pieces.count == 1 || pieces.last?.isEmpty == false { pieces.append([]) }
            case UInt8(ascii: "?"): pieces[pieces.count - 1].append(Self.anyByte)
            case UInt8(ascii: "\\"):
                guard let escaped = Self.escaped(&rest) else {
                    throw PatternProblem(
                        message: "bad glob \(quote(text)), expected `*`, `?`, `\\` or two "
                            + "digits as in `xff` behind a `\\`")
                }
                pieces[pieces.count - 1].append(UInt16(escaped))
            default: pieces[pieces.count - 1].append(UInt16(byte))
            }
        }
        self.init(pieces: pieces)
    }

    private static func escaped(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        guard let byte = rest.popFirst() else { return nil }
        if "*?\\".utf8.contains(byte) { return byte }
        guard byte == UInt8(ascii: "x"), rest.count >= 2 else { return nil }
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        rest = rest.dropFirst(2)
        guard digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16), value > 0
        else { return nil }
        return value
    }
}
