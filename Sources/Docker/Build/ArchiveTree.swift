/// The names of an archive, as they are when an unpacker has written them one by one below an empty directory: no name is
/// written twice, and none through a link, so that their order does not count.
struct ArchiveTree {
    enum Node: Hashable {
        case file, hardLink, symbolicLink
        /// Some are there only because names below them are.
        case directory(isNamed: Bool)
    }

    private var nodes: [[UInt8]: Node] = [:]
    private var nameBytes = 0

    /// What a name is; `nil` when it is not there. Throws when it is behind a link.
    func node(_ path: [UInt8]) throws(DockerRefusal) -> Node? {
        if let node = nodes[path] { return node }
        for parent in Self.parents(of: path) where nodes[parent] == .symbolicLink {
            throw .context("`\(shown(path))` is behind the link `\(shown(parent))`")
        }
        return nil
    }

    /// - Parameter path: as `path(_:)` makes it; empty is the directory of the archive itself.
    mutating func add(_ path: [UInt8], _ node: Node) throws(DockerRefusal) {
        if path.isEmpty {
            guard case .directory = node else { throw .context("an entry has no name") }
            return
        }
        // From the longest on: what is above a directory that is there has been looked at.
        var missing: [[UInt8]] = []
        search: for parent in Self.parents(of: path) {
            switch nodes[parent] {
            case nil: missing.append(parent)
            case .directory: break search
            case .symbolicLink: throw .context("`\(shown(path))` is behind a symbolic link")
            case .file, .hardLink: throw .context("`\(shown(path))` is below a file")
            }
        }
        for parent in missing { try insert(parent, .directory(isNamed: false)) }
        switch (nodes[path], node) {
        case (nil, _): try insert(path, node)
        case (.directory(isNamed: false), .directory): nodes[path] = node
        default: throw .context("`\(shown(path))` is in it twice")
        }
    }

    private mutating func insert(_ path: [UInt8], _ node: Node) throws(DockerRefusal) {
        nameBytes += path.count
        guard nodes.count < BuildLimits.entriesMax, nameBytes <= BuildLimits.contextNameBytesMax
        else {
            throw DockerRefusal(413, "the build context has too many files")
        }
        nodes[path] = node
    }

    /// The longest first.
    private static func parents(of path: [UInt8]) -> some Sequence<[UInt8]> {
        path.indices.reversed().lazy.filter { path[$0] == UInt8(ascii: "/") }
            .map { Array(path[..<$0]) }
    }

    /// `a/b` of `a/b`, `./a/b` and, for a directory, `a/b/`; empty for `.` and `./`.
    static func path(_ name: [UInt8], isDirectory: Bool) throws(DockerRefusal) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        guard name.count <= BuildLimits.pathBytesMax else { throw .context("a name is too long") }
        guard name.first != slash else { throw .context("`\(shown(name))` is an absolute name") }
        var path = name[...]
        if path.starts(with: "./".utf8) { path = path.dropFirst(2) }
        if isDirectory, path.elementsEqual(".".utf8) || path.isEmpty, !name.isEmpty { return [] }
        if isDirectory, path.last == slash { path = path.dropLast() }
        for part in path.split(separator: slash, omittingEmptySubsequences: false) {
            guard !part.isEmpty, !part.elementsEqual(".".utf8), !part.elementsEqual("..".utf8),
                !part.contains(0)
            else { throw .context("`\(shown(name))` is no plain name") }
        }
        return Array(path)
    }
}

func shown(_ path: [UInt8]) -> String { shown(String(decoding: path, as: UTF8.self)) }
