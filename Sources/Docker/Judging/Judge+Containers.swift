import Vocabulary

/// Calls on a container that is there.
extension Judge {
    /// What a path names, found, and by its id from here on.
    private mutating func namedContainer() throws(Halt) -> KnownContainer {
        let known = try container(names[0])
        names[0] = known.id
        return known
    }

    private func called(_ container: KnownContainer) -> String {
        "\(shownWhole(container.name)) (\(container.id.prefix(12)), of \(spelled(try? imageNames(of: container))))"
    }

    mutating func judgeContainer() throws(Halt) {
        let known = try namedContainer()
        var attributes: [String: AttributeValue] = [:]
        switch call.endpoint.verb {
        case .containerKill:
            let signal = query["signal"] ?? ""
            attributes["signal"] = .text(signal)
            if !signal.isEmpty { details.append("signal: \(shownWhole(signal))") }
        case .containerArchiveRead, .containerArchiveWrite:
            let (path, sent) = archivePath(query["path"] ?? "")
            query.replace("path", with: sent)
            attributes["path"] = .text(path)
            details.append("path: \(shownWhole(path))")
            attributes["exposed"] = .flag(try isExposed(known))
        default: break
        }
        try add(try effect(call.endpoint.verb, on: known, attributes))
        title = "\(call.endpoint.words) \(called(known))"
    }

    /// The host's `ps` runs with these arguments.
    mutating func judgeTop() throws(Halt) {
        let known = try namedContainer()
        let words = query["ps_args"] ?? ""
        try add(try effect(.containerInspect, on: known, ["ps_args": .text(words)]))
        title = "list the processes of \(called(known))"
        if !words.isEmpty { details.append("arguments of ps: \(shownWhole(words))") }
    }

    mutating func judgeStream() throws(Halt) {
        let known = try namedContainer()
        let hasInput = call.endpoint.deed == .containerAttach && query.isSet("stdin")
        var attributes: [String: AttributeValue] = [:]
        if call.endpoint.deed == .containerAttach {
            attributes["input"] = .flag(hasInput)
            attributes["exposed"] = .flag(try isExposed(known))
        }
        try add(try effect(call.endpoint.verb, on: known, attributes))
        stream = known.isTerminal ? .terminal : .frames
        streamOf = known.id
        title = "\(call.endpoint.words) \(called(known))"
        if hasInput { details.append(Self.withInput) }
    }

    /// For those who are asked.
    private static let withInput = "with its input, which nobody sees before"

    mutating func judgeResize() throws(Halt) {
        let known = try namedContainer()
        try add(try effect(.containerAttach, on: known, ["input": .flag(false)]))
        streamOf = known.id
        resizes = try resize(known.id)
        title = "set the size of the terminal of \(called(known))"
    }

    func resize(_ id: String) throws(Halt) -> EngineAction.Resize {
        guard let columns = query["w"].flatMap(UInt16.init),
            let rows = query["h"].flatMap(UInt16.init)
        else { throw .refused(400, "`h` and `w` are a terminal's lines and columns") }
        return EngineAction.Resize(id: id, columns: columns, rows: rows)
    }

    /// A container that was judged when it was made is what it was then, as long as what it joins is there.
    mutating func judgeStart() throws(Halt) {
        let known = try namedContainer()
        try checkJoined(by: known)
        let isJudged = facts.judged.containers.contains(known.id)
        let isPulled = try image(of: known)?.isPulled ?? false
        try add(
            try effect(
                .containerStart, on: known,
                ["judged": .flag(isJudged), "pulled": .flag(isPulled)]))
        if !isJudged { try judgeExisting(known) }
        title = "\(call.endpoint.words) \(called(known))"
        if !isPulled { details.append(Self.notPulled) }
    }

    mutating func judgeRemove() throws(Halt) {
        guard !query.isSet("link") else {
            throw .refused(400, "the gateway does not remove links")
        }
        query.remove("link")
        let known = try namedContainer()
        try add(
            try effect(
                .containerRemove, on: known,
                ["force": .flag(query.isSet("force")), "volumes": .flag(query.isSet("v"))]))
        title = "remove \(called(known))"
    }

    mutating func judgeRename() throws(Halt) {
        let known = try namedContainer()
        guard let given = query["name"], !given.isEmpty else {
            throw .refused(400, "`name` is the container's new name")
        }
        let name = try newName(given)
        try add(try effect(.containerUpdate, on: known, ["new_name": .text(name)]))
        title = "rename \(called(known)) to \(shownWhole(name))"
    }

    mutating func judgeUpdate() throws(Halt) {
        let known = try namedContainer()
        var attributes: [String: AttributeValue] = [:]
        if let policy = body["RestartPolicy"]?["Name"]?.text, !policy.isEmpty {
            attributes["restart"] = .text(policy)
        }
        for (key, name) in [("Memory", "memory"), ("PidsLimit", "pids")] {
            if let value = body[key]?.integer, value != 0 { attributes[name] = .number(value) }
        }
        try add(try effect(.containerUpdate, on: known, attributes))
        title = "update \(called(known))"
        details += body.members.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map {
            "\($0.key): \(shownWhole(text($0.value)))"
        }
    }

    /// The image that it makes may be given any name, and anything to run.
    mutating func judgeCommit() throws(Halt) {
        guard let name = query["container"] else {
            throw .refused(400, "`container` is what an image is made of")
        }
        let known = try container(name)
        query.replace("container", with: known.id)
        try add(try effect(.containerCommit, on: known))
        if let repository = query["repo"], !repository.isEmpty {
            try add(try tagging(try imageName(repository, query["tag"] ?? "")))
        }
        title = "make an image of \(called(known))"
        details += query.all("changes").map { "change: \(shownWhole(maskLine($0)))" }
        describeSettings()
        details += environment(body["Env"])
    }

