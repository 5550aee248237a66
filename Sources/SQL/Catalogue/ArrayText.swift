/// The text of an array of one dimension, as `array_out` prints it (PostgreSQL 15 documentation,
/// 8.15.6).
enum ArrayText {
    /// `{a,"b \"c\""}` to its elements; `nil` for anything else: NULL elements and more dimensions
    /// too.
    static func elements(_ text: String) -> [String]? {
        var bytes = Array(text.utf8)[...]
        guard bytes.popFirst() == UInt8(ascii: "{"), bytes.popLast() == UInt8(ascii: "}") else {
            return nil
        }
        var elements: [String] = []
        if bytes.isEmpty { return elements }
        while true {
            guard let element = element(&bytes) else { return nil }
            elements.append(element)
            guard let comma = bytes.popFirst() else { return elements }
            guard comma == UInt8(ascii: ",") else { return nil }
        }
    }

    private static func element(_ bytes: inout ArraySlice<UInt8>) -> String? {
        guard bytes.first == UInt8(ascii: "\"") else { return plain(&bytes) }
        bytes.removeFirst()
        var content: [UInt8] = []
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = bytes.popFirst() else { return nil }
                content.append(escaped)
            default: content.append(byte)
            }
        }
        return nil
    }

    private static func plain(_ bytes: inout ArraySlice<UInt8>) -> String? {
        let end = bytes.firstIndex(of: UInt8(ascii: ",")) ?? bytes.endIndex
        let content = bytes[bytes.startIndex..<end]
        let forbidden: [UInt8] = Array("{}\"\\ ".utf8)
        guard !content.isEmpty, !content.contains(where: forbidden.contains) else { return nil }
        bytes = bytes[end...]
        let text = String(decoding: content, as: UTF8.self)
        return text == "NULL" ? nil : text
    }
}
