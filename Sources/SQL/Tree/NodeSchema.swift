/// Which fields each kind of node has, and what they hold: PostgreSQL 15's parse tree, read from `list` once.
struct NodeSchema: Sendable {
    enum Holds: Sendable {
        case node, nodes, plain
        case bare(NodeKind)
    }

    struct Entry: Sendable {
        /// The one copy of the field's name that every node shares.
        let name: String
        let bytes: [UInt8]
        let holds: Holds
    }

    static let shared = NodeSchema()

    private var kinds: [[UInt8]: NodeKind] = [:]
    private var entries: [NodeKind: [Entry]] = [:]

    func kind(_ name: UnsafeRawBufferPointer) -> NodeKind? { kinds[Array(name)] }

    func entries(of kind: NodeKind) -> [Entry] { entries[kind] ?? [] }

    private init() {
        for kind in NodeKind.allCases { kinds[Array(kind.rawValue.utf8)] = kind }
        for line in Self.list.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let kind = NodeKind(rawValue: String(words[0])) else { continue }
            entries[kind] = words.dropFirst().map(Self.entry)
        }
    }

    private static func entry(_ word: Substring) -> Entry {
        if word.hasSuffix("*") { return entry(word.dropLast(), .nodes) }
        if word.hasSuffix("=") { return entry(word.dropLast(), .plain) }
        let halves = word.split(separator: ":")
        guard halves.count == 2, let kind = NodeKind(rawValue: String(halves[1])) else {
            return entry(word, .node)
        }
        return entry(halves[0], .bare(kind))
    }

    private static func entry(_ name: Substring, _ holds: Holds) -> Entry {
        Entry(name: String(name), bytes: Array(name.utf8), holds: holds)
    }
}
