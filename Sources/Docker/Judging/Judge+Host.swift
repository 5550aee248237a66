import Vocabulary

/// What a container's settings take of the walls around it. Each is an effect of its own, so that what no rule allows is
/// denied. Texts that the engine reads in several spellings come out in one.
extension Judge {
    func privilege(
        _ name: String..., attributes: [String: AttributeValue] = [:]
    ) -> Effect {
        Effect(.containerPrivilege, .exactly(ObjectName(name)), attributes: attributes)
    }

    mutating func judgeHost(_ host: inout JSONValue) throws(Halt) {
        if host["Privileged"]?.flag ?? false { try add(privilege("privileged")) }
        try judgeCapabilities(&host)
        try judgeNamespaces(&host)
        try judgeSecurity(&host)
        try judgeDevices(&host)
        try judgeKernel(host)
        try judgePorts(&host)
    }

    private mutating func judgeCapabilities(_ host: inout JSONValue) throws(Halt) {
        for key in ["CapAdd", "CapDrop"] {
            guard let given = host[key] else { continue }
            var names: [JSONValue] = []
            for text in given.texts {
                let name = try capability(text)
                names.append(.text(name))
                if key == "CapAdd", !ordinaryCapabilities.contains(name) {
                    try add(privilege("capability", name.lowercased()))
                }
            }
            host.set(key, .array(names))
        }
    }

    /// Without `CAP_`, in capitals.
    private func capability(_ text: String) throws(Halt) -> String {
        let capitals = text.uppercased()
        let rest = capitals.behind("CAP_")
        let name = rest ?? capitals
        let isPlain =
            !name.isEmpty
            && name.utf8.allSatisfy {
                UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 || $0 == UInt8(ascii: "_")
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
            }
        // The engine takes letters for these that only look alike.
        guard text.isPrintableASCII, isPlain, name.behind("CAP_") == nil,
            rest != "ALL"
        else { throw .refused(400, "`\(shown(text))` is no capability") }
        return name
    }

    private mutating func judgeDevices(_ host: inout JSONValue) throws(Halt) {
        var devices: [JSONValue] = []
        for device in host["Devices"]?.array ?? [] {
            var device = device
            let (path, reference) = try hostPath(device["PathOnHost"]?.text ?? "")
            device.set("PathOnHost", .text(path))
            devices.append(device)
            try add(
                Effect(
                    .containerDevice, reference,
                    attributes: [
                        "permissions": .text(device["CgroupPermissions"]?.text ?? ""),
                        "inside": .text(device["PathInContainer"]?.text ?? ""),
                    ]))
        }
        if host["Devices"] != nil { host.set("Devices", .array(devices)) }
        for rule in host["DeviceCgroupRules"]?.texts ?? [] {
            try add(privilege("device_cgroup_rule", attributes: ["rule": .text(rule)]))
        }
        for request in host["DeviceRequests"]?.array ?? [] {
            let driver = request["Driver"]?.text ?? ""
            try add(
                privilege(
                    "device_request", driver.isEmpty ? "any" : driver,
                    attributes: ["count": .number(request["Count"]?.integer ?? 0)]))
        }
        for key in blockDeviceKeys {
            for limit in host[key]?.array ?? [] {
                try add(
                    privilege(
                        "block_device", attributes: ["path": .text(limit["Path"]?.text ?? "")]))
            }
        }
    }

