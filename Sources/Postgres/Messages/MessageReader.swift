import Wire

/// Reads the small messages of a client.
enum MessageReader {
    /// A whole Describe or Close, as the reply to expect; `nil` when it is none.
    static func named(_ frame: UnsafeRawBufferPointer, serverEncoding: String) -> PendingReply? {
        var reader = ByteReader(frame, from: FrameHeader.byteCount)
        guard let kind = reader.uint8(), let range = reader.terminatedRange(), reader.isAtEnd,
            let name = name(frame[range], serverEncoding)
        else { return nil }
        let isClose = frame[0] == ClientMessageType.close
        switch kind {
        case UInt8(ascii: "S"):
            return PendingReply(to: isClose ? .closeStatement : .describeStatement, name: name)
        case UInt8(ascii: "P"):
            return PendingReply(to: isClose ? .closePortal : .describePortal, name: name)
        default: return nil
        }
    }

    /// A name that is one name on both sides; `nil` when it is too long, or when a conversion between encodings could make
    /// two names one.
    static func name(
        _ bytes: Slice<UnsafeRawBufferPointer>, _ serverEncoding: String
    ) -> WireName? {
        guard let name = WireName(UnsafeRawBufferPointer(rebasing: bytes)) else { return nil }
        guard name.isASCII || isUTF8(serverEncoding) || serverEncoding == "SQL_ASCII" else {
            return nil
        }
        return name
    }
}

/// The spellings of UTF8 that PostgreSQL knows: it ignores case and everything that is no letter or digit.
func isUTF8(_ encoding: String) -> Bool {
    let plain = encoding.utf8.filter { $0.isASCIILetterOrDigit }.map { $0 | 0x20 }
    return plain.elementsEqual("utf8".utf8.map { $0 | 0x20 })
        || plain.elementsEqual("unicode".utf8.map { $0 | 0x20 })
}

extension UInt8 {
    var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
