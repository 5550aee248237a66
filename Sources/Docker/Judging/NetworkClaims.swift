import Vocabulary

/// What a container takes in a network besides a place that is free: others there ask for these names, and send to these
/// addresses. The engine does not mind that they are another's already.
struct NetworkClaims {
    /// Besides the container's own name and its id.
    private(set) var names: [String] = []
    private(set) var addresses: [String] = []
    private(set) var mac = ""

    init() {}

    /// - Parameter own: the id by which the engine names every container.
    init(
        _ endpoint: JSONValue?, hostname: String, mac: String, own: Substring = ""
    ) throws(Halt) {
        for name in (endpoint?["Aliases"]?.texts ?? []) + [hostname]
        where !name.isEmpty && !name.utf8.elementsEqual(own.utf8) && !names.contains(name) {
            names.append(name)
        }
        let asked = endpoint?["IPAMConfig"]
        let given =
            [asked?["IPv4Address"]?.text ?? "", asked?["IPv6Address"]?.text ?? ""]
            + (asked?["LinkLocalIPs"]?.texts ?? [])
        for text in given where !text.isEmpty {
            guard let address = HostAddress(text) else {
                throw .refused(400, "`\(shown(text))` is no address")
            }
            addresses.append(address.text)
        }
        self.mac = mac
    }

    var attributes: [String: AttributeValue] {
        [
            "aliases": .number(Int64(names.count)),
            "address": .text(addresses.joined(separator: " ")), "mac": .text(mac),
        ]
    }

    var lines: [String] {
        names.map { "in the network also called \(shownWhole($0))" }
            + addresses.map { "in the network at the address \($0)" }
            + (mac.isEmpty ? [] : ["in the network as the device \(shownWhole(mac))"])
    }
}

extension Judge {
    /// - Parameter isNamed: whether others of the network can ask for its names.
    func claims(
        of known: KnownContainer, _ endpoint: JSONValue?, isNamed: Bool = true
    ) throws(Halt) -> NetworkClaims {
        try NetworkClaims(
            endpoint, hostname: isNamed ? known.config["Hostname"]?.text ?? "" : "",
            mac: known.config["MacAddress"]?.text ?? "", own: known.id.prefix(12))
    }
}
