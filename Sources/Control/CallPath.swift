/// Whether a path is written in the one way that the API knows: no empty segment, no `.` or `..`, nothing
/// percent-encoded that need not be (RFC 3986 section 6.2.2). What stands before us then reads it as we do.
package func isCanonical(path: String) -> Bool {
    guard path.hasPrefix("/") else { return false }
    return path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && $0 != "." && $0 != ".." && isCanonical(encoding: $0.utf8)
    }
}

private func isCanonical(encoding segment: Substring.UTF8View) -> Bool {
    var rest = segment[...]
    while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
        let digits = rest[percent...].dropFirst().prefix(2)
        guard digits.count == 2,
            digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16),
            !isUnreserved(byte)
        else { return false }
        rest = rest[digits.endIndex...]
    }
    return true
}

private func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "-._~".utf8.contains(byte)
    }
}
