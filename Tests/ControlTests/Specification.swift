import Foundation
import Yams

/// docs/control-api.yaml, as far as the tests look into it.
struct Specification: Sendable {
    struct Operation: Sendable, Hashable {
        let name: String
        let query: Set<String>
        let isOpen: Bool
        let hasBody: Bool
        let statuses: Set<Int>
    }

    struct Schema: Sendable {
        let properties: Set<String>
        let required: Set<String>
        /// A value with all of its properties, and one with only those that must be there.
        let full: Data
        let least: Data
    }

    /// By method and path: `GET /v1/holds/{id}`.
    let operations: [String: Operation]
    /// By name; of a `oneOf`, each alternative as `NAME.0`, `NAME.1`.
    let objects: [String: Schema]
    /// The words of each schema or property that has a list of them: `HoldState`, `Refusal.code`.
    let words: [String: Set<String>]

    static func load() throws -> Specification {
        let text = try String(
            contentsOfFile: projectDirectory + "/docs/control-api.yaml", encoding: .utf8)
        return try Specification(Document(required(Yams.load(yaml: text) as? [String: Any])))
    }

    private init(_ document: Document) throws {
        operations = try document.operations()
        var objects: [String: Schema] = [:]
        var words: [String: Set<String>] = [:]
        for (name, schema) in try document.schemas() {
            if let list = schema["enum"] as? [String] { words[name] = Set(list) }
            let alternatives = schema["oneOf"] as? [[String: Any]]
            for (index, part) in (alternatives ?? [schema]).enumerated() {
                guard let properties = part["properties"] as? [String: [String: Any]] else {
                    continue
                }
                for (property, value) in properties {
                    guard let list = value["enum"] as? [String] else { continue }
                    words["\(name).\(property)"] = Set(list)
                }
                objects[alternatives == nil ? name : "\(name).\(index)"] = Schema(
                    properties: Set(properties.keys),
                    required: Set(part["required"] as? [String] ?? []),
                    full: try document.sample(part, isFull: true),
                    least: try document.sample(part, isFull: false))
            }
        }
        self.objects = objects
        self.words = words
    }
}

/// The tree of the file, with its references followed.
private struct Document {
    let tree: [String: Any]

    init(_ tree: [String: Any]) { self.tree = tree }

    func schemas() throws -> [String: [String: Any]] {
        let components = try required(tree["components"] as? [String: Any])
        return try required(components["schemas"] as? [String: [String: Any]])
    }

    func operations() throws -> [String: Specification.Operation] {
        var found: [String: Specification.Operation] = [:]
        for (path, item) in try required(tree["paths"] as? [String: [String: Any]]) {
            for (method, value) in item where method != "parameters" {
                let operation = try required(value as? [String: Any])
                let parameters = try (operation["parameters"] as? [[String: Any]] ?? [])
                    .map(resolved)
                let responses = try required(operation["responses"] as? [String: Any])
                found["\(method.uppercased()) \(path)"] = Specification.Operation(
                    name: try required(operation["operationId"] as? String),
                    query: Set(
                        parameters.filter { $0["in"] as? String == "query" }
                            .compactMap { $0["name"] as? String }),
                    isOpen: (operation["security"] as? [Any])?.isEmpty == true,
                    hasBody: operation["requestBody"] != nil,
                    statuses: Set(responses.keys.compactMap { Int($0) }))
            }
        }
        return found
    }

    /// A value of that schema as JSON.
    func sample(_ schema: [String: Any], isFull: Bool) throws -> Data {
        try JSONSerialization.data(
            withJSONObject: value(of: schema, isFull), options: [.fragmentsAllowed])
    }

    private func value(of reference: [String: Any], _ isFull: Bool) throws -> Any {
        let schema = try resolved(reference)
        if let example = (schema["examples"] as? [Any])?.first { return example }
        if let words = schema["enum"] as? [Any] { return try required(words.first) }
        if let alternatives = schema["oneOf"] as? [[String: Any]] {
            return try value(of: required(alternatives.first), isFull)
        }
        switch schema["type"] as? String {
        case "string": return "text"
        case "integer": return schema["minimum"] as? Int ?? 7
        case "boolean": return true
        case "array":
            let items = try required(schema["items"] as? [String: Any])
            return items["type"] is [Any] ? ["text", NSNull()] : [try value(of: items, isFull)]
        case "object": return try object(schema, isFull)
        default: throw Missing()
        }
    }

    private func object(_ schema: [String: Any], _ isFull: Bool) throws -> [String: Any] {
        guard let properties = schema["properties"] as? [String: [String: Any]] else {
            return ["text": "text"]
        }
        let required = Set(schema["required"] as? [String] ?? [])
        return try properties.filter { isFull || required.contains($0.key) }
            .mapValues { try value(of: $0, isFull) }
    }

    private func resolved(_ value: [String: Any]) throws -> [String: Any] {
        guard let reference = value["$ref"] as? String else { return value }
        var place: Any = tree
        for part in reference.split(separator: "/").dropFirst() {
            place = try required((place as? [String: Any])?[String(part)])
        }
        return try required(place as? [String: Any])
    }
}
