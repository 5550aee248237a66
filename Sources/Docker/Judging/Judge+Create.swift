import Vocabulary

/// A container that is about to be made, or that was made elsewhere and is about to start: the same is looked at.
extension Judge {
    mutating func judgeCreate() throws(Halt) {
        guard let reference = body["Image"]?.text, !reference.isEmpty else {
            throw .refused(400, "`Image` is what a container is made of")
        }
        let image = try image(reference)
        var host = body["HostConfig"] ?? .object([:])
        try settleNetwork(&host)
        try judgeHost(&host)
        try judgeMounts(&host)
        try judgeJoined(&host)
        body.set("HostConfig", host)
        let given = query["name"] ?? ""
        let name = given.isEmpty ? "" : try newName(given.behind("/") ?? given)
        var attributes = image.attributes
        attributes.merge(settings(body, host, image.config)) { $1 }
        attributes.merge(labels(image.config["Labels"], body["Labels"])) { $1 }
        attributes["name"] = .text(name)
        attributes["pulled"] = .flag(image.isPulled)
        attributes["platform"] = .text(query["platform"] ?? "")
        body.set("Image", .text(image.id))
        try addFirst(Effect(.containerCreate, image.reference, attributes: attributes))
        creates = .container
        title =
            "create a container of \(shownWhole(reference))"
            + (name.isEmpty ? "" : ", named \(shownWhole(name))")
        describe(image)
    }

    /// A name alone does not say where an image comes from.
    static let notPulled = "the image was made or loaded here, not pulled from its registry"

    /// A container that nobody judged is what the engine says that it is.
    mutating func judgeExisting(_ known: KnownContainer) throws(Halt) {
        var host = known.hostConfig
        // What a body has is counted when it is read.
        for (key, value) in host.members where value.array?.count ?? 0 > DockerLimits.elementsMax {
            throw .refused(400, "the container's `\(key)` has more elements than the gateway takes")
        }
        // With the older kind of control groups that is what every container has which asks for nothing else.
        if host["CgroupnsMode"]?.text == "host",
            try object(.engine)["CgroupVersion"]?.text == "1"
        {
            host.set("CgroupnsMode", nil)
        }
        try judgeHost(&host)
        try judgeMounts(of: known)
        try judgeJoined(of: known)
    }

    private func settings(
        _ config: JSONValue, _ host: JSONValue, _ image: JSONValue
    ) -> [String: AttributeValue] {
        let given = config["User"]?.text ?? ""
        let user = given.isEmpty ? image["User"]?.text ?? "" : given
        let restart = host["RestartPolicy"]?["Name"]?.text ?? ""
        return [
            "user": .text(user), "root": .flag(mayBeRoot(user)),
            "restart": .text(restart.isEmpty ? "no" : restart),
            "auto_remove": .flag(host["AutoRemove"]?.flag ?? false),
            "healthcheck": .flag(!healthcheck(config, image).isEmpty),
            "publishes": .flag(effects.contains { $0.verb == .networkPublish }),
            "memory": .number(host["Memory"]?.integer ?? 0),
            "readonly": .flag(host["ReadonlyRootfs"]?.flag ?? false),
            "input": .flag(config["OpenStdin"]?.flag ?? false),
        ]
    }

    private mutating func describe(_ image: KnownImage) {
        let host = body["HostConfig"] ?? .object([:])
        describeSettings(image.config)
        if let restart = host["RestartPolicy"]?["Name"]?.text, !["", "no"].contains(restart) {
            details.append("started again by the engine: \(shownWhole(restart))")
        }
        for (key, words) in [
            ("Links", "link"), ("ExtraHosts", "host"), ("Dns", "asks for names"),
            ("DnsSearch", "names end in"), ("DnsOptions", "option of names"),
        ] {
            details += (host[key]?.texts ?? []).map { "\(words): \(shownWhole($0))" }
        }
        for (path, options) in (host["Tmpfs"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
            details.append("memory at \(shownWhole(path)): \(shownWhole(options.text ?? ""))")
        }
        if !image.isPulled { details.append(Self.notPulled) }
        details.append("image: \(spelled(image.reference)) \(image.id)")
        details += environment(body["Env"])
    }

    /// What runs, how and as whom, of a container or of an image that is made.
    mutating func describeSettings(_ image: JSONValue = .object([:])) {
        for key in ["Entrypoint", "Cmd", "Shell"] {
            if let given = body[key]?.texts, !given.isEmpty {
                details.append("\(key.lowercased()): \(words(given))")
            }
        }
        let check = healthcheck(body, image)
        if !check.isEmpty { details.append("checked with: \(words(check))") }
        details += (body["OnBuild"]?.texts ?? []).map {
            "builds from it do: \(shownWhole(maskLine($0)))"
        }
        for (key, words) in [("User", "as user"), ("WorkingDir", "in the directory")] {
            if let text = body[key]?.text, !text.isEmpty {
                details.append("\(words): \(shownWhole(text))")
            }
        }
    }

    /// What runs again and again while the container does: its own check, or else its image's.
    private func healthcheck(_ config: JSONValue, _ image: JSONValue) -> [String] {
        let given = config["Healthcheck"]?["Test"]?.texts ?? []
        let check = given.isEmpty ? image["Healthcheck"]?["Test"]?.texts ?? [] : given
        return check == ["NONE"] ? [] : check
    }
}
