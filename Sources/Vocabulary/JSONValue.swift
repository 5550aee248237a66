/// A JSON value as the ledger and the consent's statement write it: no fractions, so that its canonical
/// form (RFC 8785) needs no number formatting beyond integers.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// Within ±(2^53 - 1), which RFC 8785 can represent exactly.
    case integer(Int64)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

extension JSONValue {
    public subscript(_ key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    public var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    public var integer: Int64? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The canonical form of RFC 8785: members sorted by UTF-16 code units, no white space, shortest escapes.
    public var canonical: [UInt8] {
        var bytes: [UInt8] = []
        appendCanonical(self, to: &bytes)
        return bytes
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}

private func appendCanonical(_ value: JSONValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let flag): bytes += (flag ? "true" : "false").utf8
    case .integer(let integer): bytes += String(integer).utf8
    case .text(let text): appendCanonical(text, to: &bytes)
    case .array(let elements):
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            appendCanonical(element, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    case .object(let members):
        bytes.append(UInt8(ascii: "{"))
        let sorted = members.sorted {
            Array($0.key.utf16).lexicographicallyPrecedes(Array($1.key.utf16))
        }
        for (index, member) in sorted.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            appendCanonical(member.key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            appendCanonical(member.value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}

private func appendCanonical(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "\""): bytes += "\\\"".utf8
        case UInt8(ascii: "\\"): bytes += "\\\\".utf8
        case 0x08: bytes += "\\b".utf8
        case 0x09: bytes += "\\t".utf8
        case 0x0A: bytes += "\\n".utf8
        case 0x0C: bytes += "\\f".utf8
        case 0x0D: bytes += "\\r".utf8
        case 0..<0x20: bytes += "\\u00\(hexText([byte]))".utf8
        default: bytes.append(byte)
        }
    }
    bytes.append(UInt8(ascii: "\""))
}
