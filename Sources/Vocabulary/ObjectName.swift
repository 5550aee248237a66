/// An object's name as a list of components (`public.customers.ssn`), compared one by one, never
/// as joined text. The empty list is "no object", shown as `-`.
public struct ObjectName: Hashable, Sendable {
    public let components: [String]

    public init(_ components: [String]) { self.components = components }

    public static let none = ObjectName([])
}

extension ObjectName: CustomStringConvertible {
    /// Components joined with `.`; one that is not plain lower-case letters, digits, `_` and `$` stands in
    /// double quotes, inner quotes doubled, so that the text reads back to the same components. A path's name is
    /// spelled as the path: `/usr/bin/git`.
    public var description: String {
        if components.isEmpty { return "-" }
        if isPath { return "/" + components.dropFirst().map(spelledInPath).joined(separator: "/") }
        return components.map { isPlain($0) ? $0 : quoted($0) }.joined(separator: ".")
    }

    /// Reads the form that `description` writes; `nil` when it is not one.
    public init?(parsing text: String) {
        if text == "-" {
            self = .none
            return
        }
        guard let components = splitName(text) else { return nil }
        self.init(components.map(\.text))
    }
}

/// One component of a name, and whether it stood in quotes (a quoted `*` is no wildcard).
public struct NameComponent: Hashable, Sendable {
    public let text: String
    public let isQuoted: Bool
}

/// Splits `public."Odd.Name".id` by its dots, and a text that begins with `/` as a path, whose first component is `/`;
/// `nil` for an empty component, an unterminated quote, or bytes behind a closing quote.
public func splitName(_ text: String) -> [NameComponent]? {
    guard text.utf8.first == UInt8(ascii: "/") else { return split(text, by: UInt8(ascii: ".")) }
    let root = NameComponent(text: ObjectName.root, isQuoted: true)
    if text == "/" { return [root] }
    guard let parts = split(String(text.dropFirst()), by: UInt8(ascii: "/")) else { return nil }
    var components = [root]
    for part in parts {
        guard let text = pathComponent(reading: part.text) else { return nil }
        components.append(NameComponent(text: text, isQuoted: part.isQuoted))
    }
    return components
}

private func split(_ text: String, by separator: UInt8) -> [NameComponent]? {
    var components: [NameComponent] = []
    var rest = Array(text.utf8)[...]
    let quote = UInt8(ascii: "\"")
    while true {
        var bytes: [UInt8] = []
        var isQuoted = false
        if rest.first == quote {
            isQuoted = true
            rest.removeFirst()
            var closed = false
            while let byte = rest.popFirst() {
                if byte != quote {
                    bytes.append(byte)
                } else if rest.first == quote {
                    rest.removeFirst()
                    bytes.append(quote)
                } else {
                    closed = true
                    break
                }
            }
            guard closed else { return nil }
        } else {
            while let byte = rest.first, byte != separator {
                guard byte != quote else { return nil }
                bytes.append(byte)
                rest.removeFirst()
            }
        }
        guard !bytes.isEmpty else { return nil }
        components.append(
            NameComponent(text: String(decoding: bytes, as: UTF8.self), isQuoted: isQuoted))
        guard let next = rest.popFirst() else { return components }
        guard next == separator else { return nil }
    }
}

private func isPlain(_ component: String) -> Bool {
    !component.isEmpty
        && component.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "$"):
                true
            default: false
            }
        }
}

func quoted(_ component: String) -> String {
    var text = "\""
    for character in component.unicodeScalars {
        if character == "\"" { text += "\"\"" } else { text.unicodeScalars.append(character) }
    }
    return text + "\""
}
