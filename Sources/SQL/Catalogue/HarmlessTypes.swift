/// Finds the types whose values can be read, written, cast and compared without running anyone's
/// code.
///
/// Not harmless: base types (their functions came with an extension), domains with constraints (a
/// CHECK calls what it likes), every type that somebody made a cast for, and whatever is built of
/// these.
struct HarmlessTypes {
    /// Types within types: deeper is not harmless.
    static let depthMax = 32

    private let contents: Catalogue.Contents
    private let castTypes: Set<UInt32>
    private var known: [UInt32: Bool] = [:]

    static func find(in contents: Catalogue.Contents) -> Set<UInt32> {
        var search = HarmlessTypes(contents)
        return Set(contents.types.map(\.oid).filter { search.isHarmless($0, depth: 0) })
    }

    private init(_ contents: Catalogue.Contents) {
        self.contents = contents
        castTypes = Set(contents.casts.flatMap { [$0.source, $0.target] })
    }

    private mutating func isHarmless(_ oid: UInt32, depth: Int) -> Bool {
        if Builtins.isHarmlessType(oid: oid) { return true }
        if let answer = known[oid] { return answer }
        guard depth < Self.depthMax, !castTypes.contains(oid), let position = contents.typeOIDs[oid]
        else { return false }
        // A type that holds itself is not harmless.
        known[oid] = false
        let answer = isHarmless(contents.types[position], depth: depth + 1)
        known[oid] = answer
        return answer
    }

    private mutating func isHarmless(_ type: CatalogueType, depth: Int) -> Bool {
        // Row types of system relations, and the domains of information_schema, whose checks are
        // its own.
        if type.oid < Catalogue.firstUserOID { return type.kind != .pseudo }
        if let element = type.elementType { return isHarmless(element, depth: depth) }
        switch type.kind {
        case .enumeration: return true
        case .domain: return !type.hasConstraints && parts([type.baseType], depth: depth)
        case .range, .multirange: return parts([type.baseType], depth: depth)
        case .composite: return parts(columnTypes(of: type), depth: depth)
        case .base, .pseudo: return false
        }
    }

    private mutating func parts(_ oids: [UInt32?], depth: Int) -> Bool {
        for oid in oids {
            guard let oid, isHarmless(oid, depth: depth) else { return false }
        }
        return true
    }

    private func columnTypes(of type: CatalogueType) -> [UInt32?] {
        guard let relation = type.relation.flatMap({ contents.relationOIDs[$0] }) else {
            return [nil]
        }
        return contents.relations[relation].columns.map(\.type)
    }
}
