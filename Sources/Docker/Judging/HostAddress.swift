import Glibc

/// `192.0.2.0/24`: an address, and how many of its bits count.
func rangeOfAddresses(_ text: String) -> String? {
    let parts = text.parts("/")
    guard parts.count == 2, let address = HostAddress(parts[0]), let bits = UInt8(parts[1]),
        String(bits) == parts[1],
        // An old address in the form of a new one has two lengths.
        address.isNew == parts[0].utf8.contains(UInt8(ascii: ":")),
        bits <= (address.isNew ? 128 : 32)
    else { return nil }
    return "\(address.text)/\(bits)"
}

/// An address of the engine's host, in the one form in which all read the same.
struct HostAddress {
    let text: String
    /// Stands for every address.
    let isEvery: Bool
    /// Of version 6.
    var isNew: Bool { text.utf8.contains(UInt8(ascii: ":")) }

    /// `nil` for what is no address: zones and leading zeros are none.
    init?(_ given: String) {
        guard given.utf8.count < Int(INET6_ADDRSTRLEN), given.utf8.allSatisfy({ 0x21..<0x7F ~= $0 })
        else { return nil }
        var old = in_addr()
        var new = in6_addr()
        if inet_pton(AF_INET, given, &old) == 1 {
            text = given
            isEvery = old.s_addr == 0
        } else if inet_pton(AF_INET6, given, &new) == 1 {
            let bytes = withUnsafeBytes(of: new) { Array($0) }
            if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
                text = bytes[12...].map { String($0) }.joined(separator: ".")
                isEvery = bytes[12...].allSatisfy { $0 == 0 }
            } else {
                let pairs = stride(from: 0, to: 16, by: 2).map {
                    String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
                }
                isEvery = bytes.allSatisfy { $0 == 0 }
                text = isEvery ? "::" : pairs.joined(separator: ":")
            }
        } else {
            return nil
        }
    }
}
