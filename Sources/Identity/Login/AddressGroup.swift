import Glibc

/// What limits count as one address: an IPv4 address (in IPv6's clothes too), the /64 of an IPv6 address, all of whose
/// numbers one host may have (RFC 4291, 2.5.4). A text that is no address stands for itself.
public func addressGroup(_ text: String) -> String {
    var bytes = in6_addr()
    let number = text.prefix { $0 != "%" }
    guard number.contains(":"), inet_pton(AF_INET6, String(number), &bytes) == 1 else {
        return text
    }
    let parts = withUnsafeBytes(of: bytes) { Array($0) }
    if parts[..<10].allSatisfy({ $0 == 0 }), parts[10...11].allSatisfy({ $0 == 0xFF }) {
        return parts[12...].map { "\($0)" }.joined(separator: ".")
    }
    return parts[..<8].map { String($0, radix: 16) }.joined(separator: ":") + "/64"
}
