import Vocabulary

/// What a build's query says about how its files are read, and what comes of them.
public struct BuildSettings: Hashable, Sendable {
    /// Where the Dockerfile may be, in the engine's order.
    let dockerfileNames: [String]
    /// Values for `ARG`; `nil` for those that are named without one.
    let arguments: [String: String?]
    /// The stage at which the build ends.
    let target: String?
    let tags: [BuildImage]
    /// Images whose layers may be taken for steps that are alike.
    let caches: [BuildImage]
    /// As the client names it: `default` when it does not.
    let network: String
    /// Bases are fetched even if they are there.
    let pulls: Bool
    let platform: String?
    /// Labels of the query are steps at its end.
    let hasLabels: Bool

    init(_ query: EngineQuery) throws(DockerRefusal) {
        dockerfileNames = try Self.names(query["dockerfile"] ?? "")
        arguments = try Self.arguments(query["buildargs"] ?? "")
        target = query["target"].flatMap { $0.isEmpty ? nil : $0 }
        var tags: [BuildImage] = []
        for text in query.all("t") where !text.isEmpty {
            guard let tag = BuildImage(tag: text) else {
                throw DockerRefusal(400, "`\(shown(text))` is no name for an image")
            }
            tags.append(tag)
        }
        self.tags = tags
        caches = try Self.caches(query["cachefrom"] ?? "")
        network = query["networkmode"].flatMap { $0.isEmpty ? nil : $0 } ?? "default"
        pulls = query.isSet("pull")
        platform = query["platform"].flatMap { $0.isEmpty ? nil : $0 }
        hasLabels = try !Self.json(query["labels"] ?? "", "labels").members.isEmpty
    }

    /// The engine looks for `dockerfile` when nothing is asked for, or just `Dockerfile`.
    private static func names(_ text: String) throws(DockerRefusal) -> [String] {
        if text.isEmpty || text == "Dockerfile" { return ["Dockerfile", "dockerfile"] }
        var path = Array(text.utf8)[...]
        if path.starts(with: "./".utf8) { path = path.dropFirst(2) }
        if path.first == UInt8(ascii: "/") { path = path.dropFirst() }
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard path.count <= BuildLimits.pathBytesMax,
            parts.allSatisfy({
                !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
                    && !$0.contains(0)
            })
        else { throw DockerRefusal(400, "`dockerfile` is no plain path: `\(shown(text))`") }
        return [String(decoding: path, as: UTF8.self)]
    }

    private static func arguments(_ text: String) throws(DockerRefusal) -> [String: String?] {
        try json(text, "buildargs").members.mapValues(\.text)
    }

    private static func caches(_ text: String) throws(DockerRefusal) -> [BuildImage] {
        var images: [BuildImage] = []
        for name in try json(text, "cachefrom").texts {
            guard let image = BuildImage(source: name) else {
                throw DockerRefusal(400, "`cachefrom` has something that is no name of an image")
            }
            images.append(image)
        }
        return images
    }

    /// A parameter that was read by its schema.
    private static func json(_ text: String, _ name: String) throws(DockerRefusal) -> JSONValue {
        if text.isEmpty { return .null }
        do throws(JSONError) {
            return try JSONValue(parsing: Array(text.utf8))
        } catch {
            throw DockerRefusal(400, "`\(name)` is no JSON: \(error)")
        }
    }
}
