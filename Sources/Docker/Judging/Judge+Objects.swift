import Vocabulary

/// A container as the engine knows it.
struct KnownContainer {
    let id: String
    let name: String
    /// The id of its image, with `sha256:`.
    let imageID: String
    let inspected: JSONValue

    var config: JSONValue { inspected["Config"] ?? .object([:]) }
    var hostConfig: JSONValue { inspected["HostConfig"] ?? .object([:]) }
    var isTerminal: Bool { config["Tty"]?.flag ?? false }

    /// The name of its image by which it was made: the engine keeps it, whatever has that name now. `nil` when it was made by
    /// an id, as the gateway does it.
    var imageName: ImageName? {
        guard let text = config["Image"]?.text,
            imageID.behind("sha256:\(text.behind("sha256:") ?? text)") == nil
        else { return nil }
        return ImageName(text)
    }

    init?(_ inspected: JSONValue) {
        guard let id = inspected["Id"]?.text, isID(id), let name = inspected["Name"]?.text,
            let image = inspected["Image"]?.text, isDigest(image),
            case .object? = inspected["Config"], case .object? = inspected["HostConfig"]
        else { return nil }
        self.id = id
        self.name = name.behind("/") ?? name
        imageID = image
        self.inspected = inspected
    }
}

/// An image as the engine knows it.
struct KnownImage {
    /// With `sha256:`.
    let id: String
    /// Never empty: one without a name has its id for it.
    let names: [ObjectName]
    /// By any of its names.
    let reference: ObjectReference
    /// That all its names have, as far as it is one.
    let tag: String?
    /// In full, when it was found by a name and a tag, or by what a registry had under it.
    let name: String?
    /// The engine got it from the registry of its name, or put it there: of the name by which it was found, or else of each
    /// that it has.
    let isPulled: Bool
    let config: JSONValue

    /// - Parameter given: by which it was found.
    init?(_ inspected: JSONValue, as given: ImageName?) {
        guard let id = inspected["Id"]?.text, isDigest(id) else { return nil }
        self.id = id
        config = inspected["Config"] ?? .object([:])
        let tagged = (inspected["RepoTags"]?.texts ?? []).compactMap { ImageName($0) }
        let pulled = (inspected["RepoDigests"]?.texts ?? []).compactMap { ImageName($0) }
        var names: [ObjectName] = []
        for name in (given.map { [$0] } ?? []).filter({ one in
            (tagged + pulled).contains { $0.repository == one.repository }
        }) + tagged + pulled where !names.contains(name.object) { names.append(name.object) }
        if names.isEmpty { names = [ObjectName(["/", id])] }
        self.names = names
        reference = names.count == 1 ? .exactly(names[0]) : .known(as: names)
        let sources = Set(pulled.map(\.repository))
        let own = given.map(\.repository).flatMap { one in
            (tagged + pulled).contains { $0.repository == one } ? [one] : nil
        }
        let found = own ?? tagged.map(\.repository)
        isPulled = !sources.isEmpty && found.allSatisfy(sources.contains)
        let others = tagged.filter { $0.repository != given?.repository }
        let candidate = given.flatMap { given in
            tagged.first {
                given.digest == nil && $0.repository == given.repository
                    && $0.tag == given.tag ?? "latest"
            }
        }?.tag
        name = given.flatMap { given in
            if let candidate { return "\(given.reference):\(candidate)" }
            guard let digest = given.digest,
                pulled.contains(where: { $0.repository == given.repository && $0.digest == digest })
            else { return nil }
            return "\(given.reference)@\(digest)"
        }
        let tag = candidate ?? tagged.first?.tag
        let rest = candidate == nil ? tagged : others
        self.tag = rest.allSatisfy { $0.tag == tag } ? tag : nil
    }

    var attributes: [String: AttributeValue] {
        var attributes: [String: AttributeValue] = ["digest": .text(id)]
        if let tag { attributes["tag"] = .text(tag) }
        return attributes
    }
}

extension Judge {
    /// The container of that name, id, or beginning of an id.
    func container(_ name: String) throws(Halt) -> KnownContainer {
        let plain = name.behind("/") ?? name
        guard isName(plain) else {
            throw .refused(400, "`\(shown(name))` is no name of a container")
        }
        let inspected = try object(.container(plain))
        guard let known = KnownContainer(inspected) else {
            throw .refused(502, "the engine does not say what the container `\(shown(name))` is")
        }
        guard !isID(plain) || known.id == plain else {
            throw .refused(
                409, "no container has the id `\(plain)`: it is the name of another, write its id")
        }
        return known
    }

