import Vocabulary

/// What the name of a relation means.
extension Inspector {
    /// The schemas that an unqualified name is looked up in, in order; `nil` when the path is not known.
    var effectivePath: [String]? {
        if hasFixedPath { return ["pg_catalog"] }
        guard var path = session.searchPath else { return nil }
        if !path.contains("pg_catalog") { path.insert("pg_catalog", at: 0) }
        if !path.contains("pg_temp") { path.insert("pg_temp", at: 0) }
        return path
    }

    /// As `effectivePath`, for functions and operators, which are never found in the temporary schema.
    var functionPath: [String]? { effectivePath?.filter { $0 != "pg_temp" } }

    /// The snapshot may lack a function or operator that somebody made on the path since.
    var mayHaveRivals: Bool { !session.catalogueIsCurrent && !userPath.isEmpty }

    /// The schemas of the path in which users make things.
    var userPath: [String] {
        (effectivePath ?? []).filter { $0 != "pg_temp" && $0 != "pg_catalog" }
    }

    func resolve(_ range: Node) -> ResolvedRelation {
        mark(range)
        let found = resolve(schema: range.text(.schemaname), name: range.text(.relname) ?? "")
        if !hasFixedPath { result.resolved.append(found.reference) }
        return found
    }

    func resolve(schema: String?, name: String) -> ResolvedRelation {
        guard let schema else { return resolve(unqualified: name) }
        if schema == "pg_temp" {
            return ResolvedRelation(
                reference: exactly("pg_temp", name), temporary: session.temporaries[name])
        }
        let relation = catalogue.relation(schema: schema, name: name)
        if relation == nil { result.namesUnknownRelation = true }
        return ResolvedRelation(reference: exactly(schema, name), relation: relation)
    }

    private func resolve(unqualified name: String) -> ResolvedRelation {
        guard let path = effectivePath else { return ResolvedRelation(reference: .anything) }
        var candidates: [ObjectName] = []
        for schema in path {
            if schema == "pg_temp" {
                if session.temporaries.mayBeView(name) {
                    return ResolvedRelation(reference: .anything)
                }
                if let kind = session.temporaries[name] {
                    return hit(candidates, ["pg_temp", name], nil, kind)
                }
                if session.temporariesUnsure || session.temporaries.unsureNames.contains(name) {
                    candidates.append(ObjectName([schema, name]))
                }
            } else if let relation = catalogue.relation(schema: schema, name: name) {
                return hit(candidates, [schema, name], relation, nil)
            } else if session.created.contains([schema, name]) {
                return hit(candidates, [schema, name], nil, nil)
            } else if schema != "pg_catalog", !session.catalogueIsCurrent {
                candidates.append(ObjectName([schema, name]))
            }
        }
        result.namesUnknownRelation = true
        return ResolvedRelation(
            reference: oneOf(userPath.map { ObjectName([$0, name]) } + candidates))
    }

    private func hit(
        _ before: [ObjectName], _ name: [String], _ relation: CatalogueRelation?,
        _ temporary: TemporaryObjects.Kind?
    ) -> ResolvedRelation {
        guard before.isEmpty else {
            return ResolvedRelation(reference: oneOf(before + [ObjectName(name)]))
        }
        return ResolvedRelation(
            reference: .exactly(ObjectName(name)), relation: relation, temporary: temporary)
    }

    func exactly(_ components: String...) -> ObjectReference { .exactly(ObjectName(components)) }

    /// `anything` of none, `exactly` of one.
    func oneOf(_ names: [ObjectName]) -> ObjectReference {
        var distinct: [ObjectName] = []
        for name in names where !distinct.contains(name) { distinct.append(name) }
        switch distinct.count {
        case 0: return .anything
        case 1: return .exactly(distinct[0])
        default: return .oneOf(distinct)
        }
    }

    /// Where an unqualified new object is made: the first schema of the path.
    func creationReference(_ names: [String]) -> ObjectReference {
        if names.count > 1 { return .exactly(ObjectName(names.suffix(2))) }
        guard session.searchPath != nil, !hasFixedPath, let name = names.first else {
            return .anything
        }
        guard
            let path = effectivePath.map({
                $0.filter { $0 != "pg_temp" || session.searchPath?.first == $0 }
            })
        else { return .anything }
        let user = path.filter { $0 != "pg_catalog" || session.searchPath?.contains($0) == true }
        if session.catalogueIsCurrent, let first = user.first(where: exists) {
            return exactly(first, name)
        }
        return oneOf(user.map { ObjectName([$0, name]) })
    }

    private func exists(_ schema: String) -> Bool {
        catalogue.hasSchema(schema) || session.created.contains([schema])
    }

    /// An existing object that is no relation: `schema.name`, or one of the path's.
    func objectReference(_ names: [String], among existing: [String] = []) -> ObjectReference {
        if names.count > 1 { return .exactly(ObjectName(names.suffix(2))) }
        guard let name = names.first, effectivePath != nil else { return .anything }
        if session.catalogueIsCurrent, let schema = existing.first { return exactly(schema, name) }
        return oneOf(userPath.map { ObjectName([$0, name]) })
    }
}
