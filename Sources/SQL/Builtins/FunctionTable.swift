/// The reviewed functions, read once from `harmless`, `judged` and `execute`.
///
/// A line that starts with `# ` opens a section: `# category schema`, then behind ` : ` the deeds,
/// parted by ` ; `. In a section a word without `(` is a name, and the words behind it are its
/// signatures: `oid(type,type)result`, where an argument may be `name:type`, `=2` says that the
/// last two may be left out, and `*` that the function is variadic. The oid is 0 where it is not
/// the same everywhere. What does not read is left out of the list, which makes it an `execute`.
struct FunctionTable: Sendable {
    static let shared = FunctionTable()

    private(set) var all: [BuiltinFunction] = []
    private var names: [String: [Int]] = [:]
    private var oids: [UInt32: Int] = [:]
    /// Words that did not read; a test holds this empty.
    private(set) var unread: [String] = []

    func functions(named name: String, schema: String) -> [BuiltinFunction] {
        (names[name] ?? []).map { all[$0] }.filter { $0.schema == schema }
    }

    func function(oid: UInt32) -> BuiltinFunction? { oids[oid].map { all[$0] } }

    private init() {
        for list in [Self.harmless, Self.judged, Self.execute] { read(list) }
    }

    private mutating func read(_ list: String) {
        var section: FunctionSection?
        var name = ""
        for line in list.split(separator: "\n") {
            if line.hasPrefix("# ") {
                section = FunctionSection(line.dropFirst(2))
                if section == nil { unread.append(String(line)) }
                continue
            }
            for word in line.split(separator: " ") {
                if word.utf8.contains(UInt8(ascii: "(")) {
                    add(word, name: name, section: section)
                } else {
                    name = String(word)
                }
            }
        }
    }

    private mutating func add(_ word: Substring, name: String, section: FunctionSection?) {
        guard let section, let function = section.function(name, signature: word) else {
            unread.append("\(name) \(word)")
            return
        }
        names[name, default: []].append(all.count)
        if function.oid != 0 { oids[function.oid] = all.count }
        all.append(function)
    }
}
