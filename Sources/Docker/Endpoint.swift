import Vocabulary

/// One call of the engine's API: a method on a path, what it takes, and what it does.
public struct Endpoint: Sendable {
    /// A part of a path.
    enum Segment: Hashable, Sendable {
        case literal(String)
        /// One segment that names an object.
        case name
        /// One segment or more that name an image.
        case image
    }

    /// What the engine reads behind the request's head.
    public enum Body: Hashable, Sendable {
        case none
        case json(BodySchema)
        /// As `json`, or nothing at all.
        case optionalJSON(BodySchema)
        /// A tar archive.
        case archive
    }

    /// What the engine answers with.
    public enum Reply: Hashable, Sendable {
        /// A whole answer.
        case plain
        /// An answer that goes on for as long as something happens.
        case stream
        /// The connection itself becomes the stream.
        case hijack
    }

    /// How the meaning of a call is found.
    enum Deed: Hashable, Sendable {
        /// Of the engine as a whole: there is no object.
        case whole
        /// Of objects that the call does not name: it may be any.
        case any
        case container, containerTop, containerStart, containerUpdate, containerRename
        case containerAttach, containerLogs, containerResize, containerRemove, containerCommit
        case containerCreate
        case execCreate, execStart, execResize, exec
        case image, imageTag, imagePush, imageCreate, imagesSave, imageRemote
        case network, networkCreate, networkConnect, networkDisconnect
        case volume, volumeCreate
        case build
    }

    public let method: String
    let segments: [Segment]
    public let verb: Verb
    let deed: Deed
    public let versions: ClosedRange<EngineVersion>
    let query: [String: QueryKind]
    public let body: Body
    public let reply: Reply

    /// - Parameter path: without the version; `{name}` and `{image}` stand for objects.
    init(
        _ method: String, _ path: String, _ verb: Verb, since minor: Int = 24,
        _ query: [String: QueryKind] = [:], body: Body = .none, reply: Reply = .plain,
        deed: Deed = .whole
    ) {
        self.method = method
        segments = path.parts("/").map {
            switch $0 {
            case "{name}": .name
            case "{image}": .image
            default: .literal($0)
            }
        }
        self.verb = verb
        self.deed = deed
        versions = EngineVersion(1, minor)...EngineVersion.known.upperBound
        self.query = query
        self.body = body
        self.reply = reply
    }

    /// The names in a path that this endpoint matches; `nil` when it does not.
    func names(in path: some Collection<String>) -> [String]? {
        var names: [String] = []
        var rest = Array(path)[...]
        for (place, segment) in segments.enumerated() {
            switch segment {
            case .literal(let text):
                guard rest.popFirst() == text else { return nil }
            case .name:
                guard let name = rest.popFirst() else { return nil }
                names.append(name)
            case .image:
                let behind = segments.count - place - 1
                guard rest.count > behind else { return nil }
                names.append(rest.dropLast(behind).joined(separator: "/"))
                rest = rest.suffix(behind)
            }
        }
        return rest.isEmpty ? names : nil
    }

    /// The path with these names, as segments.
    func path(_ names: [String]) -> [String] {
        var rest = names[...]
        return segments.flatMap { segment -> [String] in
            switch segment {
            case .literal(let text): [text]
            case .name: [rest.popFirst() ?? ""]
            case .image: (rest.popFirst() ?? "").parts("/")
            }
        }
    }
}

/// What a parameter of a query may be.
public enum QueryKind: Hashable, Sendable {
    case flag
    case integer
    /// Printable ASCII.
    case ascii
    /// Any text: what people write, and paths in a container.
    case text
    /// Text that may be given several times, all of which count.
    case texts
    /// Text of which the first counts, for the engine too: docker-py sends a Dockerfile itself behind its name.
    case firstText
    /// A JSON object of what to look for.
    case filters
    /// JSON of this kind, or `null`.
    case json(BodySchema)
}
