/// Reads names as the server reads them from text (`SplitIdentifierString`, `stringToQualifiedNameList`).
enum Identifiers {
    /// The server cuts longer names off (`NAMEDATALEN`): what they mean then is not ours to guess.
    private static let bytesMax = 63

    /// `public, "Odd Name"`; `nil` for what is no such list. An empty text is an empty list.
    static func list(_ text: String) -> [String]? {
        // `SET search_path = ''` makes a list with an empty name, which no schema has.
        split(text, at: UInt8(ascii: ","), mayBeEmpty: true)?.filter { !$0.isEmpty }
    }

    /// `public.customers`; `nil` for what is no name.
    static func qualified(_ text: String) -> [String]? {
        let parts = split(text, at: UInt8(ascii: "."))
        return parts?.isEmpty == true ? nil : parts
    }

    private static func split(
        _ text: String, at separator: UInt8, mayBeEmpty: Bool = false
    ) -> [String]? {
        var rest = Array(text.utf8)[...]
        var parts: [String] = []
        skipSpace(&rest)
        if rest.isEmpty { return [] }
        while true {
            let isQuoted = rest.first == UInt8(ascii: "\"")
            guard let part = part(&rest, separator),
                !part.isEmpty || (isQuoted && mayBeEmpty), part.utf8.count <= bytesMax
            else { return nil }
            parts.append(part)
            skipSpace(&rest)
            guard let next = rest.popFirst() else { return parts }
            guard next == separator else { return nil }
            skipSpace(&rest)
        }
    }

    private static func part(_ rest: inout ArraySlice<UInt8>, _ separator: UInt8) -> String? {
        var bytes: [UInt8] = []
        if rest.first == UInt8(ascii: "\"") {
            rest.removeFirst()
            while let byte = rest.popFirst() {
                if byte != UInt8(ascii: "\"") {
                    bytes.append(byte)
                } else if rest.first == UInt8(ascii: "\"") {
                    bytes.append(byte)
                    rest.removeFirst()
                } else {
                    return String(decoding: bytes, as: UTF8.self)
                }
            }
            return nil
        }
        while let byte = rest.first, byte != separator, !isSpace(byte) {
            guard byte != UInt8(ascii: "\"") else { return nil }
            bytes.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
            rest.removeFirst()
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func skipSpace(_ rest: inout ArraySlice<UInt8>) {
        while let byte = rest.first, isSpace(byte) { rest.removeFirst() }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        // `scanner_isspace`: a vertical tab is none.
        byte == 0x20 || (0x09...0x0D).contains(byte) && byte != 0x0B
    }
}

/// The schemas that a `search_path` names, as the server splits it (`SplitIdentifierString`), `$user` among them;
/// `nil` when it is malformed.
public func schemaNames(inSearchPath text: String) -> [String]? { Identifiers.list(text) }
