import Vocabulary

extension Judge {
    mutating func judgeBuild() throws(Halt) {
        guard ["", "1", "2"].contains(query["version"] ?? "") else {
            throw .refused(400, "`version` is 1 or 2")
        }
        try judgeBuildSettings()
        if call.isOpaqueBuild {
            try add(Effect(.buildOpaque, .none))
            for name in query.all("t") where !name.isEmpty {
                try add(try tagging(try imageName(name), isBuilt: true))
            }
            let remote = query["remote"] ?? ""
            title = "a build that nobody can look into"
            if !remote.isEmpty { details.append("of \(shownWhole(mask(remote)))") }
            return
        }
        guard var plan = call.plan else { throw .refused(400, "there is nothing to build") }
        var isSeen = !query.isSet("pull")
        var bases: [BuildImage: KnownImage] = [:]
        for image in plan.caches {
            if let known = try self.known(image) { plan.take(id: known.id, of: image) }
        }
        for image in plan.images {
            guard let known = try self.known(image) else {
                isSeen = false
                continue
            }
            plan.take(id: known.id, of: image)
            bases[image] = known
            do throws(DockerRefusal) {
                try plan.take(triggers: known.config["OnBuild"]?.texts ?? [], of: image)
            } catch {
                throw .refused(error)
            }
        }
        for tag in plan.tags {
            let name = try imageName(tag.description)
            plan.take(replaced: try replaced(name, by: plan.unchangedID), by: tag)
        }
        for effect in plan.effects { try add(effect) }
        // As where an image is given a name without a build.
        if let base = plan.unchanged.flatMap({ bases[$0] }), !plan.tags.isEmpty {
            try add(Effect(.imageInspect, base.reference, attributes: base.attributes))
        }
        if plan.runsInBridge { try add(bridge) }
        // An image that is not here yet may say that builds from it fetch whatever it likes.
        if !isSeen { try add(Effect(.buildFetch, .anything, attributes: ["onbuild": .flag(true)])) }
        title = plan.shown.first.map { mask($0) } ?? "build"
        details += query.all("extrahosts").map { "host: \(shownWhole($0))" }
        details += plan.givenArguments.map { "argument \(shownWhole(maskVariable($0)))" }
        details += plan.shown.dropFirst().map(maskLine)
    }

    /// What the engine has by the name of one of a build's images.
    private func known(_ image: BuildImage) throws(Halt) -> KnownImage? {
        guard let inspected = try objectIfThere(.image(image.description)) else { return nil }
        guard let known = KnownImage(inspected, as: nil) else {
            throw .refused(502, "the engine does not say what the image `\(image)` is")
        }
        return known
    }

    private mutating func judgeBuildSettings() throws(Halt) {
        guard query.all("securityopt").allSatisfy(\.isEmpty) else {
            throw .refused(400, "`securityopt` is not for builds")
        }
        guard ["", "default"].contains(query["isolation"] ?? "") else {
            throw .refused(400, "`isolation` is for another system")
        }
        if let path = query["cgroupparent"], !path.isEmpty {
            try add(privilege("cgroup_parent", attributes: ["path": .text(path)]))
        }
        let given = query["networkmode"] ?? ""
        var host = JSONValue.object(["NetworkMode": .text(given)])
        // What every build has.
        if given.isEmpty || given == "default" { return }
        try settleNetwork(&host)
        try judgeNamespaces(&host)
        try judgeJoined(&host)
        query.replace("networkmode", with: host["NetworkMode"]?.text ?? given)
    }
}