    private mutating func judgeKernel(_ host: JSONValue) throws(Halt) {
        for (name, value) in (host["Sysctls"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
            // Which comes first separates; the other one is a dot in a name.
            let first = name.utf8.first { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }
            let parts =
                first == UInt8(ascii: "/")
                ? name.parts("/")
                : name.parts(".").map { $0.parts("/").joined(separator: ".") }
            guard parts.allSatisfy({ !$0.isEmpty }) else {
                throw .refused(400, "`\(shown(name))` is no kernel parameter")
            }
            try add(
                Effect(
                    .containerPrivilege, .exactly(ObjectName(["sysctl"] + parts)),
                    attributes: ["value": .text(value.text ?? "")]))
        }
        let score = host["OomScoreAdj"]?.integer ?? 0
        if score < 0 || host["OomKillDisable"]?.flag ?? false {
            try add(privilege("oom", attributes: ["score": .number(score)]))
        }
        for group in host["GroupAdd"]?.texts ?? [] { try add(try privilege("group", of: group)) }
        for (key, name) in [("CgroupParent", "cgroup_parent"), ("Cgroup", "cgroup")] {
            if let path = host[key]?.text, !path.isEmpty {
                try add(privilege(name, attributes: ["path": .text(path)]))
            }
        }
        if let runtime = host["Runtime"]?.text, !ordinaryRuntimes.contains(runtime) {
            try add(try privilege("runtime", of: runtime))
        }
        if let driver = host["LogConfig"]?["Type"]?.text, !ordinaryLogDrivers.contains(driver) {
            try add(try privilege("log_driver", of: driver))
        }
        if let driver = host["VolumeDriver"]?.text, !driver.isEmpty, driver != "local" {
            try add(try privilege("volume_driver", of: driver))
        }
        if let isolation = host["Isolation"]?.text, !isolation.isEmpty, isolation != "default" {
            throw .refused(400, "`Isolation` is for another system")
        }
    }

    func privilege(_ kind: String, of name: String) throws(Halt) -> Effect {
        guard !name.isEmpty, name.isPrintableASCII else {
            throw .refused(400, "`\(shown(name))` is no name of a \(kind)")
        }
        return privilege(kind, name)
    }

    private mutating func judgePorts(_ host: inout JSONValue) throws(Halt) {
        if host["PublishAllPorts"]?.flag ?? false { try add(publishing(nil, "", nil)) }
        guard let given = host["PortBindings"] else { return }
        var bindings: [String: JSONValue] = [:]
        for (inside, places) in given.members.sorted(by: { $0.key < $1.key }) {
            var settled: [JSONValue] = []
            for place in places.array ?? [] {
                var place = place
                let text = place["HostIp"]?.text ?? ""
                let address = text.isEmpty ? nil : HostAddress(text)
                // What is no address is every address to the engine.
                guard text.isEmpty || address != nil else {
                    throw .refused(400, "`\(shown(text))` is no address")
                }
                if let address { place.set("HostIp", .text(address.text)) }
                try add(publishing(address, place["HostPort"]?.text ?? "", inside))
                settled.append(place)
            }
            bindings[inside] = .array(settled)
        }
        host.set("PortBindings", .object(bindings))
    }

    /// - Parameters:
    ///   - address: `nil` for every one.
    ///   - inside: `80/tcp`; `nil` for all that the image says.
    private func publishing(
        _ address: HostAddress?, _ port: String, _ inside: String?
    ) throws(Halt) -> Effect {
        let isEvery = address?.isEvery ?? true
        var attributes: [String: AttributeValue] = [
            "address": .text(address.map { isEvery ? "0.0.0.0" : $0.text } ?? "0.0.0.0")
        ]
        if let inside { attributes["inside"] = .text(inside) }
        let isRange = port.utf8.allSatisfy {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: "-")
        }
        guard isRange else { throw .refused(400, "`\(shown(port))` is no port") }
        // One of several is none that a rule could be sure of.
        if port.isEmpty { attributes["port"] = .number(0) }
        if let number = UInt16(port) { attributes["port"] = .number(Int64(number)) }
        return Effect(.networkPublish, .none, attributes: attributes)
    }
}

/// What every container has that drops none.
private let ordinaryCapabilities: Set<String> = [
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
    "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
]
private let ordinaryRuntimes: Set<String> = ["", "runc", "io.containerd.runc.v2"]
private let ordinaryLogDrivers: Set<String> = ["", "json-file", "local"]
private let blockDeviceKeys = [
    "BlkioWeightDevice", "BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps",
    "BlkioDeviceWriteIOps",
]
