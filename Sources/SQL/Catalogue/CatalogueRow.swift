/// One row of an answer, read strictly by the position of its columns.
struct CatalogueRow {
    let query: CatalogueQuery
    let values: [String?]

    init(_ query: CatalogueQuery, _ values: [String?]) throws(CatalogueError) {
        guard values.count == query.columns.count else {
            throw .columnCount(
                query: query.rawValue, expected: query.columns.count, found: values.count)
        }
        self.query = query
        self.values = values
    }

    func malformed(_ column: Int) -> CatalogueError {
        .malformed(
            query: query.rawValue, column: query.columns[column], value: values[column] ?? "NULL")
    }

    func text(_ column: Int) throws(CatalogueError) -> String {
        guard let text = values[column] else { throw malformed(column) }
        return text
    }

    func oid(_ column: Int) throws(CatalogueError) -> UInt32 {
        guard let oid = values[column].flatMap({ UInt32($0) }) else { throw malformed(column) }
        return oid
    }

    func optionalOID(_ column: Int) throws(CatalogueError) -> UInt32? {
        values[column] == nil ? nil : try oid(column)
    }

    func count(_ column: Int) throws(CatalogueError) -> Int {
        guard let count = values[column].flatMap({ Int($0) }), count >= 0 else {
            throw malformed(column)
        }
        return count
    }

    func flag(_ column: Int) throws(CatalogueError) -> Bool {
        switch values[column] {
        case "t": return true
        case "f": return false
        default: throw malformed(column)
        }
    }

    func word<Word: RawRepresentable>(
        _ column: Int, as: Word.Type
    ) throws(CatalogueError) -> Word where Word.RawValue == String {
        guard let word = values[column].flatMap({ Word(rawValue: $0) }) else {
            throw malformed(column)
        }
        return word
    }

    /// `23 25`, as `oidvector` prints.
    func oids(_ column: Int) throws(CatalogueError) -> [UInt32] {
        let words = try text(column).split(separator: " ")
        let oids = words.compactMap { UInt32($0) }
        guard oids.count == words.count else { throw malformed(column) }
        return oids
    }

    /// The elements of an array; none for NULL.
    func array(_ column: Int) throws(CatalogueError) -> [String] {
        guard let text = values[column] else { return [] }
        guard let elements = ArrayText.elements(text) else { throw malformed(column) }
        return elements
    }
}
