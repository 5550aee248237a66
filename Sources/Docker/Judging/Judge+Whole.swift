import Vocabulary

/// Calls on the engine itself, and on volumes.
extension Judge {
    mutating func judgeWhole() throws(Halt) {
        let verb = call.endpoint.verb
        switch verb {
        case .systemLogin:
            let server = body["serveraddress"]?.text ?? ""
            guard let registry = registryName(server) else {
                throw .refused(400, "`\(shown(server))` is no registry: write host[:port]")
            }
            try add(
                Effect(
                    verb, .exactly(registry),
                    attributes: ["user": .text(body["username"]?.text ?? "")]))
            title = "log in to the registry \(server.isEmpty ? "docker.io" : shownWhole(server))"
        case .imageSearch:
            try add(Effect(verb, .none, attributes: ["term": .text(query["term"] ?? "")]))
        case .buildOpaque: try add(Effect(verb, .none))
        default: try add(Effect(verb, .none))
        }
    }

    mutating func judgeVolume() throws(Halt) {
        guard isVolumeName(names[0]) else {
            throw .refused(404, "get \(shown(names[0])): no such volume")
        }
        var effect = Effect(call.endpoint.verb, .exactly(ObjectName([names[0]])))
        title = "look at the volume \(names[0])"
        if call.endpoint.verb == .volumeRemove {
            title = "remove the volume \(names[0])"
            let known = try objectIfThere(.volume(names[0]))
            effect.attributes = [
                "force": .flag(query.isSet("force")),
                // Another one of the same name is not the one that people consent to.
                "created": .text(known?["CreatedAt"]?.text ?? ""),
            ]
        }
        try add(effect)
    }

    mutating func judgeVolumeCreate() throws(Halt) {
        let name = body["Name"]?.text ?? ""
        guard name.isEmpty || isVolumeName(name) else {
            throw .refused(400, "`\(shown(name))` is no name of a volume")
        }
        let given = body["Driver"]?.text ?? ""
        let driver = given.isEmpty ? "local" : given
        var attributes = labels(body["Labels"])
        attributes["driver"] = .text(driver)
        try add(
            Effect(
                .volumeCreate, name.isEmpty ? .none : .exactly(ObjectName([name])),
                attributes: attributes))
        try checkDevice(body["DriverOpts"]?.members ?? [:])
        try judgeOptions(of: name, driver, body["DriverOpts"]?.members ?? [:], true, via: "volume")
        title = "create a volume" + (name.isEmpty ? "" : ", named \(name)")
    }
}

/// The host of a registry's address, as the engine takes it; Docker's own has several. `nil` for what two may read in two
/// ways.
private func registryName(_ address: String) -> ObjectName? {
    let rest = address.behind("https://") ?? address.behind("http://") ?? address
    let host = rest.parts("/")[0].lowercased()
    let hubs = ["index.docker.io", "registry-1.docker.io", "docker.io"]
    if address.isEmpty || hubs.contains(host) { return ObjectName(["/", "docker.io"]) }
    return isRegistryName(host) ? ObjectName(["/", host]) : nil
}
