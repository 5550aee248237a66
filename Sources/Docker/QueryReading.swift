import HTTP
import Vocabulary

/// The parameters of a call, each known and each given once, in the order in which they came.
public struct EngineQuery: Hashable, Sendable {
    public private(set) var items: [(name: String, value: String)] = []

    public static func == (one: EngineQuery, other: EngineQuery) -> Bool {
        one.items.elementsEqual(other.items) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) {
        for item in items {
            hasher.combine(item.name)
            hasher.combine(item.value)
        }
    }

    /// Reads what a client sent. Values come out as the engine would spell them: it takes every word but a few for yes.
    init(
        _ given: [QueryParameter], _ known: [String: QueryKind]
    ) throws(DockerRefusal) {
        for parameter in given {
            let (name, value) = (parameter.name, parameter.value)
            guard let kind = known[name], name.utf8.allSatisfy({ $0 < 0x80 }) else {
                throw DockerRefusal(
                    400, "the parameter `\(shown(name))` is not known for this call")
            }
            if kind != .texts, items.contains(where: { $0.name == name }) {
                if kind == .firstText { continue }
                throw DockerRefusal(400, "the parameter `\(name)` is given twice")
            }
            items.append((name, try Self.read(value, kind, name)))
        }
    }

    public subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    public func isSet(_ name: String) -> Bool { self[name] == "1" }

    public func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// Puts a value that was resolved in the place of the one that was given.
    mutating func replace(_ name: String, with value: String) {
        guard let place = items.firstIndex(where: { $0.name == name }) else { return }
        items[place].value = value
    }

    mutating func remove(_ name: String) { items.removeAll { $0.name == name } }

    mutating func add(_ name: String, _ value: String) { items.append((name, value)) }

    private static func read(
        _ value: String, _ kind: QueryKind, _ name: String
    ) throws(DockerRefusal) -> String {
        switch kind {
        case .text, .texts, .firstText: return value
        case .ascii:
            guard value.isPrintableASCII else {
                throw DockerRefusal(
                    400,
                    "`\(name)` has a character other than printable ASCII, which the gateway does not take here"
                )
            }
            return value
        case .flag:
            switch value.lowercased() {
            case "1", "true", "yes": return "1"
            case "", "0", "false", "no", "none": return "0"
            default: throw DockerRefusal(400, "`\(name)` is 1 or 0, not `\(shown(value))`")
            }
        case .integer:
            if value.isEmpty { return value }
            guard let number = Int64(value), String(number) == value else {
                throw DockerRefusal(400, "`\(name)` is a whole number, not `\(shown(value))`")
            }
            return value
        case .filters:
            if value.isEmpty { return value }
            let read = try json(value, name)
            try checkFilters(read, name)
            return String(decoding: read.canonical, as: UTF8.self)
        case .json(let schema):
            if value.isEmpty { return value }
            let read = try json(value, name)
            if read == .null { return "null" }
            return String(decoding: try schema.read(read, at: name).canonical, as: UTF8.self)
        }
    }

    private static func json(_ value: String, _ name: String) throws(DockerRefusal) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: Array(value.utf8))
        } catch {
            throw DockerRefusal(400, "`\(name)` is no JSON: \(error)")
        }
    }

    /// `{"key": {"value": true}}`, or the older `{"key": ["value"]}`.
    private static func checkFilters(_ value: JSONValue, _ name: String) throws(DockerRefusal) {
        guard case .object(let keys) = value else {
            throw DockerRefusal(400, "`\(name)` is a JSON object")
        }
        for (key, given) in keys {
            let isPlain =
                switch given {
                // The engine does not look at the word behind the value: no is yes.
                case .object(let values): values.values.allSatisfy { $0 == .bool(true) }
                case .array(let values): values.allSatisfy { $0.text != nil }
                default: false
                }
            guard isPlain else {
                throw DockerRefusal(
                    400, "`\(name)`: give `\(shown(key))` a list of texts, or texts that are true")
            }
        }
    }
}

/// A text of the client's in a message.
func shown(_ text: String) -> String {
    let plain = text.unicodeScalars.prefix(DockerLimits.shownCharactersMax).map {
        0x20..<0x7F ~= $0.value ? Character($0) : "?"
    }
    return String(plain)
}
