/// Why rows did not make a catalogue. The server (or the query) is to blame, never the client.
public enum CatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A row had another number of columns than the query selects.
    case columnCount(query: String, expected: Int, found: Int)
    /// A value is not what the query selects.
    case malformed(query: String, column: String, value: String)
    case tooLarge(what: String, limit: Int)
    /// Rows for one query never came: `finish` needs an answer to each of `CatalogueQueries.all`.
    case missing(query: String)
    /// The server is older than the queries can ask.
    case version(found: String)

    public var description: String {
        switch self {
        case .columnCount(let query, let expected, let found):
            "catalogue query `\(query)` answered \(found) columns instead of \(expected)"
        case .malformed(let query, let column, let value):
            "catalogue query `\(query)` answered `\(value.prefix(80))` for \(column)"
        case .tooLarge(let what, let limit):
            "the database has more \(what) than the limit of \(limit): raise it in `CatalogueLimits`"
        case .missing(let query):
            "catalogue query `\(query)` was not answered: run every query of `CatalogueQueries.all`"
        case .version(let found):
            "the server's version `\(found.prefix(40))` is not supported: use PostgreSQL 14 or later"
        }
    }
}
