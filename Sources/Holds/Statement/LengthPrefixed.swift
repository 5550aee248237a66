/// An encoding in which no two different inputs meet: each piece stands behind its length as four bytes, the
/// most significant first.
struct LengthPrefixed {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ piece: [UInt8]) {
        append(number: UInt32(clamping: piece.count))
        bytes += piece
    }

    mutating func append(_ text: String) { append(Array(text.utf8)) }

    mutating func append(number: UInt32) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// A count, then each piece.
    static func list(_ texts: [String]) -> [UInt8] {
        var encoding = LengthPrefixed()
        encoding.append(number: UInt32(clamping: texts.count))
        for text in texts { encoding.append(text) }
        return encoding.bytes
    }
}

/// Reads what `LengthPrefixed` wrote; every read is bounded by what is there.
struct LengthPrefixedReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number() -> UInt32? {
        guard rest.count >= 4 else { return nil }
        let number = rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        rest = rest.dropFirst(4)
        return number
    }

    mutating func byte() -> UInt8? { rest.popFirst() }

    mutating func piece() -> [UInt8]? {
        guard let count = number(), count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return Array(rest.prefix(Int(count)))
    }

    mutating func text() -> String? {
        piece().flatMap { String(validating: $0, as: UTF8.self) }
    }

    static func list(_ bytes: [UInt8]) -> [String]? {
        var reader = LengthPrefixedReader(bytes)
        guard let count = reader.number(), count <= bytes.count else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let text = reader.text() else { return nil }
            texts.append(text)
        }
        return reader.isAtEnd ? texts : nil
    }
}
