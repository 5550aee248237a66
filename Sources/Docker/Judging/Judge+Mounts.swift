import Vocabulary

/// Where the bytes of a container's files come from.
extension Judge {
    /// Of a container that is about to be made.
    mutating func judgeMounts(_ host: inout JSONValue) throws(Halt) {
        let driver = host["VolumeDriver"]?.text ?? ""
        var binds: [JSONValue] = []
        var mounts: [JSONValue] = []
        for text in host["Binds"]?.texts ?? [] {
            let bind = try judgeBind(text, driver)
            if bind.text == nil { mounts.append(bind) } else { binds.append(bind) }
        }
        if host["Binds"] != nil { host.set("Binds", .array(binds)) }
        for mount in host["Mounts"]?.array ?? [] { mounts.append(try judgeMount(mount)) }
        if host["Mounts"] != nil || !mounts.isEmpty { host.set("Mounts", .array(mounts)) }
        var others: [JSONValue] = []
        for text in host["VolumesFrom"]?.texts ?? [] {
            others.append(.text(try judgeVolumesFrom(text)))
        }
        if host["VolumesFrom"] != nil { host.set("VolumesFrom", .array(others)) }
    }

    /// `source:destination[:mode]`; one part alone is a place for a volume of its own.
    ///
    /// - Returns: a text, or a mount, which can leave out what is mounted below.
    private mutating func judgeBind(_ text: String, _ driver: String) throws(Halt) -> JSONValue {
        let parts = text.parts(":")
        if parts.count == 1 { return .text(text) }
        guard parts.count <= 3, !parts[1].isEmpty else {
            throw .refused(400, "`\(shown(text))` is no bind")
        }
        let modes = parts.count == 3 ? parts[2].parts(",").filter { !$0.isEmpty } : []
        guard modes.allSatisfy(bindModes.contains) else {
            throw .refused(400, "`\(shown(text))` has a mode that the gateway does not know")
        }
        let isWritable = !modes.contains("ro")
        let isRelabelled = try judgeLabel(modes, parts[0])
        let rest = parts.dropFirst().joined(separator: ":")
        if parts[0].utf8.first == UInt8(ascii: "/") {
            let (path, reference) = try hostPath(parts[0])
            let propagation = modes.first(where: propagations.contains) ?? ""
            if !isWritable, propagation.isEmpty, !isRelabelled, canBeAlone {
                return try judgeMount([
                    "Type": .text("bind"), "Source": .text(path), "Target": .text(parts[1]),
                    "ReadOnly": .bool(true),
                ])
            }
            try addMount(
                reference, isWritable, isAlone: false, via: "bind", propagation: propagation)
            return .text("\(path):\(rest)")
        }
        guard isVolumeName(parts[0]) else {
            throw .refused(400, "`\(shown(parts[0]))` is no absolute path and no name of a volume")
        }
        try judgeVolume(named: parts[0], driver, [:], isWritable, via: "volume")
        return .text(text)
    }

    /// Whether the engine takes `NonRecursive`: for older clients it clears it.
    private var canBeAlone: Bool { call.version >= EngineVersion(1, 40) }

    /// The host's files get another label, for as long as they are there.
    private mutating func judgeLabel(_ modes: [String], _ source: String) throws(Halt) -> Bool {
        guard modes.contains("z") || modes.contains("Z") else { return false }
        try add(privilege("security", "label", attributes: ["relabels": .text(source)]))
        return true
    }

    private mutating func judgeMount(_ given: JSONValue) throws(Halt) -> JSONValue {
        var mount = given
        let source = mount["Source"]?.text ?? ""
        let isWritable = !(mount["ReadOnly"]?.flag ?? false)
        switch mount["Type"]?.text {
        case "bind":
            let (path, reference) = try hostPath(source)
            mount.set("Source", .text(path))
            var options = mount["BindOptions"] ?? .object([:])
            let propagation = options["Propagation"]?.text ?? ""
            if !isWritable, propagation.isEmpty, canBeAlone {
                options.set("NonRecursive", .bool(true))
                mount.set("BindOptions", options)
            }
            try addMount(
                reference, isWritable,
                isAlone: canBeAlone && options["NonRecursive"]?.flag ?? false, via: "bind",
                propagation: propagation)
        case "volume":
            let driver = mount["VolumeOptions"]?["DriverConfig"]
            let options = driver?["Options"]?.members ?? [:]
            try checkDevice(options)
            if source.isEmpty {
                try judgeVolume(
                    "", driver?["Name"]?.text ?? "", options, isWritable, via: "volume", isNew: true
                )
            } else {
                guard isVolumeName(source) else {
                    throw .refused(400, "`\(shown(source))` is no name of a volume")
                }
                try judgeVolume(
                    named: source, driver?["Name"]?.text ?? "", options, isWritable, via: "volume")
            }
        case "tmpfs": break
        default:
            throw .refused(
                400,
                "the gateway does not know mounts of type `\(shown(mount["Type"]?.text ?? ""))`")
        }
        return mount
    }

