/// The classes of bytes of RFC 9110 section 5.6 and RFC 3986 section 2.
extension UInt8 {
    static let cr = UInt8(ascii: "\r")
    static let lf = UInt8(ascii: "\n")
    static let tab = UInt8(ascii: "\t")
    static let space = UInt8(ascii: " ")
    static let percent = UInt8(ascii: "%")
    static let slash = UInt8(ascii: "/")

    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isUpperCase: Bool { (0x41...0x5A).contains(self) }
    var isLetter: Bool { isUpperCase || (0x61...0x7A).contains(self) }
    /// HTAB is one too.
    var isControl: Bool { self < 0x20 || self == 0x7F }

    var isToken: Bool {
        switch Unicode.Scalar(self) {
        case "!", "#", "$", "%", "&", "'", "*", "+", "-", ".", "^", "_", "`", "|", "~": true
        default: isLetter || isDigit
        }
    }

    var isUnreserved: Bool {
        switch Unicode.Scalar(self) {
        case "-", ".", "_", "~": true
        default: isLetter || isDigit
        }
    }

    /// What stands in a path's segment as it is.
    var isPathByte: Bool {
        switch Unicode.Scalar(self) {
        case "!", "$", "&", "'", "(", ")", "*", "+", ",", ";", "=", ":", "@": true
        default: isUnreserved
        }
    }

    /// What stands in a query as it is; `;` parted parameters once, and some servers still do so.
    var isQueryByte: Bool {
        switch Unicode.Scalar(self) {
        case "/", "?": true
        case ";": false
        default: isPathByte
        }
    }

    var hexValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }

    var lowerCase: UInt8 { isUpperCase ? self | 0x20 : self }
}

extension StringProtocol {
    /// Of ASCII letters only: no other character is any ASCII character's other case.
    func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { $0.lowerCase == $1.lowerCase }
    }

    var isToken: Bool { !isEmpty && utf8.allSatisfy(\.isToken) }
}

extension BidirectionalCollection<UInt8> where SubSequence == Self {
    /// Without spaces and tabs around it.
    var trimmed: Self {
        let isBlank = { (byte: UInt8) in byte == .space || byte == .tab }
        var value = drop(while: isBlank)
        while let last = value.last, isBlank(last) { value.removeLast() }
        return value
    }
}
