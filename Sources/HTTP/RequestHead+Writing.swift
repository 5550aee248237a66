extension RequestHead {
    /// The one way in which it is written, with the empty line.
    public var bytes: [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(512)
        head.append(text: method)
        head.append(.space)
        writeTarget(to: &head)
        head.append(text: " HTTP/1.1\r\n")
        head.appendField("Host", host)
        for field in headers.all { head.appendField(field.name, field.value) }
        body.write(to: &head)
        if expectsContinue { head.appendField("Expect", "100-continue") }
        head.appendConnection(wantsClose: wantsClose, upgrade: upgrade)
        head.append(text: "\r\n")
        return head
    }

    private func writeTarget(to head: inout [UInt8]) {
        if path.isEmpty { head.append(.slash) }
        for segment in path {
            head.append(.slash)
            head.append(percentEncoding: segment)
        }
        for (place, parameter) in query.enumerated() {
            head.append(UInt8(ascii: place == 0 ? "?" : "&"))
            head.append(percentEncoding: parameter.name)
            head.append(UInt8(ascii: "="))
            head.append(percentEncoding: parameter.value)
        }
    }
}

extension [UInt8] {
    mutating func appendConnection(wantsClose: Bool, upgrade: String?) {
        let options = (wantsClose ? ["close"] : []) + (upgrade == nil ? [] : ["Upgrade"])
        if !options.isEmpty { appendField("Connection", options.joined(separator: ", ")) }
        if let upgrade { appendField("Upgrade", upgrade) }
    }

    /// Everything but unreserved characters (RFC 3986 section 2.3).
    fileprivate mutating func append(percentEncoding text: String) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            if byte.isUnreserved {
                append(byte)
            } else {
                append(.percent)
                append(digits[Int(byte >> 4)])
                append(digits[Int(byte & 15)])
            }
        }
    }
}
