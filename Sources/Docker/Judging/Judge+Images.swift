import HTTP
import Vocabulary

extension Judge {
    /// A name as a client gives it, which need not be there.
    func imageName(_ text: String) throws(Halt) -> ImageName {
        guard let name = ImageName(text) else {
            throw .refused(400, "`\(shown(text))` is no name of an image (in small letters)")
        }
        return name
    }

    /// With the tag that stands beside it.
    func imageName(_ text: String, _ tag: String) throws(Halt) -> ImageName {
        let name = try imageName(text)
        if tag.isEmpty { return name }
        guard name.digest == nil, let tagged = ImageName("\(name.reference):\(tag)") else {
            throw .refused(400, "`\(shown(tag))` is no tag of `\(shown(text))`")
        }
        return tagged
    }

    /// An image gets the name: one that is built here, or any that is there.
    ///
    /// - Parameter id: of the image, if it is there.
    func tagging(
        _ name: ImageName, isBuilt: Bool = false, id: String? = nil
    ) throws(Halt) -> Effect {
        Effect(
            .imageTag, .exactly(name.object),
            attributes: [
                "tag": .text(name.tag ?? "latest"), "built": .flag(isBuilt),
                "replaces": .text(try replaced(name, by: id)),
            ])
    }

    /// The image that loses its name to another, which is told by where it came from: `pulled` or `made`; or else `nothing`.
    func replaced(_ name: ImageName, by id: String? = nil) throws(Halt) -> String {
        guard let inspected = try objectIfThere(.image(name.tagged)) else { return "nothing" }
        guard let known = KnownImage(inspected, as: name) else {
            throw .refused(502, "the engine does not say what the image `\(name.tagged)` is")
        }
        if known.id == id { return "nothing" }
        return known.isPulled ? "pulled" : "made"
    }

    mutating func judgeImage() throws(Halt) {
        let known = try image(names[0])
        var attributes = known.attributes
        attributes.merge(labels(known.config["Labels"])) { $1 }
        var reference = known.reference
        if call.endpoint.verb == .imageRemove {
            attributes["force"] = .flag(query.isSet("force"))
            // By a name only the name is removed, by its id all that it has.
            let given = known.name == nil ? nil : ImageName(names[0])
            reference = given.map { ObjectReference.exactly($0.object) } ?? eachOf(known.names)
            names[0] = try sent(known, for: names[0])
        } else {
            names[0] = known.id
        }
        try add(Effect(call.endpoint.verb, reference, attributes: attributes))
        title = "\(call.endpoint.verb.rawValue): \(spelled(reference))"
    }

    mutating func judgeTag() throws(Halt) {
        let known = try image(names[0])
        names[0] = known.id
        guard let repository = query["repo"], !repository.isEmpty else {
            throw .refused(400, "`repo` is the image's new name")
        }
        let name = try imageName(repository, query["tag"] ?? "")
        var effect = try tagging(name, id: known.id)
        effect.attributes["digest"] = .text(known.id)
        try add(effect)
        try add(Effect(.imageInspect, known.reference, attributes: known.attributes))
        title = "name \(spelled(known.reference)) \(name.reference):\(name.tag ?? "latest")"
    }

    /// By its name, which says where it goes to, and what that name means now: it may mean another image once people
    /// have consented. All tags of a repository are as many images as there are then.
    mutating func judgePush() throws(Halt) {
        let name = try imageName(names[0], query["tag"] ?? "")
        guard let tag = name.tag else {
            throw .refused(400, "one tag is pushed at a time: `tag` says which")
        }
        let known = try image(name.tagged)
        guard known.name == name.tagged else { throw .refused(409, unknownNow(name.tagged)) }
        names[0] = name.reference
        query.remove("tag")
        query.add("tag", tag)
        try add(
            Effect(
                .imagePush, .exactly(name.object),
                attributes: [
                    "credentials": .flag(call.credentials != nil), "tag": .text(tag),
                    "digest": .text(known.id),
                ]))
        title = "push \(name.tagged)"
        details.append("image: \(spelled(known.reference)) \(known.id)")
    }

