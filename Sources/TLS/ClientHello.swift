/// The two extensions of a ClientHello that a session is bound to, read with bounds from the client's bytes.
package enum ClientHello {
    /// The host name in a `server_name` extension (RFC 6066 section 3), in lower case; `nil` for what is not one.
    package static func serverName(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard bytes.count >= 5, number(bytes, at: 0) == bytes.count - 2, bytes[2] == 0 else {
            return nil
        }
        let count = number(bytes, at: 3)
        guard count > 0, count <= Limits.serverNameBytesMax, count == bytes.count - 5 else {
            return nil
        }
        let name = bytes[5...]
        guard name.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
        return String(decoding: name.map(lowerCase), as: UTF8.self)
    }

    /// What becomes of the client's list of protocols.
    package enum Choice: Equatable {
        /// The client offered nothing, or we speak no protocol by name.
        case none
        /// The client offered something, and none of it is ours.
        case noOverlap
        /// The first of ours that the client offered: where it stands in the list.
        case chosen(Range<Int>)
    }

    /// Chooses from a list of length-prefixed names (RFC 7301 section 3.1), in the order of `supported`.
    package static func choose(from offered: UnsafeRawBufferPointer, supported: [String]) -> Choice
    {
        guard !supported.isEmpty, !offered.isEmpty else { return .none }
        for name in supported {
            if let range = find(Array(name.utf8), in: offered) { return .chosen(range) }
        }
        return .noOverlap
    }

    /// The list inside an `application_layer_protocol_negotiation` extension; empty when malformed.
    package static func protocolList(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard bytes.count >= 2, number(bytes, at: 0) == bytes.count - 2 else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(rebasing: bytes[2...])
    }

    private static func find(_ name: [UInt8], in list: UnsafeRawBufferPointer) -> Range<Int>? {
        var offset = 0
        while offset < list.count {
            let start = offset + 1
            let end = start + Int(list[offset])
            guard end <= list.count else { return nil }
            if list[start..<end].elementsEqual(name) { return start..<end }
            offset = end
        }
        return nil
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
    }

    private static func lowerCase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
