extension Catalogue {
    /// The functions of that name that are not built in.
    public func functions(schema: String, name: String) -> [CatalogueFunction] {
        (contents.functionNames[QualifiedName(schema, name)] ?? []).map { contents.functions[$0] }
    }

    public func function(oid: UInt32) -> CatalogueFunction? {
        contents.functionOIDs[oid].map { contents.functions[$0] }
    }

    /// The functions that are not built in and that an unqualified call may mean, over the whole
    /// path.
    public func functions(named name: String, searchPath: [String]) -> [CatalogueFunction] {
        effectivePath(searchPath).flatMap { functions(schema: $0, name: name) }
    }

    /// The operators that are not built in, of any schema: a rival of the built-in one wherever it
    /// lies on the path.
    public func operators(named name: String) -> [CatalogueOperator] {
        contents.operators[name] ?? []
    }

    public func operators(named name: String, searchPath: [String]) -> [CatalogueOperator] {
        let path = effectivePath(searchPath)
        return operators(named: name).filter { path.contains($0.schema) }
    }

    /// The cast from one type to the other that is not built in.
    public func cast(from source: UInt32, to target: UInt32) -> CatalogueCast? {
        contents.castsByTypes[TypePair(source: source, target: target)]
    }

    /// True when somebody made a cast that runs a function and that the server applies unasked:
    /// then any expression whose type is not known may run it.
    public var hasImplicitCasts: Bool {
        contents.casts.contains { $0.context == .implicit && $0.function != nil }
    }
}
