/// Finds the end of a head in bytes that come piece by piece, and looks at each of them once.
///
/// Lines end with CR LF and in no other way, none is empty but the last, none goes on in the next one (RFC 9112
/// sections 2.2 and 5.2), and there is no control byte in them. One scanner reads the heads of one connection, one
/// after the other; after a refusal nothing more can be read.
public struct HeadScanner: Sendable {
    private var scanned = 0
    private var lineStart = 0
    /// The lines that have ended, the first one of the head among them.
    private var lines = 0

    public init() {}

    /// How many bytes the head has with its empty line; `nil` until that has come. `bytes` are those that no head or
    /// body has used up: at each call those of the call before, and more.
    mutating func end(in bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) -> Int? {
        while scanned < bytes.count {
            guard scanned < HTTPLimits.headBytesMax else {
                throw HTTPRefusal(431, "the head is larger than \(HTTPLimits.headBytesMax) bytes")
            }
            let byte = bytes[scanned]
            if scanned > lineStart, bytes[scanned - 1] == .cr {
                guard byte == .lf else { throw .bad("a CR without its LF") }
                if try endsWithLine() {
                    defer { self = HeadScanner() }
                    return scanned + 1
                }
            } else if byte.isControl || byte == .space {
                try check(byte)
            }
            scanned += 1
        }
        return nil
    }

    private func check(_ byte: UInt8) throws(HTTPRefusal) {
        switch byte {
        case .cr: return
        case .lf: throw .bad("an LF without its CR")
        case .tab, .space:
            guard scanned > lineStart else { throw .bad("a line begins with white space") }
        default: throw .bad("a control byte in the head")
        }
    }

    /// At the LF of a line: whether it was the empty one behind the fields.
    private mutating func endsWithLine() throws(HTTPRefusal) -> Bool {
        guard scanned - 1 > lineStart else {
            guard lines > 0 else { throw .bad("an empty line before the message") }
            return true
        }
        lines += 1
        guard lines <= HTTPLimits.headersMax + 1 else {
            throw HTTPRefusal(431, "more than \(HTTPLimits.headersMax) fields")
        }
        lineStart = scanned + 1
        return false
    }
}

/// What the bytes are so far.
public enum HeadStep<Head> {
    case needMore
    /// The first `byteCount` bytes, which its body or the next head is behind.
    case head(Head, byteCount: Int)
    case refused(HTTPRefusal)
}

/// The lines of a head that a scanner has found the end of.
struct HeadLines {
    private let head: UnsafeRawBufferPointer
    private var start = 0

    init(_ head: Slice<UnsafeRawBufferPointer>) {
        self.head = UnsafeRawBufferPointer(rebasing: head)
    }

    /// `nil` for the empty line.
    mutating func next() -> UnsafeRawBufferPointer? {
        guard let end = head[start...].firstIndex(of: .cr), end > start else { return nil }
        defer { start = end + 2 }
        return UnsafeRawBufferPointer(rebasing: head[start..<end])
    }
}