    /// All that another container has mounted.
    private mutating func judgeVolumesFrom(_ text: String) throws(Halt) -> String {
        let parts = text.parts(":")
        guard 1...2 ~= parts.count,
            parts.count == 1 || ["ro", "rw", "z", "Z", ""].contains(parts[1])
        else { throw .refused(400, "`\(shown(text))` is no container with a mode") }
        let other = try container(parts[0])
        _ = try judgeLabel(Array(parts.dropFirst()), other.name)
        let isReadOnly = parts.count == 2 && parts[1] == "ro"
        for mount in other.inspected["Mounts"]?.array ?? [] {
            let isWritable = mount["RW"]?.flag ?? true && !isReadOnly
            try judgeExistingMount(mount, of: other, isWritable, via: "volumes-from")
        }
        return ([other.id] + parts.dropFirst()).joined(separator: ":")
    }

    /// Of a container that is there. What it has alone is nobody's business.
    mutating func judgeMounts(of known: KnownContainer) throws(Halt) {
        let host = known.hostConfig
        let named =
            (host["Binds"]?.texts ?? []).map { $0.parts(":")[0] }
            + (host["Mounts"]?.array ?? []).compactMap { $0["Source"]?.text }
        let isSharing = !(host["VolumesFrom"]?.texts ?? []).isEmpty
        for text in host["Binds"]?.texts ?? [] {
            let parts = text.parts(":")
            if parts.count == 3 { _ = try judgeLabel(parts[2].parts(","), parts[0]) }
        }
        for text in host["VolumesFrom"]?.texts ?? [] {
            let parts = text.parts(":")
            _ = try judgeLabel(Array(parts.dropFirst()), parts[0])
        }
        for mount in known.inspected["Mounts"]?.array ?? [] {
            let name = mount["Name"]?.text ?? ""
            let isOwn =
                mount["Type"]?.text == "volume" && isID(name) && !isSharing && !named.contains(name)
            try judgeExistingMount(
                mount, of: known, mount["RW"]?.flag ?? true, via: nil, isOwn: isOwn)
        }
    }

    /// - Parameter via: `nil` for the mount's own type.
    private mutating func judgeExistingMount(
        _ mount: JSONValue, of known: KnownContainer, _ isWritable: Bool, via: String?,
        isOwn: Bool = false
    ) throws(Halt) {
        switch mount["Type"]?.text {
        case "bind":
            let (_, reference) = try hostPath(mount["Source"]?.text ?? "")
            let place = cleanPath(mount["Destination"]?.text ?? "")
            // The engine says it there only.
            let isAlone = (known.hostConfig["Mounts"]?.array ?? []).contains {
                cleanPath($0["Target"]?.text ?? "").utf8.elementsEqual(place.utf8)
                    && $0["Type"]?.text == "bind"
                    && $0["BindOptions"]?["NonRecursive"]?.flag ?? false
            }
            try addMount(
                reference, isWritable, isAlone: isAlone, via: via ?? "bind",
                propagation: mount["Propagation"]?.text ?? "")
        case "volume":
            guard let name = mount["Name"]?.text, isVolumeName(name) else {
                throw .refused(502, "the engine does not say which volume a container has")
            }
            try judgeVolume(
                named: name, mount["Driver"]?.text ?? "", [:], isWritable, via: via ?? "volume",
                isOwn: isOwn)
        case "tmpfs": break
        default:
            try addMount(
                .anything, isWritable, isAlone: false, via: via ?? "unknown", propagation: "")
        }
    }

    /// To read is a directory without what is mounted below it: that can be written to, whatever is said of the directory.
    ///
    /// - Parameter isAlone: nothing that is mounted below it comes with it.
    private mutating func addMount(
        _ reference: ObjectReference, _ isWritable: Bool, isAlone: Bool, via: String,
        propagation: String, type: String = "bind"
    ) throws(Halt) {
        let propagation = plainPropagation(propagation)
        let isOpen = !isAlone || propagation != "private"
        try add(
            Effect(
                .containerMount, reference,
                attributes: [
                    "writable": .flag(isWritable || isOpen), "via": .text(via),
                    "propagation": .text(propagation), "type": .text(type),
                ]))
        if !isWritable, isOpen {
            details.append("to read, but for what is mounted below: \(spelled(reference))")
        }
    }

    // MARK: volumes

