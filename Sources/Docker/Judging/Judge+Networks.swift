import Vocabulary

/// A network as the engine knows it.
struct KnownNetwork {
    let id: String
    let name: String
    let driver: String
    let inspected: JSONValue

    init?(_ inspected: JSONValue) {
        guard let id = inspected["Id"]?.text, isName(id), let name = inspected["Name"]?.text,
            !name.isEmpty, let driver = inspected["Driver"]?.text
        else { return nil }
        self.id = id
        self.name = name
        self.driver = driver
        self.inspected = inspected
    }
}

extension Judge {
    func network(_ name: String) throws(Halt) -> KnownNetwork {
        guard isName(name) else {
            throw .refused(400, "`\(shown(name))` is no name of a network that the gateway takes")
        }
        guard let known = KnownNetwork(try object(.network(name))) else {
            throw .refused(502, "the engine does not say what the network `\(shown(name))` is")
        }
        return known
    }

    private func effect(
        _ verb: Verb, on network: KnownNetwork, _ given: [String: AttributeValue] = [:]
    ) -> Effect {
        var attributes = labels(network.inspected["Labels"])
        attributes["network"] = .text(network.id)
        attributes["driver"] = .text(network.driver)
        attributes["internal"] = .flag(network.inspected["Internal"]?.flag ?? false)
        attributes.merge(given) { $1 }
        return Effect(verb, .exactly(ObjectName([network.name])), attributes: attributes)
    }

    mutating func judgeNetwork() throws(Halt) {
        let known = try network(names[0])
        names[0] = known.id
        try add(effect(call.endpoint.verb, on: known))
        title =
            (call.endpoint.method == "GET" ? "look at" : "remove")
            + " the network \(shownWhole(known.name))"
    }

    mutating func judgeConnect() throws(Halt) {
        let known = try network(names[0])
        names[0] = known.id
        guard let name = body["Container"]?.text else {
            throw .refused(400, "`Container` is what the network is for")
        }
        let container = try container(name)
        body.set("Container", .text(container.id))
        if let endpoint = body["EndpointConfig"] {
            body.set("EndpointConfig", asked(endpoint))
        }
        let isJoining = call.endpoint.deed == .networkConnect
        let claims = try isJoining ? claims(of: container, body["EndpointConfig"]) : NetworkClaims()
        var attributes = claims.attributes
        attributes["name"] = .text(container.name)
        attributes["container"] = .text(container.id)
        attributes["joins"] = .flag(isJoining)
        try add(effect(.networkConnect, on: known, attributes))
        details += claims.lines
        try add(effect(.containerUpdate, on: container, ["network": .text(known.name)]))
        if let endpoint = body["EndpointConfig"] { try judgeOptions(of: endpoint) }
        title =
            (isJoining ? "connect " : "disconnect ")
            + "\(shownWhole(container.name)) (\(container.id.prefix(12))) and the network \(shownWhole(known.name))"
    }

    /// Without the network's id, which the engine would take before the name, and what it says and does not take.
    private func asked(_ endpoint: JSONValue) -> JSONValue {
        var endpoint = endpoint
        for key in saidOfEndpoints { endpoint.set(key, nil) }
        return endpoint
    }

    /// What a network's driver makes of them nobody here knows.
    private mutating func judgeOptions(of endpoint: JSONValue) throws(Halt) {
        for (key, value) in (endpoint["DriverOpts"]?.members ?? [:]).sorted(by: { $0.key < $1.key })
        {
            var effect = try privilege("network_option", of: key)
            effect.attributes["value"] = .text(value.text ?? "")
            try add(effect)
        }
    }