    // MARK: commands

    mutating func judgeExecCreate() throws(Halt) {
        let known = try namedContainer()
        let command = body["Cmd"]?.texts ?? []
        guard !command.isEmpty else { throw .refused(400, "No exec command specified") }
        let given = body["User"]?.text ?? ""
        let user = given.isEmpty ? known.config["User"]?.text ?? "" : given
        let isPrivileged = body["Privileged"]?.flag ?? false
        let isTerminal = body["Tty"]?.flag ?? false
        let hasInput = body["AttachStdin"]?.flag ?? false
        var made = try effect(
            .containerExec, on: known,
            [
                "user": .text(user), "root": .flag(mayBeRoot(user)),
                "privileged": .flag(isPrivileged), "terminal": .flag(isTerminal),
                "input": .flag(hasInput),
                "exposed": .flag(try isExposed(known)),
                "environment": .number(Int64(body["Env"]?.array?.count ?? 0)),
                "directory": .text(body["WorkingDir"]?.text ?? ""),
            ])
        made.arguments = command.map { Array($0.utf8) }
        try add(made)
        if isPrivileged { try add(privilege("capability", "all")) }
        creates = .exec(
            JudgedExec(
                container: known.id, isTerminal: isTerminal, command: command, effect: made))
        title = "run \(words(command)) in \(called(known))"
        details.append(
            "as user: \(user.isEmpty ? "root, as the image says nothing" : shownWhole(user))")
        if hasInput { details.append(Self.withInput) }
        if let directory = body["WorkingDir"]?.text, !directory.isEmpty {
            details.append("in the directory \(shownWhole(directory))")
        }
        details += environment(body["Env"])
    }

    /// The command that was judged, which its id names for ever.
    private func judgedExec() throws(Halt) -> JudgedExec? {
        guard isID(names[0]) else {
            throw .refused(404, "No such exec instance: \(shown(names[0]))")
        }
        return facts.judged.execs[names[0]]
    }

    mutating func judgeExecStart() throws(Halt) {
        guard let exec = try judgedExec() else {
            throw .refused(
                409,
                "the command \(names[0].prefix(12)) was not made in this way by you: make it anew")
        }
        guard !exec.hasStarted else {
            throw .refused(
                409, "the command \(names[0].prefix(12)) was started before: make it anew")
        }
        guard exec.isTerminal == body["Tty"]?.flag ?? false else {
            throw .refused(400, "`Tty` is not what it was when the command was made")
        }
        try add(exec.started(.containerExecStart))
        if body["Detach"]?.flag ?? false {
            (reply, upgrade) = (.plain, nil)
        } else {
            stream = exec.isTerminal ? .terminal : .frames
        }
        streamOf = names[0]
        title = "start \(words(exec.command)) in \(called(exec))"
        if let origin = exec.origin {
            details.append("made in session \(origin.session.rawValue)")
            if let hold = origin.hold { details.append("consented to as \(hold.rawValue)") }
        }
    }

    mutating func judgeExecResize() throws(Halt) {
        try judgeAnyExec(.containerAttach, ["input": .flag(false)])
        streamOf = names[0]
        resizes = try resize(names[0])
        title = "set the size of a command's terminal"
    }

    mutating func judgeExec() throws(Halt) {
        try judgeAnyExec(.containerInspect, [:])
        title = "look at the command \(names[0].prefix(12))"
    }

    private func called(_ exec: JudgedExec) -> String {
        let name = exec.effect.attributes["name"]?.description ?? ""
        return "\(shownWhole(name)) (\(exec.container.prefix(12))), command \(names[0].prefix(12))"
    }

    /// Also one that was made elsewhere.
    private mutating func judgeAnyExec(
        _ verb: Verb, _ attributes: [String: AttributeValue]
    ) throws(Halt) {
        if let exec = try judgedExec() {
            var effect = exec.started(verb)
            effect.arguments = nil
            effect.attributes.merge(attributes) { $1 }
            return try add(effect)
        }
        guard let id = try object(.exec(names[0]))["ContainerID"]?.text, isID(id) else {
            throw .refused(502, "the engine does not say whose command \(names[0].prefix(12)) is")
        }
        try add(try effect(verb, on: try container(id), attributes))
    }
}

extension JudgedExec {
    /// What is done to it, with what is known of its container.
    fileprivate func started(_ verb: Verb) -> Effect {
        var effect = effect
        effect.verb = verb
        return effect
    }
}

extension Endpoint {
    /// What it does to a container, for people.
    fileprivate var words: String {
        switch segments.last {
        case .literal("json"): "look at"
        case .literal("logs"): "read the output of"
        case .literal("changes"): "list the changed files of"
        case .literal("export"): "read all files of"
        case .literal("stats"): "watch the load of"
        case .literal("wait"): "wait for"
        case .literal("archive"):
            verb == .containerArchiveWrite ? "write files into" : "read files of"
        case .literal("attach"): "attach to"
        case .literal(let word): word
        default: method.lowercased()
        }
    }
}

/// Whether a user, as `user:group`, may have the number 0: a name is looked up in the image, which says what it will.
func mayBeRoot(_ user: String) -> Bool {
    let name = user.parts(":")[0]
    guard !name.isEmpty, name.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    else { return true }
    return name.utf8.allSatisfy { $0 == UInt8(ascii: "0") }
}
