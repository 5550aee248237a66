extension CatalogueBuilder {
    mutating func addServer(_ row: CatalogueRow) throws(CatalogueError) {
        let number = try row.count(0)
        guard number >= 140_000 else { throw .version(found: try row.text(0)) }
        contents.serverVersion = number
        contents.database = try row.text(1)
    }

    mutating func addRelation(_ row: CatalogueRow) throws(CatalogueError) {
        let columns = try relationColumns(row)
        columnCount += columns.count
        try within(columnCount, limits.columnsMax, "columns")
        try within(contents.relations.count + 1, limits.relationsMax, "relations")
        let oid = try row.oid(0)
        let name = QualifiedName(try row.text(1), try row.text(2))
        contents.relationNames[name] = contents.relations.count
        contents.relationOIDs[oid] = contents.relations.count
        contents.relations.append(
            CatalogueRelation(
                oid: oid, schema: name.schema, name: name.name,
                kind: try row.word(3, as: RelationKind.self), columns: columns,
                parent: try row.optionalOID(5), rowType: try row.oid(4), owner: try row.text(6),
                hasRules: try row.flag(7), hasTriggers: try row.flag(8),
                hasRowSecurity: try row.flag(9),
                isSystem: oid < Catalogue.firstUserOID
                    || SystemRelations.relation(schema: name.schema, name: name.name) != nil))
    }

    private func relationColumns(_ row: CatalogueRow) throws(CatalogueError) -> [CatalogueColumn] {
        let names = try row.array(10)
        let types = try row.array(11).compactMap { UInt32($0) }
        let numbers = try row.array(12).compactMap { Int($0) }
        guard types.count == names.count else { throw row.malformed(11) }
        guard numbers.count == names.count else { throw row.malformed(12) }
        return names.indices.map {
            CatalogueColumn(name: names[$0], type: types[$0], number: numbers[$0])
        }
    }

    mutating func addView(_ row: CatalogueRow) throws(CatalogueError) {
        // NULL: dropped between two looks. Without a definition the walker cannot expand it.
        guard let definition = row.values[1] else { return }
        try within(definition.utf8.count, limits.viewBytesMax, "bytes in the definition of a view")
        contents.viewDefinitions[try row.oid(0)] = definition
    }

    mutating func addInheritance(_ row: CatalogueRow) throws(CatalogueError) {
        let child = try row.oid(0)
        let parent = try row.oid(1)
        contents.children[parent, default: []].append(child)
        contents.parents[child, default: []].append(parent)
        try within(contents.parents.count, limits.othersMax, "inheritance links")
    }

    mutating func addFunction(_ row: CatalogueRow) throws(CatalogueError) {
        try within(contents.functions.count + 1, limits.functionsMax, "functions")
        let hash = try row.text(11)
        guard hash.utf8.count == 64 else { throw row.malformed(11) }
        let function = CatalogueFunction(
            oid: try row.oid(0), schema: try row.text(1), name: try row.text(2),
            kind: try row.word(3, as: CatalogueFunction.Kind.self),
            argumentTypes: try row.oids(4), defaults: try row.count(5),
            isVariadic: try row.flag(6), resultType: try row.oid(7),
            volatility: try row.word(8, as: CatalogueFunction.Volatility.self),
            language: try row.text(9), isSecurityDefiner: try row.flag(10), definitionHash: hash)
        let name = QualifiedName(function.schema, function.name)
        contents.functionNames[name, default: []].append(contents.functions.count)
        contents.functionOIDs[function.oid] = contents.functions.count
        contents.functions.append(function)
    }

    mutating func addOperator(_ row: CatalogueRow) throws(CatalogueError) {
        let found = CatalogueOperator(
            oid: try row.oid(0), schema: try row.text(1), name: try row.text(2),
            leftType: try row.optionalOID(3), rightType: try row.oid(4), function: try row.oid(5))
        contents.operators[found.name, default: []].append(found)
        try within(contents.operators.count, limits.othersMax, "operators")
    }

    mutating func addCast(_ row: CatalogueRow) throws(CatalogueError) {
        let cast = CatalogueCast(
            source: try row.oid(0), target: try row.oid(1), function: try row.optionalOID(2),
            context: try row.word(3, as: CatalogueCast.Context.self))
        contents.casts.append(cast)
        contents.castsByTypes[TypePair(source: cast.source, target: cast.target)] = cast
        try within(contents.casts.count, limits.othersMax, "casts")
    }

    mutating func addType(_ row: CatalogueRow) throws(CatalogueError) {
        try within(contents.types.count + 1, limits.typesMax, "types")
        let type = CatalogueType(
            oid: try row.oid(0), schema: try row.text(1), name: try row.text(2),
            kind: try row.word(3, as: CatalogueType.Kind.self), baseType: try row.optionalOID(4),
            elementType: try row.optionalOID(5), relation: try row.optionalOID(6),
            hasConstraints: try row.flag(7), hasBuiltinInput: try row.flag(8))
        contents.typeNames[QualifiedName(type.schema, type.name)] = contents.types.count
        contents.typeOIDs[type.oid] = contents.types.count
        contents.types.append(type)
    }
}

extension Catalogue {
    /// `FirstNormalObjectId` (access/transam.h): objects below came with the server.
    static let firstUserOID: UInt32 = 16_384
}
