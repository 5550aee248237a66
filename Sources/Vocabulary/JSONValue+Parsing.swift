/// What is wrong with a text that should be JSON, and where.
public struct JSONError: Error, Hashable, CustomStringConvertible {
    public let reason: String
    /// The byte at which it was noticed, from 0.
    public let offset: Int

    public var description: String { "\(reason) at byte \(offset)" }
}

extension JSONValue {
    /// Nesting that the parser follows, so that hostile text cannot exhaust the stack.
    public static let depthMax = 64
    /// The largest integer that RFC 8785 can represent exactly: 2^53 - 1.
    public static let integerMax: Int64 = 9_007_199_254_740_991

    /// Reads one JSON value (RFC 8259), strictly: no duplicate member, fraction or exponent, no integer beyond
    /// `integerMax`, no lone surrogate or malformed UTF-8, no byte behind the value, at most `depthMax` deep.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes)
        self = try parser.document()
    }
}

private struct JSONParser {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw error("something follows the value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < JSONValue.depthMax else { throw error("nested too deeply") }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return .integer(try integer())
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        offset += 1
        var members: [String: JSONValue] = [:]
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("a member's name is missing") }
            let start = offset
            let name = try string()
            guard take(":") else { throw error("`:` is missing") }
            let value = try value(depth: depth + 1)
            guard members.updateValue(value, forKey: name) == nil else {
                throw JSONError(reason: "a member occurs twice", offset: start)
            }
        } while take(",")
        guard take("}") else { throw error("`}` is missing") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        offset += 1
        var elements: [JSONValue] = []
        if take("]") { return .array(elements) }
        repeat { elements.append(try value(depth: depth + 1)) } while take(",")
        guard take("]") else { throw error("`]` is missing") }
        return .array(elements)
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONError)
        -> JSONValue
    {
        let end = offset + word.utf8CodeUnitCount
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard end <= bytes.count, bytes[offset..<end].elementsEqual(expected) else {
            throw error("not a JSON value")
        }
        offset = end
        return value
    }

    private mutating func integer() throws(JSONError) -> Int64 {
        let start = offset
        if peek == UInt8(ascii: "-") { offset += 1 }
        let digits = offset
        while isDigit(peek) { offset += 1 }
        guard offset > digits else { throw error("not a JSON value") }
        guard bytes[digits] != UInt8(ascii: "0") || (offset == digits + 1 && digits == start) else {
            throw JSONError(reason: "not a canonical integer", offset: start)
        }
        if let next = peek,
            [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(next)
        {
            throw error("numbers have no fraction and no exponent here")
        }
        guard let value = Int64(String(decoding: bytes[start..<offset], as: UTF8.self)),
            value.magnitude <= UInt64(JSONValue.integerMax)
        else { throw JSONError(reason: "an integer is beyond 2^53 - 1", offset: start) }
        return value
    }

    private mutating func string() throws(JSONError) -> String {
        offset += 1
        var text: [UInt8] = []
        while let byte = peek {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return try decode(text)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw error("a control character stands bare in a string")
            default: text.append(byte)
            }
        }
        throw error("a string does not end")
    }

    private func decode(_ text: [UInt8]) throws(JSONError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw error("a string is not UTF-8")
        }
        return string
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = peek else { throw error("a string does not end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "u"): text += UTF8.encode(try scalar()).map(Array.init) ?? []
        default: throw error("an unknown escape")
        }
    }

    /// One or, for a surrogate pair, two `\u` escapes.
    private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
        guard UTF16.isLeadSurrogate(first), peek == UInt8(ascii: "\\") else {
            throw error("a lone surrogate")
        }
        offset += 1
        guard peek == UInt8(ascii: "u") else { throw error("a lone surrogate") }
        offset += 1
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second),
            let scalar = Unicode.Scalar(
                0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00)
        else { throw error("a lone surrogate") }
        return scalar
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        guard offset + 4 <= bytes.count,
            let pair = hexBytes(String(decoding: bytes[offset..<offset + 4], as: UTF8.self)),
            pair.count == 2
        else { throw error("`\\u` needs four hexadecimal digits") }
        offset += 4
        return UInt16(pair[0]) << 8 | UInt16(pair[1])
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func isDigit(_ byte: UInt8?) -> Bool {
        byte.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            offset += 1
        }
    }

    private func error(_ reason: String) -> JSONError { JSONError(reason: reason, offset: offset) }
}
