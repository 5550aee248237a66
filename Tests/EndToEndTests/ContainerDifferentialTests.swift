import Foundation
import TestKit
import Testing

/// What the gateway judged of a container, against what the engine then says that it made.
@Suite("Containers as judged and as made", .engine, .serialized, .realParts)
struct ContainerDifferentialTests {
    private struct Opened {
        let containers: ContainerGateway
        let agent: ContainerGateway.Agent
    }

    /// Everything is done, and entered with its effects.
    private static let policy =
        Policies.containers
        .components(separatedBy: "  - rule: ways-out")[0]
        .replacingOccurrences(of: "decide: allow", with: "decide: review")
            + """
              - rule: ways-out
                effects: [container.privilege, container.device, container.mount, network.publish]
                decide: review
            """

    private static let shared = Task {
        let containers = try ContainerGateway(policies: [policy])
        let engine = containers.engine
        try engine.docker([
            "volume", "create", "--opt", "type=none", "--opt", "o=bind", "--opt", "device=/etc",
            containers.name("disk"),
        ])
        for (name, options) in [
            ("processes", ["--pid", "host"]), ("net", ["--network", "host"]),
            ("files", ["--volume", "/etc:/data", "--volume", containers.name("disk") + ":/disk"]),
        ] {
            try engine.docker(
                ["create", "--name", containers.name(name)] + options + ["bb", "sleep", "1000"])
        }
        return Opened(containers: containers, agent: try await containers.agent())
    }

    /// Options of `docker create`, as people write them.
    static let options = [
        "", "--privileged", "--privileged --cap-drop ALL --pid host",
        "--cap-add SYS_ADMIN --cap-add cap_net_admin", "--cap-add all --cap-drop chown",
        "--cap-add chown", "-v /etc/:/a:ro", "-v /etc:/a:ro,rprivate", "-v //etc/../usr:/a",
        "-v /etc:/a:rw,rslave",
        "-v /a", "-v PREFIX-plain:/a", "-v PREFIX-disk:/a:ro", "-v PREFIX-disk:/a",
        "--mount type=bind,src=/etc,dst=/a,readonly",
        "--mount type=bind,src=/usr,dst=/a,bind-propagation=rshared",
        "--mount type=volume,dst=/a", "--mount type=volume,src=PREFIX-disk,dst=/a,readonly",
        "--mount type=volume,src=PREFIX-b,dst=/a,volume-nocopy,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/etc",
        "--mount type=tmpfs,dst=/a", "--tmpfs /t:exec,suid,dev",
        "--volumes-from PREFIX-files", "--volumes-from PREFIX-files:ro",
        "--device /dev/kmsg", "--device /dev/null:/dev/x:r",
        "--device-cgroup-rule a\u{A0}*:*\u{A0}rwm",
        "--gpus all", "--pid host", "--ipc host", "--uts host", "--userns host",
        "--cgroupns host", "--network host", "--pid container:PREFIX-processes",
        "--network container:PREFIX-net", "--ipc shareable", "--network none",
        "--security-opt seccomp=unconfined", "--security-opt apparmor:unconfined",
        "--security-opt systempaths=unconfined", "--security-opt no-new-privileges",
        "--security-opt label=disable", "--cgroup-parent /x", "--group-add 0",
        "--sysctl net.ipv4.ip_forward=1", "--oom-score-adj -500", "--oom-kill-disable -m 64m",
        "--runtime io.containerd.runc.v2", "--log-driver none", "--restart always --init",
        "--privileged -v /:/host -v /run/docker.sock:/s --pid host --network host --device /dev/fuse",
    ]

    @Test(
        "threat 29: everything that leads out of what was made had been judged, and nothing else",
        arguments: options.indices)
    func same(index: Int) async throws {
        let opened = try await Self.shared.value
        let containers = opened.containers
        let name = containers.name("made\(index)")
        let options: [String] = Self.options[index].replacingOccurrences(
            of: "PREFIX", with: containers.prefix
        )
        .split(separator: " ").map { $0.replacingOccurrences(of: "\u{A0}", with: " ") }
        let said = try await opened.agent.docker(["create", "--name", name] + options + ["bb"])
            .run()
        try #require(said.status == 0, "\(said)")
        let made = try waysOut(asMade: name, containers)
        let judged = try containers.enteredEffects("review")
            .first {
                $0.contains { $0.hasPrefix("container.create ") && $0.contains("name: \(name)") }
            }
        let effects = try #require(judged)
        #expect(Set(effects.compactMap(wayOut)) == made, "\(options): \(effects)")
    }

    /// An effect that leads out, as `verb object`, for mounts with whether it can be written to.
    private func wayOut(_ effect: String) -> String? {
        let verbs = ["container.privilege ", "container.device ", "container.mount "]
        guard verbs.contains(where: effect.hasPrefix) else { return nil }
        let isMount = effect.hasPrefix("container.mount ")
        let plain = effect.prefix { $0 != "(" }.trimmingCharacters(in: .whitespaces)
        return isMount ? "\(plain) \(effect.contains("writable: true"))" : plain
    }