    mutating func judgeRemoteImage() throws(Halt) {
        let name = try imageName(names[0])
        try add(Effect(.imageSearch, .exactly(name.object)))
        title = "ask the registry about \(name.reference)"
    }

    mutating func judgeSave() throws(Halt) {
        let given = query.all("names")
        guard !given.isEmpty else { throw .refused(400, "`names` are the images") }
        query.remove("names")
        for reference in given {
            let known = try image(reference)
            // The archive has the names by which its images are asked for: of one without a tag the latest, where the engine
            // would put all of its tags in, each of which may be another image.
            query.add("names", try sent(known, for: reference))
            try add(Effect(.imageSave, known.reference, attributes: known.attributes))
        }
        title = "read the images \(query.all("names").joined(separator: ", "))"
    }

    /// The one name by which an image was found, or its id when it was found by that.
    private func sent(_ known: KnownImage, for given: String) throws(Halt) -> String {
        if let name = known.name { return name }
        guard known.id.behind("sha256:\(given.behind("sha256:") ?? given)") != nil else {
            throw .refused(409, unknownNow(given))
        }
        return known.id
    }

    private func unknownNow(_ name: String) -> String {
        "the engine does not know the image by `\(shown(name))` any more: write its id"
    }

    mutating func judgePull() throws(Halt) {
        let source = query["fromSrc"] ?? ""
        let from = query["fromImage"] ?? ""
        guard from.isEmpty != source.isEmpty else {
            throw .refused(400, "either `fromImage` or `fromSrc` is given")
        }
        let changes = query.all("changes")
        if from.isEmpty {
            try judgeImport(source)
        } else {
            guard changes.isEmpty, query["repo"] ?? "" == "" else {
                throw .refused(400, "`changes` and `repo` are for imports")
            }
            var name = try imageName(from)
            var attributes: [String: AttributeValue] = [
                "credentials": .flag(call.credentials != nil),
                "platform": .text(query["platform"] ?? ""),
            ]
            if let tag = query["tag"], !tag.isEmpty {
                guard name.tag == nil, name.digest == nil else {
                    throw .refused(400, "the tag is given twice")
                }
                if isDigest(tag) {
                    attributes["digest"] = .text(tag)
                } else {
                    guard let tagged = ImageName(name.reference + ":" + tag) else {
                        throw .refused(400, "`\(shown(tag))` is no tag")
                    }
                    name = tagged
                }
            }
            if let digest = name.digest { attributes["digest"] = .text(digest) }
            if let tag = name.tag { attributes["tag"] = .text(tag) }
            try add(Effect(.imagePull, .exactly(name.object), attributes: attributes))
            title = "pull \(shownWhole(from))" + (query["tag"].map { ":\(shownWhole($0))" } ?? "")
        }
        details += changes.map { "change: \(shownWhole(maskLine($0)))" }
    }

    /// An archive becomes an image: the client's, or one that the engine fetches.
    private mutating func judgeImport(_ source: String) throws(Halt) {
        if source != "-" { try add(fetch(source).effect) }
        if let repository = query["repo"], !repository.isEmpty {
            let name = try imageName(repository, query["tag"] ?? "")
            try add(
                Effect(
                    .imageLoad, .exactly(name.object),
                    attributes: [
                        "tag": .text(name.tag ?? "latest"), "replaces": .text(try replaced(name)),
                    ]))
        } else {
            try add(Effect(.imageLoad, .none))
        }
        title = "make an image of " + (source == "-" ? "an archive" : shownWhole(source))
    }

    /// The engine fetches what is there, on its own network.
    private func fetch(_ source: String) throws(Halt) -> BuildFetch {
        do throws(DockerRefusal) {
            if let fetch = try BuildFetch(source) { return fetch }
        } catch {
            throw .refused(error)
        }
        throw .refused(400, "`fromSrc` is `-`, or begins with http:// or https://")
    }
}
