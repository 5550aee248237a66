import Vocabulary

/// What a container sees of processes, memory and networks that are not its own.
extension Judge {
    mutating func judgeNamespaces(_ host: inout JSONValue) throws(Halt) {
        for kind in namespaces {
            guard let mode = host[kind.key]?.text else { continue }
            if let other = try joined(mode) {
                guard kind.canJoin else {
                    throw .refused(400, "`\(kind.key)` is not taken from a container")
                }
                host.set(kind.key, .text("container:\(other.id)"))
                try judgeJoining(kind, other)
            } else if mode == "host" {
                try add(privilege("namespace", kind.name, "host"))
            } else if !kind.others.contains(mode), kind.key != "NetworkMode" {
                throw .refused(400, "`\(kind.key)` cannot be `\(shown(mode))`")
            }
        }
    }

    /// What the other joined, this one joins.
    private mutating func judgeJoining(
        _ kind: Namespace, _ first: KnownContainer
    ) throws(Halt) {
        var next: KnownContainer? = first
        var seen: Set<String> = []
        while let container = next, seen.insert(container.id).inserted {
            try add(
                privilege(
                    "namespace", kind.name, "container",
                    attributes: ["name": .text(container.name), "container": .text(container.id)]))
            let mode = container.hostConfig[kind.key]?.text ?? ""
            if mode == "host" { try add(privilege("namespace", kind.name, "host")) }
            if container.hostConfig["Privileged"]?.flag ?? false, kind.name == "pid" {
                try add(privilege("namespace", kind.name, "privileged"))
            }
            next = try joined(mode)
        }
    }

    /// A container keeps the ids of those whose namespaces it joins. Whenever it starts the engine looks for them anew, and
    /// takes an id that no container has for another's name.
    func checkJoined(by known: KnownContainer) throws(Halt) {
        for kind in namespaces {
            guard let id = known.hostConfig[kind.key]?.text?.behind("container:") else { continue }
            guard try isContainer(id) else {
                throw .refused(
                    409,
                    "the container whose \(kind.name) namespace this one joins is not there any more: make it anew"
                )
            }
        }
    }

    private func isContainer(_ id: String) throws(Halt) -> Bool {
        guard isID(id), let inspected = try objectIfThere(.container(id)) else { return false }
        return KnownContainer(inspected)?.id == id
    }

    /// The container whose namespace a mode is.
    private func joined(_ mode: String) throws(Halt) -> KnownContainer? {
        guard let name = mode.behind("container:") else { return nil }
        return try container(name)
    }
}

struct Namespace {
    let key: String
    let name: String
    let canJoin: Bool
    /// Modes in which it is the container's own.
    let others: Set<String>
}

private let namespaces = [
    Namespace(key: "PidMode", name: "pid", canJoin: true, others: [""]),
    Namespace(
        key: "IpcMode", name: "ipc", canJoin: true, others: ["", "private", "none", "shareable"]),
    Namespace(key: "NetworkMode", name: "network", canJoin: true, others: []),
    Namespace(key: "UTSMode", name: "uts", canJoin: false, others: ["", "private"]),
    Namespace(key: "UsernsMode", name: "user", canJoin: false, others: ["", "private"]),
    Namespace(key: "CgroupnsMode", name: "cgroup", canJoin: false, others: ["", "private"]),
]
