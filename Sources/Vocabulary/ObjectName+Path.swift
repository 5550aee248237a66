/// Paths as names: `/usr/bin/git` is `/`, `usr`, `bin`, `git`. Its first component tells it from every dotted name.
///
/// A path is bytes. A component stands for them in ASCII: `\\` for a backslash and `\xc3` for a control byte or one beyond
/// ASCII, so that two paths are equal exactly when their bytes are, whether they are UTF-8 or not, and that no text
/// which only looks alike is taken for another.
extension ObjectName {
    static let root = "/"

    /// The name of an absolute path; `nil` for another, and for one with the component `.` or `..`. Slashes that repeat
    /// or trail say nothing.
    public init?(path: some Collection<UInt8>) {
        let path = Array(path)
        guard path.first == slash else { return nil }
        var components = [Self.root]
        for bytes in path.split(separator: slash) {
            guard let component = pathComponent(bytes) else { return nil }
            components.append(component)
        }
        self.init(components)
    }

    public var isPath: Bool { components.first == Self.root }

    /// The path's bytes; `nil` for what is no path.
    public var path: [UInt8]? {
        guard isPath else { return nil }
        var path: [UInt8] = []
        for component in components.dropFirst() {
            guard let bytes = pathBytes(component) else { return nil }
            path.append(slash)
            path += bytes
        }
        return path.isEmpty ? [slash] : path
    }
}

private let slash = UInt8(ascii: "/")
private let backslash = UInt8(ascii: "\\")

/// A path's component as it is written, in the one form that stands for its bytes; `nil` when it stands for none.
func pathComponent(reading text: String) -> String? {
    pathBytes(text).flatMap { pathComponent($0[...]) }
}

private func pathComponent(_ bytes: ArraySlice<UInt8>) -> String? {
    guard !bytes.isEmpty, !bytes.elementsEqual(".".utf8), !bytes.elementsEqual("..".utf8),
        !bytes.contains(0), !bytes.contains(slash)
    else { return nil }
    if bytes.allSatisfy({ 0x20..<0x7F ~= $0 && $0 != backslash }) {
        return String(decoding: bytes, as: UTF8.self)
    }
    var text: [UInt8] = []
    for byte in bytes {
        switch byte {
        case backslash: text += [backslash, backslash]
        case 0x20..<0x7F: text.append(byte)
        default: text += [backslash, UInt8(ascii: "x"), hexDigit(byte >> 4), hexDigit(byte & 15)]
        }
    }
    return String(decoding: text, as: UTF8.self)
}

private func pathBytes(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        guard byte == backslash else {
            bytes.append(byte)
            continue
        }
        switch rest.popFirst() {
        case backslash: bytes.append(backslash)
        case UInt8(ascii: "x"):
            guard let high = rest.popFirst().flatMap(hexValue),
                let low = rest.popFirst().flatMap(hexValue)
            else { return nil }
            bytes.append(high << 4 | low)
        default: return nil
        }
    }
    return bytes
}

/// As it is, when nothing in it means anything in a pattern or a list; in quotes otherwise.
func spelledInPath(_ component: String) -> String {
    let isPlain = component.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_.-+@:%=~[]\\".utf8.contains(byte)
        }
    }
    return isPlain && !component.isEmpty ? component : quoted(component)
}

private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

private func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
}
