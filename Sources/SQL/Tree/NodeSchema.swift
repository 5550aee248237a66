/// Which fields each kind of node has, and what they hold: PostgreSQL 15's parse tree, read from `list` once.
struct NodeSchema: Sendable {
    enum Holds: Sendable {
        case node, nodes, plain
        /// The place of its kind's shape.
        case bare(Int)
    }

    struct Shape: Sendable {
        let kind: NodeKind
        /// The places of its fields, in the order in which libpg_query writes them.
        fileprivate(set) var fields = 0..<0
    }

    struct Entry: Sendable {
        /// `nil` for a field that nobody asks for by name.
        let field: NodeField?
        let holds: Holds
        fileprivate let name: Range<Int>
    }

    static let shared = NodeSchema()

    /// All names, end to end.
    private var names: [UInt8] = []
    private var entries: [Entry] = []
    private(set) var shapes: [Shape] = []
    /// Places of shapes by the hash of their names, with room between them: who finds his slot taken has the next.
    private var slots: [(name: Range<Int>, shape: Int)?] = Array(repeating: nil, count: 1_024)

    /// The place of the shape of that kind.
    func shape(_ name: UnsafeRawBufferPointer) -> Int? {
        var slot = Self.hash(name)
        while let entry = slots[slot % slots.count] {
            if isEqual(entry.name, name) { return entry.shape }
            slot += 1
        }
        return nil
    }

    /// The field of that name among those, and its place.
    func entry(
        _ name: UnsafeRawBufferPointer, among places: Range<Int>
    ) -> (place: Int, entry: Entry)? {
        for place in places where isEqual(entries[place].name, name) {
            return (place, entries[place])
        }
        return nil
    }

    private func isEqual(_ kept: Range<Int>, _ name: UnsafeRawBufferPointer) -> Bool {
        guard kept.count == name.count else { return false }
        return names.withUnsafeBytes { names in
            for index in 0..<name.count where names[kept.lowerBound + index] != name[index] {
                return false
            }
            return true
        }
    }

    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var hash = name.count
        for byte in name { hash = (hash &* 31 &+ Int(byte)) & 0xFF_FFFF }
        return hash
    }

    // MARK: Reading the list

    private init() {
        var places: [Substring: Int] = [:]
        for kind in NodeKind.allCases {
            places[kind.rawValue[...]] = shapes.count
            insert(kind)
        }
        for line in Self.list.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let place = places[words[0]] else { continue }
            let start = entries.count
            for word in words.dropFirst() { insert(word, places) }
            shapes[place].fields = start..<entries.count
        }
    }

    private mutating func keep(_ name: some StringProtocol) -> Range<Int> {
        names += name.utf8
        return names.count - name.utf8.count..<names.count
    }

    private mutating func insert(_ kind: NodeKind) {
        let name = keep(kind.rawValue)
        var slot = names[name].withUnsafeBytes { Self.hash($0) }
        while slots[slot % slots.count] != nil { slot += 1 }
        slots[slot % slots.count] = (name, shapes.count)
        shapes.append(Shape(kind: kind))
    }

    private mutating func insert(_ word: Substring, _ places: [Substring: Int]) {
        if word.hasSuffix("*") { return insert(word.dropLast(), .nodes) }
        if word.hasSuffix("=") { return insert(word.dropLast(), .plain) }
        let halves = word.split(separator: ":")
        guard halves.count == 2, let place = places[halves[1]] else { return insert(word, .node) }
        insert(halves[0], .bare(place))
    }

    private mutating func insert(_ name: Substring, _ holds: Holds) {
        entries.append(
            Entry(field: NodeField(rawValue: String(name)), holds: holds, name: keep(name)))
    }
}
