/// The reviewed types, read once from `list`.
struct TypeTable: Sendable {
    static let shared = TypeTable()

    private var names: [String: Int] = [:]
    private var oids: [UInt32: Int] = [:]
    private var types: [BuiltinType] = []
    /// Source and target of each implicit cast, source in the upper half.
    private var implicitCasts: Set<UInt64> = []

    func type(named name: String) -> BuiltinType? { names[name].map { types[$0] } }

    func type(oid: UInt32) -> BuiltinType? { oids[oid].map { types[$0] } }

    /// Whether the server turns a value of one type into the other unasked.
    func isImplicit(from source: UInt32, to target: UInt32) -> Bool {
        implicitCasts.contains(UInt64(source) << 32 | UInt64(target))
    }

    private init() {
        var section = ""
        for line in Self.list.split(separator: "\n") {
            if line.hasPrefix("# ") {
                section = String(line.dropFirst(2))
            } else {
                for word in line.split(separator: " ") { add(word, section: section) }
            }
        }
    }

    private mutating func add(_ word: Substring, section: String) {
        if section == "implicit" { addCasts(word) } else { addType(word, section: section) }
    }

    private mutating func addType(_ word: Substring, section: String) {
        let halves = word.split(separator: ":")
        guard halves.count == 2 else { return }
        let numbers = halves[1].split { $0 == "[" || $0 == "]" }
        guard let oid = numbers.first.flatMap({ UInt32($0) }) else { return }
        names[String(halves[0])] = types.count
        oids[oid] = types.count
        types.append(
            BuiltinType(
                name: String(halves[0]), oid: oid,
                elementType: numbers.count > 1 ? UInt32(numbers[1]) : nil,
                isHarmless: section == "harmless" || section == "row",
                isPolymorphic: section == "polymorphic", isRow: section == "row"))
    }

    private mutating func addCasts(_ word: Substring) {
        let halves = word.split(separator: ">")
        guard halves.count == 2, let source = type(named: String(halves[0])) else { return }
        for name in halves[1].split(separator: ",") {
            guard let target = type(named: String(name)) else { continue }
            implicitCasts.insert(UInt64(source.oid) << 32 | UInt64(target.oid))
        }
    }
}
