extension Catalogue {
    /// What a snapshot holds, with the indexes that its lookups need.
    struct Contents: Sendable {
        var version: UInt64 = 0
        var serverVersion = 0
        var database = ""
        var schemas: Set<String> = []
        var eventTriggers: [String] = []

        var relations: [CatalogueRelation] = []
        var relationNames: [QualifiedName: Int] = [:]
        var relationOIDs: [UInt32: Int] = [:]
        var viewDefinitions: [UInt32: String] = [:]
        var children: [UInt32: [UInt32]] = [:]
        var parents: [UInt32: [UInt32]] = [:]

        var functions: [CatalogueFunction] = []
        var functionNames: [QualifiedName: [Int]] = [:]
        var functionOIDs: [UInt32: Int] = [:]
        var operators: [String: [CatalogueOperator]] = [:]
        var casts: [CatalogueCast] = []
        var castsByTypes: [TypePair: CatalogueCast] = [:]

        var types: [CatalogueType] = []
        var typeNames: [QualifiedName: Int] = [:]
        var typeOIDs: [UInt32: Int] = [:]
        /// Types that are not listed as built in and run nobody's code.
        var harmlessTypes: Set<UInt32> = []
    }
}

/// Source and target of a cast.
struct TypePair: Hashable, Sendable {
    let source: UInt32
    let target: UInt32
}
