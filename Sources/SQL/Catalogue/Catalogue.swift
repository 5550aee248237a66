/// What names mean on one database: a snapshot, made by `CatalogueBuilder` from the answers to
/// `CatalogueQueries`. It never changes; a refresh makes a new one. Temporary objects are never in
/// it: they are the session's, and the session's tables know them.
///
/// The relations of `pg_catalog` and `information_schema` are known in every snapshot, `empty`
/// included.
public final class Catalogue: Sendable {
    /// Nothing known but what every server has.
    public static let empty = Catalogue(Contents())

    let contents: Contents

    init(_ contents: Contents) { self.contents = contents }

    /// Equal for equal contents within one process (caches key on it); means nothing outside of it.
    public var version: UInt64 { contents.version }
    /// `server_version_num`, such as 150018; 0 for `empty`.
    public var serverVersion: Int { contents.serverVersion }
    public var database: String { contents.database }
    /// True when somebody's event triggers may run code at DDL.
    public var eventTriggers: [String] { contents.eventTriggers }
    public var casts: [CatalogueCast] { contents.casts }
    public var relationCount: Int { contents.relations.count }
}
