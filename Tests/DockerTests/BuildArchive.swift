import HTTP

@testable import Docker

/// A tar archive of entries as a test wants them, also wrong ones.
struct BuildArchive {
    var bytes: [UInt8] = []

    struct Entry {
        var name: String
        var type = "0"
        var content = ""
        var link = ""
        /// What the block says instead of the content's size.
        var size: String?
        var magic = "ustar\u{0}00"
        var prefix = ""
        /// Bytes that are put into the block before its checksum is made.
        var patches: [Int: [UInt8]] = [:]
        /// Those that are put in behind it.
        var damage: [Int: [UInt8]] = [:]
    }

    static let end = [UInt8](repeating: 0, count: 1024)

    /// With the two empty blocks at its end.
    init(_ entries: [Entry], end: [UInt8] = Self.end) {
        for entry in entries { append(entry) }
        bytes += end
    }

    init(dockerfile text: String) { self.init([.file("Dockerfile", text)]) }

    mutating func append(_ entry: Entry) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Collection<UInt8>, at place: Int) {
            block.replaceSubrange(place..<place + bytes.count, with: bytes)
        }
        put(entry.name.utf8.prefix(100), at: 0)
        put("0000644\0".utf8, at: 100)
        put("0000000\0".utf8, at: 108)
        put("0000000\0".utf8, at: 116)
        let size = String(entry.content.utf8.count, radix: 8)
        put(
            (entry.size ?? String(repeating: "0", count: 11 - size.count) + size + "\0").utf8,
            at: 124)
        put("14000000000\0".utf8, at: 136)
        put(entry.type.utf8, at: 156)
        put(entry.link.utf8.prefix(100), at: 157)
        put(entry.magic.utf8, at: 257)
        put(entry.prefix.utf8, at: 345)
        for (place, patch) in entry.patches { put(patch, at: place) }
        put("        ".utf8, at: 148)
        let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        put((String(repeating: "0", count: 6 - sum.count) + sum + "\0 ").utf8, at: 148)
        for (place, patch) in entry.damage { put(patch, at: place) }
        bytes += block + entry.content.utf8
        bytes += [UInt8](repeating: 0, count: -entry.content.utf8.count & 511)
    }

    /// What is made of it when it comes in these pieces.
    static func plan(
        _ pieces: [[UInt8]], _ query: [(name: String, value: String)] = []
    ) throws -> BuildPlan {
        var context = BuildContext(try settings(query))
        for piece in pieces { try piece.withUnsafeBytes { try context.take($0) } }
        return try context.finish()
    }

    static func settings(
        _ query: [(name: String, value: String)]
    ) throws(DockerRefusal) -> BuildSettings {
        let known = Endpoint.all.first { $0.verb == .build }?.query ?? [:]
        return try BuildSettings(
            try EngineQuery(query.map { QueryParameter($0.name, $0.value) }, known))
    }

    func plan(_ query: [(name: String, value: String)] = []) throws -> BuildPlan {
        try Self.plan([bytes], query)
    }
}

extension BuildArchive.Entry {
    static func file(_ name: String, _ content: String = "") -> Self {
        Self(name: name, content: content)
    }

    static func directory(_ name: String) -> Self { Self(name: name, type: "5") }
    static func symbolicLink(_ name: String, to link: String) -> Self {
        Self(name: name, type: "2", link: link)
    }

    static func hardLink(_ name: String, to link: String) -> Self {
        Self(name: name, type: "1", link: link)
    }

    /// Records about the next entry.
    static func records(_ records: [(String, String)], type: String = "x") -> Self {
        let texts = records.map { key, value in
            // The length counts itself.
            let rest = " \(key)=\(value)\n"
            var count = rest.utf8.count + 1
            while String(count).utf8.count + rest.utf8.count != count { count += 1 }
            return "\(count)\(rest)"
        }
        return Self(name: "PaxHeaders.0/x", type: type, content: texts.joined())
    }

    /// A long name as GNU's tar writes it.
    static func longName(_ name: String, type: String = "L") -> Self {
        Self(name: "././@LongLink", type: type, content: name + "\0", magic: "ustar  \0")
    }

    func patched(_ place: Int, _ bytes: [UInt8]) -> Self {
        var entry = self
        entry.patches[place] = bytes
        return entry
    }

    func damaged(_ place: Int, _ bytes: [UInt8]) -> Self {
        var entry = self
        entry.damage[place] = bytes
        return entry
    }
}

extension BuildPlan {
    var imageNames: [String] { images.map(\.description) }
}
