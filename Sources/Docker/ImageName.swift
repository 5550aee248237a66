import Vocabulary

/// An image's name in full: `busybox` is `docker.io/library/busybox`.
struct ImageName: Hashable {
    /// The registry, with its port, and the steps of the path.
    let repository: [String]
    /// `nil` when none was given.
    var tag: String?
    /// `sha256:` and digits, of a registry.
    let digest: String?

    /// `nil` for what is no name of an image, also for the id of one.
    init?(_ text: String) {
        guard text.utf8.count <= DockerLimits.objectNameBytesMax else { return nil }
        let halves = text.parts("@", splitsMax: 1)
        let digest = halves.count == 2 ? halves[1] : nil
        guard digest.map(isDigest) ?? true else { return nil }
        var parts = halves[0].parts("/")
        let last = (parts.popLast() ?? "").parts(":", splitsMax: 1)
        if last.count == 2 {
            guard isTag(last[1]) else { return nil }
            tag = last[1]
        }
        parts.append(last[0])
        let isRegistry =
            parts.count > 1
            && (parts[0].utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
                || parts[0] == "localhost")
        let registry = isRegistry ? parts.removeFirst() : "docker.io"
        guard isRegistryName(registry), !parts.isEmpty, parts.allSatisfy(isStep),
            isRegistry || parts.count > 1 || !isID(parts[0])
        else { return nil }
        let isHub = registry == "docker.io" || registry == "index.docker.io"
        if isHub, parts.count == 1 { parts.insert("library", at: 0) }
        repository = [isHub ? "docker.io" : registry] + parts
        self.digest = digest
    }

    var object: ObjectName { ObjectName(["/"] + repository) }

    /// As the engine reads it, without tag and digest.
    var reference: String { repository.joined(separator: "/") }

    /// The same with its tag, which is `latest` where none was given.
    var tagged: String { "\(reference):\(tag ?? "latest")" }
}

/// 64 hexadecimal digits.
func isID(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 64
        && text.utf8.allSatisfy {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
        }
}

/// `sha256:` and an id.
func isDigest(_ text: String) -> Bool { text.behind("sha256:").map { isID($0) } ?? false }

private func isTag(_ text: String) -> Bool {
    1...128 ~= text.utf8.count && isWord(text) && !".-".utf8.contains(text.utf8.first ?? 0)
}

private func isWord(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// Small letters: a registry's name is a host's, which has no case.
private func isStep(_ text: String) -> Bool {
    !text.isEmpty && isWord(text) && text != "." && text != ".."
        && !text.utf8.contains { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
}

/// A host, with a port or none.
func isRegistryName(_ text: String) -> Bool {
    let parts = text.parts(":")
    guard 1...2 ~= parts.count, isStep(parts[0]) else { return false }
    return parts.count == 1
        || 1...5 ~= parts[1].utf8.count
            && parts[1].utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
}
