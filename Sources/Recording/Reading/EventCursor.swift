import Vocabulary

/// Reads what `EventBuffer` wrote, never beyond its end: each read is `nil` when there are too few bytes.
struct EventCursor {
    private let bytes: ArraySlice<UInt8>
    private(set) var offset: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - offset }
    var isAtEnd: Bool { remaining == 0 }

    mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self)
        -> Integer?
    {
        let size = MemoryLayout<Integer>.size
        guard remaining >= size else { return nil }
        var value: Integer = 0
        for byte in bytes[offset..<offset + size] {
            value =
                size == 1
                ? Integer(truncatingIfNeeded: byte) : value << 8 | Integer(truncatingIfNeeded: byte)
        }
        offset += size
        return value
    }

    mutating func slice(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, remaining >= count else { return nil }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    /// A 32-bit length, and so many bytes.
    mutating func blob() -> [UInt8]? {
        guard let count: UInt32 = integer(), let slice = slice(Int(count)) else { return nil }
        return Array(slice)
    }

    mutating func text() -> String? {
        guard let count: UInt32 = integer(), let slice = slice(Int(count)) else { return nil }
        return String(decoding: slice, as: UTF8.self)
    }

    mutating func digest() -> Digest? { slice(Digest.byteCount).flatMap { Digest($0) } }

    mutating func time() -> WallTime? { integer(Int64.self).map { WallTime(milliseconds: $0) } }

    /// A count of things that take at least `least` bytes each: a hostile count does not reserve memory.
    mutating func count(least: Int) -> Int? {
        guard let count: UInt32 = integer(), Int(count) * least <= remaining else { return nil }
        return Int(count)
    }
}
