/// Where a message's body ends (RFC 9112 section 6.3).
public enum BodyFraming: Equatable, Sendable {
    /// There is no body.
    case empty
    /// After so many bytes.
    case length(Int)
    /// Where its last chunk says.
    case chunked
    /// With the connection; of responses only.
    case untilClose
    /// The connection is another protocol's from here on; of responses only.
    case upgraded

    /// A length is one that a reader takes.
    var isWritable: Bool {
        guard case .length(let count) = self else { return true }
        return count >= 0 && String(count).utf8.count <= HTTPLimits.lengthDigitsMax
    }

    /// The field that says so.
    func write(to head: inout [UInt8]) {
        switch self {
        case .empty, .untilClose, .upgraded: return
        case .length(let count): head.appendField("Content-Length", String(count))
        case .chunked: head.appendField("Transfer-Encoding", "chunked")
        }
    }
}

extension [UInt8] {
    mutating func append(text: String) { append(contentsOf: text.utf8) }

    mutating func appendField(_ name: String, _ value: String) {
        append(text: name)
        append(text: ": ")
        append(text: value)
        append(text: "\r\n")
    }
}
