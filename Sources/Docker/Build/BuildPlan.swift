import Vocabulary

/// What a build does, as far as its Dockerfile and its query tell: what its bases have in `ONBUILD` comes to it by
/// `take(triggers:)`.
public struct BuildPlan: Hashable, Sendable {
    /// Images that it begins with or copies from, each once.
    public private(set) var images: [BuildImage] = []
    public private(set) var fetches: [BuildFetch] = []
    /// Commands that run in containers of its own.
    public private(set) var runs: [String] = []
    /// The image to which it does nothing but give it its names.
    private(set) var unchanged: BuildImage?
    /// The ids of those that are there.
    private var ids: [BuildImage: String] = [:]
    /// What loses its name to the image that is built (`Judge.replaced`).
    private var replaced: [BuildImage: String] = [:]
    private let settings: BuildSettings
    private let dockerfile: String
    private let lines: [String]

    init(
        dockerfile bytes: [UInt8], named name: String, _ settings: BuildSettings
    ) throws(DockerRefusal) {
        let file = try Dockerfile(bytes, settings)
        self.settings = settings
        dockerfile = name
        lines = file.lines
        unchanged = settings.hasLabels ? nil : file.unchanged
        try add(file)
    }

    /// Images whose layers may be taken for steps that are alike.
    var caches: [BuildImage] { settings.caches }
    /// What it is to be called.
    var tags: [BuildImage] { settings.tags }

    /// Takes what one of its images is now.
    mutating func take(id: String, of image: BuildImage) { ids[image] = id }

    /// The id of the image that only gets its names, if that is there and not fetched anew.
    var unchangedID: String? { settings.pulls ? nil : unchanged.flatMap { ids[$0] } }

    /// Takes what has one of its names now.
    mutating func take(replaced image: String, by tag: BuildImage) { replaced[tag] = image }

    /// What one of its images says that builds from it do: the engine does it too.
    public mutating func take(
        triggers: [String], of image: BuildImage? = nil
    ) throws(DockerRefusal) {
        if image == unchanged, !triggers.isEmpty { unchanged = nil }
        try add(try Dockerfile(triggers: triggers))
    }

    private mutating func add(_ file: Dockerfile) throws(DockerRefusal) {
        for image in file.images where !images.contains(image) {
            images.append(image)
            try checkCount()
        }
        for fetch in file.fetches where !fetches.contains(fetch) {
            fetches.append(fetch)
            try checkCount()
        }
        runs += file.runs
    }

    private func checkCount() throws(DockerRefusal) {
        guard images.count + fetches.count <= BuildLimits.sourcesMax else {
            throw .dockerfile("it names too many images and addresses")
        }
    }

    /// Its commands reach what every container does that says nothing of networks.
    var runsInBridge: Bool { !runs.isEmpty && settings.network == "default" }

    /// Values of the client's for `ARG`: `NAME=value`.
    var givenArguments: [String] {
        settings.arguments.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value ?? "")" }
    }

    public var effects: [Effect] {
        var attributes: [String: AttributeValue] = [
            "runs": .flag(!runs.isEmpty), "network": .text(settings.network),
            "pull": .flag(settings.pulls),
        ]
        if let target = settings.target { attributes["target"] = .text(target) }
        if let platform = settings.platform { attributes["platform"] = .text(platform) }
        var effects = tags.map { tag in
            Effect(
                .build, tag.object, attributes: attributes.merging(tag.attributes) { _, tag in tag }
            )
        }
        if tags.isEmpty { effects = [Effect(.build, .none, attributes: attributes)] }
        effects += tags.map {
            var attributes = $0.attributes.merging(["built": .flag(unchanged == nil)]) { $1 }
            attributes["replaces"] = replaced[$0].map { .text($0) }
            attributes["digest"] = unchangedID.map { .text($0) }
            return Effect(.imageTag, $0.object, attributes: attributes)
        }
        effects += unique(images + caches).map {
            var attributes = $0.attributes
            // It gets another one where it does not take what is there.
            if let id = ids[$0], !settings.pulls { attributes["there"] = .text(id) }
            return Effect(.imagePull, $0.object, attributes: attributes)
        }
        return effects + fetches.map(\.effect)
    }

    /// As people read it: what comes of it, what it takes from where, what it runs, then the Dockerfile.
    public var shown: [String] {
        let tags = settings.tags.map(\.description).joined(separator: ", ")
        var text = ["build \(tags.isEmpty ? "an image without a name" : tags)"]
        if let unchanged, !tags.isEmpty {
            text.append("nothing is made: \(unchanged) itself gets the name")
        }
        if settings.network != "default" { text.append("in the network \(settings.network)") }
        text += images.map { "with \($0)" + (ids[$0].map { " (\($0))" } ?? "") }
        text += caches.map { "layers of \($0), where they are alike" }
        text += runs.map { "runs: \($0)" }
        text.append("\(dockerfile):")
        return (text + lines).map(plain)
    }
}

/// In the order in which they come first.
private func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
    var seen: Set<Element> = []
    return elements.filter { seen.insert($0).inserted }
}

/// One line, every character of which is seen.
private func plain(_ text: String) -> String {
    shownWhole(string(text.unicodeScalars.map { $0.value == 0x09 ? " " : $0 }))
}
