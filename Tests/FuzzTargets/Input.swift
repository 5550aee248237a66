/// Takes an input apart. Every input is one: what is missing at its end is 0 or empty.
struct Input {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// A length of two bytes, and so many bytes or what is left.
    mutating func counted() -> [UInt8] {
        let count = Int(byte()) << 8 | Int(byte())
        return bytes(count)
    }
}

/// The 64-bit FNV-1a hash: decides what is neither random nor chosen by hand.
func fnv(_ bytes: some Sequence<UInt8>, _ start: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
    bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