    /// A volume that is there has the options that it has, whatever is asked for.
    mutating func judgeVolume(
        named name: String, _ driver: String, _ options: [String: JSONValue], _ isWritable: Bool,
        via: String, isOwn: Bool = false
    ) throws(Halt) {
        guard let volume = try objectIfThere(.volume(name)) else {
            return try judgeVolume(name, driver, options, isWritable, via: via, isNew: true)
        }
        guard let driver = volume["Driver"]?.text, let found = volume["Name"]?.text,
            found.utf8.elementsEqual(name.utf8)
        else {
            throw .refused(502, "the engine does not say what the volume `\(shown(name))` is")
        }
        let known = volume["Options"]?.members ?? [:]
        if isOwn, driver == "local", known.isEmpty { return }
        try judgeVolume(name, driver, known, isWritable, via: via, isNew: false)
        // It gets these should it be gone by then.
        if !options.isEmpty, options != known {
            try judgeVolume(name, driver, options, isWritable, via: via, isNew: false)
        }
    }

    /// - Parameter name: empty for one without.
    private mutating func judgeVolume(
        _ name: String, _ driver: String, _ options: [String: JSONValue], _ isWritable: Bool,
        via: String, isNew: Bool
    ) throws(Halt) {
        let driver = driver.isEmpty ? "local" : driver
        if !name.isEmpty {
            try add(
                Effect(
                    .containerVolume, .exactly(ObjectName([name])),
                    attributes: [
                        "writable": .flag(isWritable), "driver": .text(driver), "via": .text(via),
                        "new": .flag(isNew),
                    ]))
        }
        try judgeOptions(of: name, driver, options, isWritable, via: via)
    }

    /// Of a volume that is about to be made.
    func checkDevice(_ options: [String: JSONValue]) throws(Halt) {
        guard !leadsBack(options["device"]?.text ?? "") else {
            throw .refused(400, "a volume's `device` has no steps back (`..`): write where it is")
        }
    }

    /// What a volume's options mount: the kernel's `mount` runs with them.
    ///
    /// - Parameter name: empty for a volume without.
    mutating func judgeOptions(
        of name: String, _ driver: String, _ options: [String: JSONValue], _ isWritable: Bool,
        via: String
    ) throws(Halt) {
        let owner = name.isEmpty ? "a new volume" : "the volume \(shownWhole(name))"
        details += options.sorted { $0.key < $1.key }.map { key, value in
            "option of \(owner): \(shownWhole(mask("\(key)=\(value.text ?? "")")))"
        }
        guard driver == "local" else { return try add(try privilege("volume_driver", of: driver)) }
        guard options.keys.allSatisfy({ ["type", "o", "device", "size"].contains($0) }) else {
            throw .refused(400, "a local volume has the options type, o, device and size")
        }
        let (type, device) = (options["type"]?.text ?? "", options["device"]?.text ?? "")
        let flags = (options["o"]?.text ?? "").parts(",").filter { !$0.isEmpty }
        if type.isEmpty, device.isEmpty, flags.isEmpty { return }
        let isBind = flags.contains("bind") || flags.contains("rbind")
        // The one kind that takes nothing of the host.
        if type == "tmpfs", flags.allSatisfy(isOfMemory) { return }
        let isReadOnly = flags.contains("ro") && !flags.contains("rw")
        let reference: ObjectReference =
            isBind && device.utf8.first == UInt8(ascii: "/") && !leadsBack(device)
            ? try hostPath(device).reference : .anything
        try addMount(
            reference, isWritable && !isReadOnly, isAlone: !isBind, via: via, propagation: "",
            type: isBind ? "bind" : type)
    }
}

/// The engine passes it on as it is, and the kernel goes back from where a link leads to.
private func leadsBack(_ path: String) -> Bool { path.parts("/").contains("..") }

/// A volume's name: it stands for a file.
func isVolumeName(_ name: String) -> Bool {
    guard isName(name), name.utf8.count > 1, let first = name.utf8.first,
        first != UInt8(ascii: "_"),
        first != UInt8(ascii: "."), first != UInt8(ascii: "-")
    else { return false }
    return name.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// What is mounted below is seen, or not, in one direction or both; `r` says that of all below too.
private func plainPropagation(_ text: String) -> String {
    switch text {
    case "", "rprivate", "private": "private"
    case "rshared", "shared": "shared"
    case "rslave", "slave": "slave"
    default: text
    }
}

private func isOfMemory(_ flag: String) -> Bool {
    let name = flag.parts("=")[0]
    return [
        "size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "ro", "rw", "noexec", "nosuid",
        "nodev", "exec", "suid", "dev", "noatime", "relatime",
    ].contains(name)
}

private let propagations: Set<String> = [
    "private", "rprivate", "shared", "rshared", "slave", "rslave",
]
private let bindModes = propagations.union([
    "ro", "rw", "z", "Z", "nocopy", "consistent", "cached", "delegated",
])
