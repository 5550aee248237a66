extension Catalogue {
    /// A type that `Builtins` does not list (row types and arrays included).
    public func type(schema: String, name: String) -> CatalogueType? {
        contents.typeNames[QualifiedName(schema, name)].map { contents.types[$0] }
    }

    public func type(oid: UInt32) -> CatalogueType? {
        contents.typeOIDs[oid].map { contents.types[$0] }
    }

    /// The types that are not listed and that an unqualified name may mean, in the order of the
    /// path.
    public func types(named name: String, searchPath: [String]) -> [CatalogueType] {
        effectivePath(searchPath).compactMap { type(schema: $0, name: name) }
    }

    /// True when reading, writing, casting and comparing values of this type runs nobody's code: a
    /// harmless built-in type, an enumeration, or an array, range, row or domain without
    /// constraints over such types. Unknown oids are not harmless.
    public func isHarmless(_ oid: UInt32) -> Bool {
        Builtins.isHarmlessType(oid: oid) || contents.harmlessTypes.contains(oid)
    }
}
