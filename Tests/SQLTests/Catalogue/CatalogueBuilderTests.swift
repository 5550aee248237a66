import Testing

@testable import SQL

@Suite struct CatalogueBuilderTests {
    @Test(arguments: [
        ("{}", []), ("{a}", ["a"]), ("{a,b}", ["a", "b"]), (#"{"a b","c,d"}"#, ["a b", "c,d"]),
        (#"{"q\"q","b\\b"}"#, [#"q"q"#, #"b\b"#]), (#"{""}"#, [""]), (#"{"NULL"}"#, ["NULL"]),
    ])
    func `array text reads as the server prints it`(_ text: String, _ elements: [String]) {
        #expect(ArrayText.elements(text) == elements)
    }

    @Test(arguments: [
        "", "{", "}", "a", "{a", "a}", "{,}", "{a,}", "{,a}", "{NULL}", "{{a}}", #"{"a}"#,
        #"{"a\}"#,
        #"{"a"b}"#, "{a b}", "[0:1]={a,b}",
    ])
    func `other array text does not read`(_ text: String) {
        #expect(ArrayText.elements(text) == nil)
    }

    @Test func `an unanswered query is missed`() throws {
        var builder = CatalogueBuilder()
        for query in CatalogueQueries.all where query != .functions { try answer(query, &builder) }
        #expect(throws: CatalogueError.missing(query: "functions")) { try builder.finish() }
    }

    @Test func `a server that says nothing of itself is missed`() throws {
        var builder = CatalogueBuilder()
        for query in CatalogueQueries.all { try builder.add([], of: query) }
        #expect(throws: CatalogueError.missing(query: "server")) { try builder.finish() }
    }

    @Test(arguments: CatalogueQueries.all)
    func `a row with a column too few or too many is refused`(_ query: CatalogueQuery) {
        for count in [0, query.columns.count - 1, query.columns.count + 1] {
            var builder = CatalogueBuilder()
            #expect(throws: CatalogueError.self) {
                try builder.add([[String?](repeating: "1", count: count)], of: query)
            }
        }
    }

    @Test(arguments: CatalogueQueries.all)
    func `each query is a lone SELECT`(_ query: CatalogueQuery) {
        #expect(query.text.hasPrefix("SELECT ") && !query.text.contains(";"))
    }

    @Test(
        arguments: [
            (.relations, 0, "x"), (.relations, 0, "-1"), (.relations, 0, "4294967296"),
            (.relations, 1, nil), (.relations, 3, "q"), (.relations, 7, "yes"),
            (.relations, 10, "{a,b}"), (.relations, 11, "{x}"), (.relations, 12, "{}"),
            (.relations, 10, "{a"), (.functions, 3, "x"), (.functions, 4, "23,25"),
            (.functions, 11, "short"), (.types, 3, "x"), (.casts, 3, "x"), (.operators, 4, nil),
            (.server, 0, "fifteen"), (.inheritance, 1, nil), (.eventTriggers, 0, nil),
        ] as [(CatalogueQuery, Int, String?)])
    func `a value that cannot be is refused`(
        _ query: CatalogueQuery, _ column: Int, _ value: String?
    ) {
        var row = sample(query)
        row[column] = value
        var builder = CatalogueBuilder()
        #expect(throws: CatalogueError.self) { try builder.add([row], of: query) }
    }

    @Test func `an old server is refused`() {
        var builder = CatalogueBuilder()
        #expect(throws: CatalogueError.version(found: "130011")) {
            try builder.add([["130011", "x"]], of: .server)
        }
    }

    @Test func `each limit holds`() {
        expectTooLarge(.relations) { $0.relationsMax = 0 }
        expectTooLarge(.relations) { $0.columnsMax = 0 }
        expectTooLarge(.functions) { $0.functionsMax = 0 }
        expectTooLarge(.types) { $0.typesMax = 0 }
        expectTooLarge(.casts) { $0.othersMax = 0 }
        expectTooLarge(.operators) { $0.othersMax = 0 }
        expectTooLarge(.inheritance) { $0.othersMax = 0 }
        expectTooLarge(.views) { $0.viewBytesMax = 3 }
        expectTooLarge(.schemas) { $0.totalBytesMax = 3 }
    }

    @Test func `the version follows the contents`() throws {
        let first = try built([]).version
        #expect(try built([]).version == first)
        #expect(try built([(.schemas, ["other"])]).version != first)
        #expect(Catalogue.empty.version == 0 && first != 0)
    }

    @Test func `rows may come in portions`() throws {
        let catalogue = try built([(.schemas, ["one"]), (.schemas, ["two"])])
        #expect(catalogue.hasSchema("one") && catalogue.hasSchema("two"))
        #expect(!catalogue.hasSchema("three"))
    }

    @Test func `inheritance that turns in a circle ends`() throws {
        let catalogue = try built([(.inheritance, ["1", "2"]), (.inheritance, ["2", "1"])])
        #expect(catalogue.children(of: 1).isEmpty && catalogue.parents(of: 1).isEmpty)
    }

    @Test func `types nested without end are not harmless`() throws {
        var rows: [(CatalogueQuery, [String?])] = []
        for oid in 20_000..<20_100 {
            var row = sample(.types)
            (row[0], row[2], row[3], row[4]) = ("\(oid)", "t\(oid)", "d", "\(oid + 1)")
            rows.append((.types, row))
        }
        var last = sample(.types)
        (last[0], last[3], last[4]) = ("20100", "d", "20000")
        let catalogue = try built(rows + [(.types, last)])
        #expect(!catalogue.isHarmless(20_000) && !catalogue.isHarmless(20_100))
    }

    private func expectTooLarge(
        _ query: CatalogueQuery, _ change: (inout CatalogueLimits) -> Void
    ) {
        var limits = CatalogueLimits()
        change(&limits)
        var builder = CatalogueBuilder(limits: limits)
        let error = #expect(throws: CatalogueError.self) {
            try builder.add([sample(query)], of: query)
        }
        guard case .tooLarge = error else {
            Issue.record("\(query): \(String(describing: error))")
            return
        }
    }

    private func built(_ rows: [(CatalogueQuery, [String?])]) throws -> Catalogue {
        var builder = CatalogueBuilder()
        for query in CatalogueQueries.all { try answer(query, &builder) }
        for (query, row) in rows { try builder.add([row], of: query) }
        return try builder.finish()
    }

    private func answer(_ query: CatalogueQuery, _ builder: inout CatalogueBuilder) throws {
        try builder.add(query == .server ? [sample(query)] : [], of: query)
    }

    private func sample(_ query: CatalogueQuery) -> [String?] {
        let hash = String(repeating: "a", count: 64)
        return switch query {
        case .server: ["150018", "orders"]
        case .schemas: ["public"]
        case .relations:
            [
                "20000", "public", "t", "r", "20001", nil, "bob", "f", "f", "f", "{a}", "{23}",
                "{1}",
            ]
        case .views: ["20000", "SELECT 1"]
        case .inheritance: ["20000", "20001"]
        case .functions:
            ["20000", "public", "f", "f", "23 25", "0", "f", "23", "v", "sql", "f", hash]
        case .operators: ["20000", "public", "+++", "23", "23", "20000"]
        case .casts: ["20000", "25", nil, "e"]
        case .types: ["20000", "public", "t", "d", "23", nil, nil, "f", "t"]
        case .eventTriggers: ["watch"]
        }
    }
}