    // MARK: What was made

    private func waysOut(asMade name: String, _ containers: ContainerGateway) throws -> Set<String>
    {
        let made = try inspected(["container", "inspect", name], containers)
        let host = made["HostConfig"] as? [String: Any] ?? [:]
        var found: Set<String> = []
        func privilege(_ name: String) { found.insert("container.privilege " + name) }
        if host["Privileged"] as? Bool == true { privilege("privileged") }
        for name in host["CapAdd"] as? [String] ?? [] where name != "CHOWN" {
            privilege("capability." + name.lowercased())
        }
        for (key, name) in [
            ("PidMode", "pid"), ("IpcMode", "ipc"), ("UTSMode", "uts"), ("UsernsMode", "user"),
            ("CgroupnsMode", "cgroup"), ("NetworkMode", "network"),
        ] {
            let mode = host[key] as? String ?? ""
            // Another's is as much of the host as that one has.
            if mode.hasPrefix("container:") {
                privilege("namespace.\(name).container")
                let other = String(mode.dropFirst("container:".count))
                let theirs = try inspected(["container", "inspect", other], containers)
                let isOfHost = (theirs["HostConfig"] as? [String: Any])?[key] as? String == "host"
                if isOfHost { privilege("namespace.\(name).host") }
            }
            // Of the engine's own choice where the machine has the first version of control groups.
            let isDefault = key == "CgroupnsMode" && !name.isEmpty && !Self.asksForCgroups(made)
            if mode == "host", !isDefault { privilege("namespace.\(name).host") }
        }
        for option in host["SecurityOpt"] as? [String] ?? [] {
            let key = option.split { "=:".contains($0) }.first.map(String.init) ?? ""
            let isImplied =
                key == "label"
                && (found.contains("container.privilege privileged")
                    || host["PidMode"] as? String == "host" || host["IpcMode"] as? String == "host")
            if key != "no-new-privileges", !isImplied { privilege("security." + key) }
        }
        for (key, name) in [("MaskedPaths", "masked_paths"), ("ReadonlyPaths", "readonly_paths")]
        where (host[key] as? [String])?.isEmpty == true { privilege("security." + name) }
        for group in host["GroupAdd"] as? [String] ?? [] { privilege("group." + group) }
        for name in (host["Sysctls"] as? [String: String] ?? [:]).keys {
            privilege("sysctl." + name)
        }
        if !(host["DeviceCgroupRules"] as? [String] ?? []).isEmpty {
            privilege("device_cgroup_rule")
        }
        for request in host["DeviceRequests"] as? [[String: Any]] ?? [] {
            let driver = request["Driver"] as? String ?? ""
            privilege("device_request." + (driver.isEmpty ? "any" : driver))
        }
        if host["CgroupParent"] as? String != "" { privilege("cgroup_parent") }
        if (host["OomScoreAdj"] as? Int ?? 0) < 0 || host["OomKillDisable"] as? Bool == true {
            privilege("oom")
        }
        let log = (host["LogConfig"] as? [String: Any])?["Type"] as? String ?? ""
        if log != "json-file" { privilege("log_driver." + log) }
        for device in host["Devices"] as? [[String: Any]] ?? [] {
            found.insert("container.device \(device["PathOnHost"] as? String ?? "")")
        }
        for mount in made["Mounts"] as? [[String: Any]] ?? [] {
            var place = mount["Source"] as? String ?? ""
            var isWritable = mount["RW"] as? Bool ?? true || !isAlone(mount, host)
            if mount["Type"] as? String == "tmpfs" { continue }
            if mount["Type"] as? String == "volume" {
                let name = mount["Name"] as? String ?? ""
                let volume = try inspected(["volume", "inspect", name], containers)
                guard let device = (volume["Options"] as? [String: String])?["device"] else {
                    continue
                }
                place = device
                isWritable = true
            }
            found.insert("container.mount \(place) \(isWritable)")
        }
        return found
    }

    /// Whether a mount is without what is mounted below it, then and later.
    private func isAlone(_ mount: [String: Any], _ host: [String: Any]) -> Bool {
        (host["Mounts"] as? [[String: Any]] ?? []).contains {
            $0["Target"] as? String == mount["Destination"] as? String
                && ($0["BindOptions"] as? [String: Any])?["NonRecursive"] as? Bool == true
        } && mount["Propagation"] as? String == "rprivate"
    }

    private static func asksForCgroups(_ made: [String: Any]) -> Bool {
        (made["Name"] as? String)?.hasSuffix(
            "made\(options.firstIndex(of: "--cgroupns host") ?? -1)")
            ?? false
    }

    private func inspected(
        _ arguments: [String], _ containers: ContainerGateway
    ) throws -> [String: Any] {
        let text = try containers.engine.docker(arguments)
        let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        guard let first = list?.first else { throw Failure("inspect \(arguments): \(text)") }
        return first
    }
}
