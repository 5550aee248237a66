import Vocabulary

/// An image that a build names: by its name in full, or by its id.
public struct BuildImage: Hashable, Sendable, CustomStringConvertible {
    /// `nil` for an id.
    private let name: ImageName?
    /// Of the image, or with a name of what a registry has under it.
    private let digest: String?

    /// Reads what a build begins with or copies from; `nil` for what is no name of an image, and for what may be a name or
    /// the beginning of an id.
    init?(source text: String) {
        if isDigest(text) || isID(text) {
            self.init(id: isID(text) ? "sha256:\(text)" : text)
            return
        }
        let isHex = text.utf8.allSatisfy {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
        }
        guard !isHex else { return nil }
        self.init(name: text)
    }

    /// Reads what a build is to be called; `nil` for what is no name.
    init?(tag text: String) {
        self.init(name: text)
        if digest != nil { return nil }
    }

    private init(id: String) { (name, digest) = (nil, id) }

    private init?(name text: String) {
        guard var name = ImageName(text), name.repository != Self.ids else { return nil }
        if name.tag == nil, name.digest == nil { name.tag = "latest" }
        (self.name, digest) = (name, name.digest)
    }

    /// What the engine takes an id for that it does not have, or the beginning of one.
    private static let ids = ["docker.io", "library", "sha256"]

    /// `/docker.io/library/busybox`, or `/sha256:...` for an id.
    var object: ObjectReference {
        if let name { return .exactly(name.object) }
        return .oneOf([ObjectName(["/", digest ?? ""]), ObjectName(["/"] + Self.ids)])
    }

    var attributes: [String: AttributeValue] {
        var attributes: [String: AttributeValue] = [:]
        if let tag = name?.tag { attributes["tag"] = .text(tag) }
        if let digest { attributes["digest"] = .text(digest) }
        return attributes
    }

    public var description: String {
        guard let name else { return digest ?? "" }
        return name.reference + (name.tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}
