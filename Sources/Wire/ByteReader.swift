/// Reads integers and byte strings from a peer's bytes, in network order, never past their end.
///
/// Every read answers `nil` when too few bytes are left and then moves nothing. The buffer must outlive the reader.
public struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    /// How many bytes have been read.
    public private(set) var offset: Int

    public init(_ bytes: UnsafeRawBufferPointer, from offset: Int = 0) {
        self.bytes = bytes
        self.offset = min(max(offset, 0), bytes.count)
    }

    public var remaining: Int { bytes.count - offset }
    public var isAtEnd: Bool { offset == bytes.count }

    public mutating func uint8() -> UInt8? {
        guard remaining >= 1 else { return nil }
        defer { offset += 1 }
        return bytes[offset]
    }

    public mutating func uint16() -> UInt16? {
        guard remaining >= 2 else { return nil }
        defer { offset += 2 }
        return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    public mutating func uint32() -> UInt32? {
        guard remaining >= 4 else { return nil }
        defer { offset += 4 }
        return UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    public mutating func int32() -> Int32? { uint32().map { Int32(bitPattern: $0) } }

    /// Where the next `count` bytes lie; `nil` for a negative count as well.
    public mutating func range(_ count: Int) -> Range<Int>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { offset += count }
        return offset..<offset + count
    }

    /// Where the bytes up to the next NUL lie; the NUL is read too and is not in the range.
    public mutating func terminatedRange() -> Range<Int>? {
        var end = offset
        while end < bytes.count {
            if bytes[end] == 0 {
                defer { offset = end + 1 }
                return offset..<end
            }
            end += 1
        }
        return nil
    }

    /// The bytes up to the next NUL as text; `nil` when they are not UTF-8.
    public mutating func terminatedText() -> String? {
        guard let range = terminatedRange() else { return nil }
        // As bytes that lie together, which are not copied first.
        return UnsafeRawBufferPointer(rebasing: bytes[range]).withMemoryRebound(to: UInt8.self) {
            // Nearly all are ASCII, which needs no validation.
            $0.allSatisfy { $0 < 0x80 }
                ? String(decoding: $0, as: UTF8.self) : String(validating: $0, as: UTF8.self)
        }
    }

    /// A copy of the next `count` bytes.
    public mutating func copy(_ count: Int) -> [UInt8]? {
        range(count).map { Array(bytes[$0]) }
    }
}
