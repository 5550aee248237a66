/// Writes integers and byte strings in network order into bytes of its own.
public struct ByteWriter {
    public private(set) var bytes: [UInt8]

    public init(reserving capacity: Int = 64) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    public mutating func uint8(_ value: UInt8) { bytes.append(value) }

    public mutating func uint16(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    public mutating func uint32(_ value: UInt32) {
        uint16(UInt16(truncatingIfNeeded: value >> 16))
        uint16(UInt16(truncatingIfNeeded: value))
    }

    public mutating func int32(_ value: Int32) { uint32(UInt32(bitPattern: value)) }
    public mutating func copy(_ value: some Sequence<UInt8>) { bytes.append(contentsOf: value) }

    /// The text's UTF-8 bytes up to its first NUL, then a NUL: a terminator inside cannot end it early.
    public mutating func terminated(_ text: String) {
        bytes.append(contentsOf: text.utf8.prefix { $0 != 0 })
        bytes.append(0)
    }

    /// One frame: the type byte when there is one, a length of four bytes that counts itself, then the body.
    public mutating func frame(_ type: UInt8?, _ body: (inout ByteWriter) -> Void) {
        if let type { uint8(type) }
        let start = bytes.count
        uint32(0)
        body(&self)
        let length = UInt32(truncatingIfNeeded: bytes.count - start)
        for place in 0..<4 {
            bytes[start + place] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(place)))
        }
    }
}
