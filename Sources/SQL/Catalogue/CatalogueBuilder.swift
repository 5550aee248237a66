/// Makes a `Catalogue` of the answers to `CatalogueQueries.all`. Rows may come in as many portions
/// as the caller likes; an empty answer has to be given too.
public struct CatalogueBuilder: Sendable {
    var contents = Catalogue.Contents()
    let limits: CatalogueLimits
    var answered: Set<CatalogueQuery> = []
    var columnCount = 0
    private var totalBytes = 0
    private var hashes: [CatalogueQuery: Hasher] = [:]

    public init(limits: CatalogueLimits = .standard) { self.limits = limits }

    /// Takes rows of one answer, every value as the server's text, `nil` for NULL.
    public mutating func add(
        _ rows: [[String?]], of query: CatalogueQuery
    ) throws(CatalogueError) {
        answered.insert(query)
        for values in rows { try add(values, of: query) }
    }

    /// The snapshot. Throws when a query was not answered at all.
    public consuming func finish() throws(CatalogueError) -> Catalogue {
        for query in CatalogueQuery.allCases where !answered.contains(query) {
            throw .missing(query: query.rawValue)
        }
        guard contents.serverVersion > 0 else { throw .missing(query: "server") }
        contents.version = version()
        contents.harmlessTypes = HarmlessTypes.find(in: contents)
        return Catalogue(contents)
    }

    private mutating func add(
        _ values: [String?], of query: CatalogueQuery
    ) throws(CatalogueError) {
        let row = try CatalogueRow(query, values)
        for value in values {
            totalBytes += value?.utf8.count ?? 0
            hashes[query, default: Hasher()].combine(value)
        }
        try within(totalBytes, limits.totalBytesMax, "bytes of names and definitions")
        switch query {
        case .server: try addServer(row)
        case .schemas: contents.schemas.insert(try row.text(0))
        case .relations: try addRelation(row)
        case .views: try addView(row)
        case .inheritance: try addInheritance(row)
        case .functions: try addFunction(row)
        case .operators: try addOperator(row)
        case .casts: try addCast(row)
        case .types: try addType(row)
        case .eventTriggers: contents.eventTriggers.append(try row.text(0))
        }
    }

    /// Never 0, which is the empty catalogue's.
    private func version() -> UInt64 {
        var hasher = Hasher()
        for query in CatalogueQuery.allCases { hasher.combine(hashes[query]?.finalize() ?? 0) }
        return max(1, UInt64(bitPattern: Int64(hasher.finalize())))
    }

    func within(_ count: Int, _ limit: Int, _ what: String) throws(CatalogueError) {
        if count > limit { throw .tooLarge(what: what, limit: limit) }
    }
}