    mutating func judgeNetworkCreate() throws(Halt) {
        guard let name = body["Name"]?.text, isName(name) else {
            throw .refused(400, "`Name` is printable ASCII")
        }
        // The engine takes an id for a name once no network has it.
        try checkIsNoID(name)
        guard body["ConfigFrom"]?.isEmpty ?? true else {
            throw .refused(400, "the gateway does not take a network's settings from another")
        }
        let driver = body["Driver"]?.text ?? ""
        var attributes = labels(body["Labels"])
        attributes["driver"] = .text(driver.isEmpty ? "bridge" : driver)
        for key in ["Internal", "Attachable", "Ingress", "ConfigOnly"] {
            attributes[key.lowercased()] = .flag(body[key]?.flag ?? false)
        }
        let pools = body["IPAM"]?["Driver"]?.text ?? ""
        attributes["addresses"] = .text(pools.isEmpty ? "default" : pools)
        let object = ObjectReference.exactly(ObjectName([name]))
        try add(Effect(.networkCreate, object, attributes: attributes))
        for (key, value) in (body["Options"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
            var option = attributes
            option["option"] = .text(key)
            option["value"] = .text(value.text ?? "")
            try add(Effect(.networkCreate, object, attributes: option))
            details.append("option \(shownWhole(key)): \(shownWhole(value.text ?? ""))")
        }
        for (key, value) in (body["IPAM"]?["Options"]?.members ?? [:])
            .sorted(by: { $0.key < $1.key })
        {
            var option = attributes
            option["addresses_option"] = .text(key)
            option["value"] = .text(value.text ?? "")
            try add(Effect(.networkCreate, object, attributes: option))
            details.append(
                "option of addresses \(shownWhole(key)): \(shownWhole(value.text ?? ""))")
        }
        for pool in body["IPAM"]?["Config"]?.array ?? [] { try judgePool(pool, object, attributes) }
        title = "create the network \(shownWhole(name))"
    }

    /// The host gets an address in each, and sends there what goes there.
    private mutating func judgePool(
        _ pool: JSONValue, _ object: ObjectReference, _ given: [String: AttributeValue]
    ) throws(Halt) {
        var attributes = given
        var words: [String] = []
        for (key, name, isRange) in [
            ("Subnet", "subnet", true), ("IPRange", "range", true), ("Gateway", "gateway", false),
        ] {
            guard let text = pool[key]?.text, !text.isEmpty else { continue }
            guard let address = isRange ? rangeOfAddresses(text) : HostAddress(text)?.text else {
                throw .refused(400, "`\(key)` cannot be `\(shown(text))`")
            }
            attributes[name] = .text(address)
            words.append("\(name) \(address)")
        }
        if attributes["subnet"] == nil { attributes["subnet"] = .text("") }
        try add(Effect(.networkCreate, object, attributes: attributes))
        if !words.isEmpty {
            details.append("addresses of the host: \(words.joined(separator: ", "))")
        }
    }

    // MARK: the network of a container

    /// The engine joins what `EndpointsConfig` has, and not what `NetworkMode` says: they are made one.
    mutating func settleNetwork(_ host: inout JSONValue) throws(Halt) {
        let given = host["NetworkMode"]?.text ?? ""
        var mode = given.isEmpty ? "default" : given
        let endpoints = body["NetworkingConfig"]?["EndpointsConfig"]?.members ?? [:]
        guard endpoints.count <= 1 else {
            throw .refused(
                400, "a container joins one network when it is made: connect it to the others")
        }
        let endpoint = endpoints.first
        if let key = endpoint?.key, mode == "default" { mode = key }
        let isJoined = mode.utf8.starts(with: "container:".utf8)
        let isOwn = isJoined || ownNetworks.contains(mode)
        if let key = endpoint?.key, !key.utf8.elementsEqual(mode.utf8) {
            let isSame = isOwn ? false : try settledNetwork(key).id == settledNetwork(mode).id
            guard isSame else {
                throw .refused(400, "`NetworkMode` and `EndpointsConfig` are different networks")
            }
        }
        if !isOwn {
            let known = try settledNetwork(mode)
            mode = ownNetworks.contains(known.name) ? known.name : known.id
        }
        if !given.isEmpty || mode != "default" { host.set("NetworkMode", .text(mode)) }
        body.set("NetworkingConfig", nil)
        guard let endpoint else { return }
        let kept = asked(endpoint.value)
        try judgeOptions(of: kept)
        if isJoined || mode == "host" || mode == "none" {
            guard kept.isEmpty else {
                throw .refused(400, "`EndpointsConfig` says more than that it is `\(shown(mode))`")
            }
            return
        }
        body.set(
            "NetworkingConfig", .object(["EndpointsConfig": .object([mode: kept])]))
    }

    /// A container of a network that is not there is not refused as one of an image that is not there, which clients
    /// would fetch.
    private func settledNetwork(_ name: String) throws(Halt) -> KnownNetwork {
        guard isName(name) else { throw .refused(400, "`\(shown(name))` is no network") }
        guard try objectIfThere(.network(name)) != nil else {
            throw .refused(400, "network \(shown(name)) not found")
        }
        return try network(name)
    }

    /// Behind `settleNetwork`.
    mutating func judgeJoined(_ host: inout JSONValue) throws(Halt) {
        let mode = host["NetworkMode"]?.text ?? ""
        let isBridge = ["", "default", "bridge"].contains(mode)
        let isOther = ["none", "host"].contains(mode) || mode.utf8.starts(with: "container:".utf8)
        if isBridge || !isOther {
            let claims = try NetworkClaims(
                body["NetworkingConfig"]?["EndpointsConfig"]?.members.first?.value,
                // Nobody is asked for names in the bridge.
                hostname: isBridge ? "" : body["Hostname"]?.text ?? "",
                mac: body["MacAddress"]?.text ?? "")
            try join(isBridge ? nil : network(mode), claims)
        }
        var links: [JSONValue] = []
        for link in host["Links"]?.texts ?? [] { links.append(.text(try judgeLink(link))) }
        if host["Links"] != nil { host.set("Links", .array(links)) }
    }

    mutating func judgeJoined(of known: KnownContainer) throws(Halt) {
        let networks = known.inspected["NetworkSettings"]?["Networks"]?.members ?? [:]
        for (name, settings) in networks.sorted(by: { $0.key < $1.key }) {
            if ["none", "host"].contains(name) { continue }
            let isBridge = ["bridge", "default"].contains(name)
            let claims = try claims(of: known, settings, isNamed: !isBridge)
            let id = settings["NetworkID"]?.text ?? ""
            try join(isBridge ? nil : network(id.isEmpty ? name : id), claims)
        }
        for link in known.hostConfig["Links"]?.texts ?? [] { _ = try judgeLink(link) }
    }

    /// - Parameter network: `nil` for the bridge.
    private mutating func join(_ network: KnownNetwork?, _ claims: NetworkClaims) throws(Halt) {
        var joining =
            network.map { effect(.networkConnect, on: $0, ["joins": .flag(true)]) } ?? bridge
        joining.attributes.merge(claims.attributes) { $1 }
        try add(joining)
        details += claims.lines
    }

    /// The network of a container that asks for none.
    var bridge: Effect {
        let attributes: [String: AttributeValue] = [
            "driver": .text("bridge"), "internal": .flag(false), "joins": .flag(true),
            "labels": .number(0),
        ]
        return Effect(
            .networkConnect, .exactly(ObjectName(["bridge"])),
            attributes: attributes.merging(NetworkClaims().attributes) { $1 })
    }

    /// The environment of the other container is taken in. What goes out has its id.
    private mutating func judgeLink(_ link: String) throws(Halt) -> String {
        let parts = link.parts(":")
        guard 1...2 ~= parts.count else { throw .refused(400, "`\(shown(link))` is no link") }
        let other = try container(parts[0])
        try add(try effect(.containerInspect, on: other, ["link": .flag(true)]))
        let plain = parts[0].behind("/") ?? parts[0]
        return "\(other.id):\(parts.count == 2 ? parts[1] : plain)"
    }
}

/// Modes that are not the name of a network to look up, or the name of one that there is once.
private let ownNetworks: Set<String> = ["default", "bridge", "none", "host"]

/// Of an endpoint: which network it is in, and what the engine makes up when it is.
private let saidOfEndpoints = [
    "NetworkID", "EndpointID", "Gateway", "IPAddress", "IPPrefixLen", "IPv6Gateway",
    "GlobalIPv6Address", "GlobalIPv6PrefixLen", "MacAddress",
]
