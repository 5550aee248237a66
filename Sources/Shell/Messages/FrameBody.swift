import Wire

/// Writes the fields of a frame's body. Byte strings stand behind their length in four bytes.
public struct BodyWriter {
    private var writer: ByteWriter

    public init(reserving capacity: Int = 256) { writer = ByteWriter(reserving: capacity) }

    public var bytes: [UInt8] { writer.bytes }

    public mutating func flag(_ value: Bool) { writer.uint8(value ? 1 : 0) }
    public mutating func uint8(_ value: UInt8) { writer.uint8(value) }
    public mutating func uint16(_ value: UInt16) { writer.uint16(value) }
    public mutating func uint32(_ value: UInt32) { writer.uint32(value) }
    public mutating func int32(_ value: Int32) { writer.int32(value) }

    public mutating func uint64(_ value: UInt64) {
        writer.uint32(UInt32(truncatingIfNeeded: value >> 32))
        writer.uint32(UInt32(truncatingIfNeeded: value))
    }

    public mutating func bytes(_ value: [UInt8]) {
        writer.uint32(UInt32(truncatingIfNeeded: value.count))
        writer.copy(value)
    }

    public mutating func text(_ value: String) { bytes(Array(value.utf8)) }

    public mutating func list<Item>(_ items: [Item], _ write: (inout BodyWriter, Item) -> Void) {
        writer.uint32(UInt32(truncatingIfNeeded: items.count))
        for item in items { write(&self, item) }
    }

    public mutating func words(_ words: [[UInt8]]) { list(words) { $0.bytes($1) } }

    public mutating func optional<Item>(_ item: Item?, _ write: (inout BodyWriter, Item) -> Void) {
        flag(item != nil)
        if let item { write(&self, item) }
    }
}

/// Why a frame's body is not what its type says.
public struct BodyError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// Reads what `BodyWriter` wrote, with bounds, from a peer's bytes; throws at the first that is wrong. The bytes must
/// outlive the reader.
public struct BodyReader {
    private var reader: ByteReader

    public init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes) }

    /// Throws when something stands behind the last field.
    public func end() throws(BodyError) {
        guard reader.isAtEnd else { throw BodyError("bytes behind its last field") }
    }

    public mutating func flag() throws(BodyError) -> Bool {
        switch try uint8() {
        case 0: false
        case 1: true
        default: throw BodyError("a flag that is neither 0 nor 1")
        }
    }

    public mutating func uint8() throws(BodyError) -> UInt8 { try some(reader.uint8()) }
    public mutating func uint16() throws(BodyError) -> UInt16 { try some(reader.uint16()) }
    public mutating func uint32() throws(BodyError) -> UInt32 { try some(reader.uint32()) }
    public mutating func int32() throws(BodyError) -> Int32 { try some(reader.int32()) }

    public mutating func uint64() throws(BodyError) -> UInt64 {
        UInt64(try uint32()) << 32 | UInt64(try uint32())
    }

    /// - Parameter most: bytes that the field may have.
    public mutating func bytes(most: Int) throws(BodyError) -> [UInt8] {
        let count = Int(try uint32())
        guard count <= most else { throw BodyError("a field of \(count) bytes, \(most) at most") }
        return try some(reader.copy(count))
    }

    public mutating func text(most: Int) throws(BodyError) -> String {
        guard let text = String(validating: try bytes(most: most), as: UTF8.self) else {
            throw BodyError("text that is not UTF-8")
        }
        return text
    }

    public mutating func list<Item>(
        most: Int, _ read: (inout BodyReader) throws(BodyError) -> Item
    ) throws(BodyError) -> [Item] {
        let count = Int(try uint32())
        // Each item takes a byte at least: so no count reserves more than has come.
        guard count <= min(most, reader.remaining) else {
            throw BodyError("a list of \(count), \(most) at most")
        }
        var items: [Item] = []
        items.reserveCapacity(count)
        for _ in 0..<count { items.append(try read(&self)) }
        return items
    }

    /// Words of at most `bytesMax` bytes together.
    public mutating func words(bytesMax: Int) throws(BodyError) -> [[UInt8]] {
        var left = bytesMax
        return try list(most: ShellLimits.wordsMax) { reader throws(BodyError) in
            let word = try reader.bytes(most: left)
            left -= word.count
            return word
        }
    }

    public mutating func optional<Item>(
        _ read: (inout BodyReader) throws(BodyError) -> Item
    ) throws(BodyError) -> Item? {
        guard try flag() else { return nil }
        return try read(&self)
    }

    private func some<Value>(_ value: Value?) throws(BodyError) -> Value {
        guard let value else { throw BodyError("a field that is cut off") }
        return value
    }
}

/// A value that is a frame's body.
public protocol FrameBody {
    static var type: FrameType { get }
    func write(to writer: inout BodyWriter)
    init(from reader: inout BodyReader) throws(BodyError)
}

extension FrameBody {
    /// The body alone.
    public var body: [UInt8] {
        var writer = BodyWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// The whole frame.
    public var frame: [UInt8] { Shell.frame(Self.type, body) }

    /// Reads a body to its end.
    public init(body: UnsafeRawBufferPointer) throws(BodyError) {
        var reader = BodyReader(body)
        self = try Self(from: &reader)
        try reader.end()
    }
}

/// A whole frame.
public func frame(_ type: FrameType, _ body: [UInt8] = []) -> [UInt8] {
    var writer = ByteWriter(reserving: FrameHeader.byteCount + body.count)
    writer.frame(type.rawValue) { $0.copy(body) }
    return writer.bytes
}
