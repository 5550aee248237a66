import Vocabulary

extension Judge {
    /// Of several options of a kind the engine takes the last: each counts here.
    mutating func judgeSecurity(_ host: inout JSONValue) throws(Halt) {
        // The engine adds this one by itself, where there is no label to give.
        let isUnlabelled =
            host["Privileged"]?.flag ?? false || host["PidMode"]?.text == "host"
            || host["IpcMode"]?.text == "host"
        var options: [JSONValue] = []
        for text in host["SecurityOpt"]?.texts ?? [] {
            let (key, value) = try securityOption(text)
            switch key {
            case "no-new-privileges":
                if !isTrue(value) { try add(privilege("security", "no_new_privileges_off")) }
            case "seccomp", "apparmor":
                if !value.isEmpty, value != ordinaryProfiles[key] {
                    let isOff = value == "unconfined"
                    try add(
                        privilege(
                            "security", key,
                            attributes: ["profile": .text(isOff ? value : "custom")]))
                }
            default:
                if !(isUnlabelled && value == "disable") {
                    try add(privilege("security", "label", attributes: ["label": .text(value)]))
                }
            }
            options.append(.text("\(key)=\(value)"))
        }
        if host["SecurityOpt"] != nil { host.set("SecurityOpt", .array(options)) }
        for (key, name, ordinary) in pathLists {
            guard let paths = host[key]?.array else { continue }
            if !ordinary.isSubset(of: paths.compactMap(\.text)) {
                try add(privilege("security", name))
            }
        }
    }

    /// Key and value, which stand behind the first `=`, or else `:`.
    private func securityOption(
        _ text: String
    ) throws(Halt) -> (key: String, value: String) {
        if text == "no-new-privileges" { return (text, "true") }
        if text == "disable" { return ("label", text) }
        let parts = text.parts(text.utf8.contains(UInt8(ascii: "=")) ? "=" : ":", splitsMax: 1)
        guard parts.count == 2,
            ["no-new-privileges", "seccomp", "apparmor", "label"].contains(parts[0])
        else {
            throw .refused(400, "`\(shown(text))` is no security option that the gateway knows")
        }
        let (key, value) = (parts[0], parts[1])
        guard key != "no-new-privileges" || isTrue(value) || isFalse(value) else {
            throw .refused(400, "`\(key)` is true or false")
        }
        return (key, value)
    }
}

/// As Go reads them.
private func isTrue(_ text: String) -> Bool {
    ["1", "t", "T", "TRUE", "true", "True"].contains(text)
}
private func isFalse(_ text: String) -> Bool {
    ["0", "f", "F", "FALSE", "false", "False"].contains(text)
}

private let ordinaryProfiles = ["seccomp": "builtin", "apparmor": "docker-default"]

/// What an engine hides from a container, or lets it read only, unless it is told otherwise.
private let pathLists: [(key: String, name: String, ordinary: Set<String>)] = [
    (
        "MaskedPaths", "masked_paths",
        [
            "/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
            "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi",
            "/sys/firmware",
        ]
    ),
    (
        "ReadonlyPaths", "readonly_paths",
        ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
    ),
]
