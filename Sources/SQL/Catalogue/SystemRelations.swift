import Vocabulary

/// The relations that PostgreSQL 15 brings along in `pg_catalog` and `information_schema`: known
/// even when nothing is known of a database.
public enum SystemRelations {
    /// `nil` when the schema has no such relation. The oid is 0: it is the server's own business.
    public static func relation(schema: String, name: String) -> CatalogueRelation? {
        SystemRelationTable.shared.relation(schema: schema, name: name)
    }

    /// True for relations and columns that hold other people's data or secrets, which `*` in a
    /// pattern does not cover: `Effect.mustBeNamed`. Without a column: the whole relation is read.
    public static func mustBeNamed(schema: String, name: String, column: String? = nil) -> Bool {
        MustBeNamed.covers(schema: schema, name: name, column: column)
    }

    static func isSystemSchema(_ schema: String) -> Bool {
        schema == "pg_catalog" || schema == "information_schema"
    }
}
