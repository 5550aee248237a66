import Vocabulary

/// What a pass over one line's bytes finds without building values: this is the verifier's inner loop.
struct EntryScan {
    let index: UInt64
    let kind: UnsafeRawBufferPointer
    let time: Int64
}

/// Reads the members of a line in their canonical order, and steps over the body.
struct EntryScanner {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    /// `nil` when the line is not an entry as the ledger writes them.
    static func scan(_ line: UnsafeRawBufferPointer) -> EntryScan? {
        var scanner = EntryScanner(bytes: line)
        return scanner.entry()
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private mutating func entry() -> EntryScan? {
        guard take("{") else { return nil }
        if take("\"action\":") {
            guard string(), take(",") else { return nil }
        }
        guard take("\"body\":"), value(depth: 1), take(",\"index\":"), let index = number(),
            take(",\"kind\":\""), let kind = word(), take("\",\"time\":"), let time = number(),
            take("}"), offset == bytes.count, time <= UInt64(Int64.max)
        else { return nil }
        return EntryScan(index: index, kind: kind, time: Int64(time))
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard offset + count <= bytes.count else { return false }
        for place in 0..<count where bytes[offset + place] != text.utf8Start[place] { return false }
        offset += count
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        guard offset < bytes.count, depth < JSONValue.depthMax else { return false }
        switch bytes[offset] {
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "n"): return take("null")
        case UInt8(ascii: "-"):
            offset += 1
            return number().map { $0 != 0 } ?? false
        default: return number() != nil
        }
    }

    private mutating func object(depth: Int) -> Bool {
        offset += 1
        if take("}") { return true }
        repeat {
            guard string(), take(":"), value(depth: depth + 1) else { return false }
        } while take(",")
        return take("}")
    }

    private mutating func array(depth: Int) -> Bool {
        offset += 1
        if take("]") { return true }
        repeat {
            guard value(depth: depth + 1) else { return false }
        } while take(",")
        return take("]")
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        var place = offset
        let end = bytes.count
        while place < end {
            let byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "\"") {
                offset = place
                return true
            }
            if byte == UInt8(ascii: "\\") { place += 1 }
            if byte < 0x20 { return false }
        }
        return false
    }

    private mutating func number() -> UInt64? {
        let start = offset
        var number: UInt64 = 0
        while offset < bytes.count, bytes[offset] &- 48 < 10 {
            number = number &* 10 &+ UInt64(bytes[offset] &- 48)
            offset += 1
        }
        let digits = offset - start
        guard (1...19).contains(digits), digits == 1 || bytes[start] != 48 else { return nil }
        return number
    }

    private mutating func word() -> UnsafeRawBufferPointer? {
        let start = offset
        while offset < bytes.count, isKindByte(bytes[offset]) { offset += 1 }
        return offset > start ? UnsafeRawBufferPointer(rebasing: bytes[start..<offset]) : nil
    }
}
