import Vocabulary

/// An entry on its way to become a line: everything of it but its index and time, which the ledger's thread
/// gives it.
struct EntryLine: Sendable {
    /// Up to and with `"index":`.
    private let head: [UInt8]
    /// From behind the index up to and with `"time":`.
    private let tail: [UInt8]
    let isEnding: Bool

    /// Throws `LedgerError.unfit`.
    init(_ entry: LedgerEntry) throws(LedgerError) {
        guard Self.isKind(entry.kind) else {
            throw .unfit(
                reason: "its kind needs 1 to \(Limits.kindBytesMax) of a-z, 0-9, `.` and `-`")
        }
        guard Self.fits(entry.body, depth: 1) else {
            throw .unfit(reason: "its body is nested too deeply or has an integer beyond 2^53 - 1")
        }
        let action = entry.action.map { "\"action\":\"\($0.hex)\"," } ?? ""
        head = Array("{\(action)\"body\":".utf8) + entry.body.canonical + Array(",\"index\":".utf8)
        tail = Array(",\"kind\":\"\(entry.kind)\",\"time\":".utf8)
        isEnding = entry.isEnding
        guard byteCount <= Limits.lineBytesMax else {
            throw .unfit(
                reason: "it has \(byteCount) bytes, a line has at most \(Limits.lineBytesMax)")
        }
    }

    /// At most this many, with the longest index and time.
    var byteCount: Int { head.count + tail.count + 48 }

    /// Appends the line without its newline: the canonical form, members in RFC 8785's order.
    func append(index: UInt64, time: WallTime, to bytes: inout [UInt8]) {
        bytes += head
        bytes += String(index).utf8
        bytes += tail
        bytes += String(max(time.milliseconds, 0)).utf8
        bytes.append(UInt8(ascii: "}"))
    }

    private static func isKind(_ kind: String) -> Bool {
        (1...Limits.kindBytesMax).contains(kind.utf8.count) && kind.utf8.allSatisfy(isKindByte)
    }

    /// The line's own object is one level, so the body has the rest of the parser's depth.
    private static func fits(_ value: JSONValue, depth: Int) -> Bool {
        guard depth < JSONValue.depthMax else { return false }
        return switch value {
        case .null, .bool, .text: true
        case .integer(let integer): integer.magnitude <= UInt64(JSONValue.integerMax)
        case .array(let elements): elements.allSatisfy { fits($0, depth: depth + 1) }
        case .object(let members): members.values.allSatisfy { fits($0, depth: depth + 1) }
        }
    }
}

func isKindByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "."), UInt8(ascii: "-"):
        true
    default: false
    }
}
