import Vocabulary

/// Turns the uses of relations into `read` effects.
extension Inspector {
    /// Says what a finished use reads: the columns, or all of it; the partitions and children under it.
    func emitReads(_ use: RelationUse) {
        guard use.isRead else { return }
        let resolved = use.relation
        emitRead(resolved.reference, columns: use.columnsRead, own: resolved.isOwnTable)
        for child in children(of: use) {
            emitRead(exactly(child.schema, child.name), columns: use.columnsRead, own: false)
        }
        if let relation = resolved.relation {
            expandView(relation)
            runTypes(of: relation, columns: use.columnsRead)
        }
        if case .view(let definition) = resolved.temporary { expand(definition) }
        // Maybe a view that was not understood.
        if resolved.temporary == .other { emit(.read, .anything) }
        if resolved.temporary != nil, let name = resolved.name {
            leavesOpen("temporary \(name)")
        }
    }

    func children(of use: RelationUse) -> [CatalogueRelation] {
        guard !use.isOnly, let relation = use.relation.relation, relation.oid != 0 else {
            return []
        }
        return catalogue.children(of: relation.oid)
    }

    private func emitRead(_ reference: ObjectReference, columns: [String]?, own: Bool) {
        guard case .exactly(let name) = reference, name.components.count == 2 else {
            return emit(Effect(.read, reference, mustBeNamed: mustBeNamed(reference)))
        }
        for column in columns ?? [""] {
            let object = column.isEmpty ? name : ObjectName(name.components + [column])
            emit(
                Effect(
                    .read, .exactly(object), attributes: own ? ["temporary": .flag(true)] : [:],
                    mustBeNamed: mustBeNamed(.exactly(object))))
        }
    }

    func mustBeNamed(_ reference: ObjectReference) -> Bool {
        switch reference {
        case .exactly(let name): mustBeNamed(name)
        case .oneOf(let names), .known(let names): names.contains { mustBeNamed($0) }
        case .anything: false
        }
    }

    private func mustBeNamed(_ name: ObjectName) -> Bool {
        let parts = name.components
        guard parts.count >= 2 else { return false }
        return SystemRelations.mustBeNamed(
            schema: parts[0], name: parts[1], column: parts.count > 2 ? parts[2] : nil)
    }

    /// Reads all of a relation by its name alone (an argument, a DDL clause).
    func readWhole(_ resolved: ResolvedRelation) {
        let use = RelationUse(resolved)
        use.readWhole()
        emitReads(use)
    }
}