    /// A name that a container is given. The engine takes an id for a name once no container has it: what was judged and
    /// consented to by an id would be of whatever is called like it.
    func newName(_ name: String) throws(Halt) -> String {
        guard isName(name) else {
            throw .refused(400, "`\(shown(name))` is no name for a container")
        }
        try checkIsNoID(name)
        return name
    }

    /// Of a name that is given to a container or a network.
    func checkIsNoID(_ name: String) throws(Halt) {
        guard !isID(name) else {
            throw .refused(400, "`\(name)` is an id, which may be another's: it is no name")
        }
    }

    /// The image of that name or id.
    func image(_ reference: String) throws(Halt) -> KnownImage {
        let name = ImageName(reference)
        let isOne = name != nil || isDigest(reference) || isImageID(reference)
        guard isOne else {
            throw .refused(400, "`\(shown(reference))` is no reference of an image")
        }
        let given = isDigest(reference) || isID(reference) ? nil : name
        guard let known = KnownImage(try object(.image(reference)), as: given) else {
            throw .refused(502, "the engine does not say what the image `\(shown(reference))` is")
        }
        return known
    }

    /// The names of a container's image, and the one by which the container was made; of an image that is not there any
    /// more, its id. Who gives an image another name makes none of its containers his own: each of the names counts.
    func imageNames(of container: KnownContainer) throws(Halt) -> ObjectReference {
        var names = try image(of: container)?.names ?? [ObjectName(["/", container.imageID])]
        if let made = container.imageName?.object, !names.contains(made) { names.append(made) }
        return eachOf(names)
    }

    /// `nil` when it is not there any more.
    func image(of container: KnownContainer) throws(Halt) -> KnownImage? {
        guard let inspected = try objectIfThere(.image(container.imageID)) else { return nil }
        guard let image = KnownImage(inspected, as: nil), image.id == container.imageID else {
            throw .refused(502, "the engine does not say what a container's image is")
        }
        return image
    }

    /// What is done to a container that is there.
    func effect(
        _ verb: Verb, on container: KnownContainer,
        _ attributes: [String: AttributeValue] = [:]
    ) throws(Halt) -> Effect {
        var all = labels(container.config["Labels"])
        all["name"] = .text(container.name)
        all["container"] = .text(container.id)
        all.merge(attributes) { $1 }
        return Effect(verb, try imageNames(of: container), attributes: all)
    }

    /// Whether the walls around a container that is there have a hole: what is done inside may be done to the host.
    func isExposed(_ container: KnownContainer) throws(Halt) -> Bool {
        var judge = Judge(call, facts)
        do throws(Halt) {
            try judge.judgeExisting(container)
        } catch {
            // What nobody can say of it counts as one, and so does what is not there any more.
            if case .ask = error { throw error }
            return true
        }
        return judge.effects.contains {
            [.containerPrivilege, .containerDevice, .containerMount].contains($0.verb)
        }
    }

    /// `labels` says how many there are, so that one that is not among them is surely none.
    func labels(_ maps: JSONValue?...) -> [String: AttributeValue] {
        var attributes: [String: AttributeValue] = [:]
        for map in maps {
            // Rules name labels in ASCII; a text that only looks like such a name is another's. What a caller says why is no
            // rule's concern.
            for (key, value) in map?.members ?? [:]
            where key.utf8.allSatisfy({ $0 < 0x80 }) && !contextLabels.contains(key) {
                attributes["label.\(key)"] = .text(value.text ?? "")
            }
        }
        attributes["labels"] = .number(Int64(attributes.count))
        return attributes
    }
}

/// What has all of these names, given by whomever: none of them stands for another.
func eachOf(_ names: [ObjectName]) -> ObjectReference {
    names.count == 1 ? .exactly(names[0]) : .oneOf(names)
}

private let contextLabels = ContextWord.allCases.map(\.label)

/// An id, or the beginning of one, also behind `sha256:`.
private func isImageID(_ text: String) -> Bool {
    let digits = text.behind("sha256:") ?? text
    return 1...64 ~= digits.utf8.count
        && digits.utf8.allSatisfy {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
        }
}
