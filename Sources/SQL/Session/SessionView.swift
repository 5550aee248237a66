import Vocabulary

/// What the gateway knows of a session when it inspects a text: what names mean.
///
/// The two tables are the machine's, by closure, so that nothing is copied. A closure that answers `nil`
/// makes the use of that name `unknown`.
public struct SessionView {
    public var catalogue: Catalogue
    /// False when something may have changed unseen since the snapshot: then unqualified names are *may*.
    public var catalogueIsCurrent = true
    /// The pinned path, `"$user"` replaced; `nil` when it is not known: then unqualified names are anything.
    public var searchPath: [String]?
    /// The end of the open transaction may bring another path back.
    public var searchPathIsOfTransaction = false
    /// What this session made in its temporary schema.
    public var temporaries = TemporaryObjects()
    /// The session may have temporary objects that nobody saw being made.
    public var temporariesUnsure = false
    /// Prepared statements by name, SQL's and the protocol's.
    public var prepared: (String) -> PreparedText? = { _ in nil }
    /// Cursors and portals by name.
    public var cursors: (String) -> PreparedText? = { _ in nil }
    public var limits = SQLLimits()

    public init(catalogue: Catalogue, searchPath: [String]?) {
        self.catalogue = catalogue
        self.searchPath = searchPath
    }
}

extension SessionView {
    /// Two views with equal keys give equal inspections of one text, unless the inspection says that it
    /// `dependsOnValues` or `dependsOnTables`.
    public var key: Key {
        Key(
            catalogue: catalogue.version, isCurrent: catalogueIsCurrent, searchPath: searchPath,
            searchPathIsOfTransaction: searchPathIsOfTransaction, temporaries: temporaries,
            temporariesUnsure: temporariesUnsure)
    }

    public struct Key: Hashable, Sendable {
        let catalogue: UInt64
        let isCurrent: Bool
        let searchPath: [String]?
        let searchPathIsOfTransaction: Bool
        let temporaries: TemporaryObjects
        let temporariesUnsure: Bool
    }
}
