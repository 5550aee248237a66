/// The system's relations, read once from `list`.
struct SystemRelationTable: Sendable {
    static let shared = SystemRelationTable()

    private(set) var relations: [QualifiedName: CatalogueRelation] = [:]
    /// Lines that did not read; a test holds this empty.
    private(set) var unread: [String] = []

    func relation(schema: String, name: String) -> CatalogueRelation? {
        guard SystemRelations.isSystemSchema(schema) else { return nil }
        return relations[QualifiedName(schema, name)]
    }

    private init() {
        var words: [Substring] = []
        for line in Self.list.split(separator: "\n") {
            if !line.hasPrefix(" ") {
                add(words)
                words = []
            }
            words += line.split(separator: " ")
        }
        add(words)
    }

    private mutating func add(_ words: [Substring]) {
        guard let head = words.first else { return }
        guard let relation = CatalogueRelation(systemRelation: head, columns: words.dropFirst())
        else {
            unread.append(String(head))
            return
        }
        relations[QualifiedName(relation.schema, relation.name)] = relation
    }
}

extension CatalogueRelation {
    /// Reads `schema.name=kind` and `column:type` words.
    fileprivate init?(systemRelation head: Substring, columns words: ArraySlice<Substring>) {
        let parts = head.split { $0 == "." || $0 == "=" }
        guard parts.count == 3, let kind = RelationKind(rawValue: String(parts[2])) else {
            return nil
        }
        var columns: [CatalogueColumn] = []
        for word in words {
            let halves = word.split(separator: ":")
            guard halves.count == 2, let type = Self.systemType(halves[1]) else { return nil }
            columns.append(
                CatalogueColumn(name: String(halves[0]), type: type, number: columns.count + 1))
        }
        self.init(
            oid: 0, schema: String(parts[0]), name: String(parts[1]), kind: kind, columns: columns,
            parent: nil, rowType: 0, owner: "", hasRules: kind == .view, hasTriggers: false,
            hasRowSecurity: false, isSystem: true)
    }

    /// `?` is a type that the list of types does not have: 0.
    private static func systemType(_ name: Substring) -> UInt32? {
        name == "?" ? 0 : TypeTable.shared.type(named: String(name))?.oid
    }
}
