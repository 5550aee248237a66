extension Catalogue {
    public func hasSchema(_ name: String) -> Bool {
        SystemRelations.isSystemSchema(name) || contents.schemas.contains(name)
    }

    /// The relation, or `nil` when the snapshot has none of that name (it may have been made
    /// since).
    public func relation(schema: String, name: String) -> CatalogueRelation? {
        if let position = contents.relationNames[QualifiedName(schema, name)] {
            return contents.relations[position]
        }
        return SystemRelations.relation(schema: schema, name: name)
    }

    public func relation(oid: UInt32) -> CatalogueRelation? {
        contents.relationOIDs[oid].map { contents.relations[$0] }
    }

    /// The relations that an unqualified name may mean, in the order of the path: the first is the
    /// one that the server takes when the snapshot and the path are current and the session has no
    /// temporary one. `pg_catalog` comes first unless the path names it. `"$user"` has to be
    /// replaced by the caller.
    public func relations(named name: String, searchPath: [String]) -> [CatalogueRelation] {
        effectivePath(searchPath).compactMap { relation(schema: $0, name: name) }
    }

    /// All relations of a schema, in no order; the system's ones for `pg_catalog` and
    /// `information_schema`.
    public func relations(inSchema schema: String) -> [CatalogueRelation] {
        contents.relations.filter { $0.schema == schema }
    }

    /// Partitions and inheritance children, all levels down, in oid order without duplicates.
    public func children(of oid: UInt32) -> [CatalogueRelation] {
        var seen: Set<UInt32> = [oid]
        var pending = contents.children[oid] ?? []
        var found: [UInt32] = []
        while let next = pending.popLast() {
            guard seen.insert(next).inserted else { continue }
            found.append(next)
            pending += contents.children[next] ?? []
        }
        return found.sorted().compactMap { relation(oid: $0) }
    }

    /// The tables that a relation inherits from or is a partition of, all levels up.
    public func parents(of oid: UInt32) -> [CatalogueRelation] {
        var seen: Set<UInt32> = [oid]
        var pending = contents.parents[oid] ?? []
        var found: [UInt32] = []
        while let next = pending.popLast() {
            guard seen.insert(next).inserted else { continue }
            found.append(next)
            pending += contents.parents[next] ?? []
        }
        return found.sorted().compactMap { relation(oid: $0) }
    }

    /// The SELECT behind a view or materialised view, as the server prints it with `search_path`
    /// set to `pg_catalog` alone: an unqualified name in it is `pg_catalog`'s. `nil` for system
    /// views and for what is no view.
    public func definition(ofView oid: UInt32) -> String? { contents.viewDefinitions[oid] }

    /// The path as the server walks it: `pg_catalog` first unless it is named.
    func effectivePath(_ path: [String]) -> [String] {
        path.contains("pg_catalog") ? path : ["pg_catalog"] + path
    }
}
