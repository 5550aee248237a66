import SQL
import Vocabulary

/// A small database, in which names have rivals, views have bases and functions do things.
enum SQLScenery {
    private static let oid = (
        customers: "16400", orders: "16401", pay: "16402", clients: "16403", events: "16404",
        part: "16405", items: "16406", boom: "16410", lower: "16411", abs: "16412", alike: "16413",
        mood: "16420", positive: "16421", equal: "16430"
    )

    static let catalogue = Result { try make() }

    private static func make() throws -> Catalogue {
        var builder = CatalogueBuilder()
        for query in CatalogueQuery.allCases { try builder.add(rows(query), of: query) }
        return try builder.finish()
    }

    private static func rows(_ query: CatalogueQuery) -> [[String?]] {
        switch query {
        case .server: [["150004", "orders"]]
        case .schemas: [["public"], ["app"], ["hr"]]
        case .relations:
            [
                table(oid.customers, "public", "customers", "{id,name,ssn}", "{23,25,25}"),
                table(oid.orders, "public", "orders", "{id,customer_id,amount}", "{23,23,1700}"),
                table(oid.pay, "hr", "pay", "{person,salary}", "{23,23}"),
                table(oid.clients, "public", "clients", "{id,name}", "{23,25}", kind: "v"),
                table(oid.events, "public", "events", "{at,what}", "{1184,25}", kind: "p"),
                table(oid.part, "public", "events_2026", "{at,what}", "{1184,25}"),
                table(oid.items, "app", "items", "{id,quantity}", "{23,\(oid.positive)}"),
            ]
        case .views:
            [[oid.clients, " SELECT customers.id,\n customers.name\n FROM public.customers;"]]
        case .inheritance: [[oid.part, oid.events]]
        case .functions:
            [
                function(oid.boom, "public", "boom", "23", "v"),
                function(oid.lower, "public", "lower", "1043", "i"),
                function(oid.abs, "app", "abs", "25", "s"),
                function(oid.alike, "public", "alike", "23 23", "i"),
            ]
        case .operators: [[oid.equal, "public", "===", "23", "23", oid.alike]]
        case .casts: []
        case .types:
            [
                [oid.mood, "public", "mood", "e", nil, nil, nil, "f", "t"],
                [oid.positive, "public", "positive", "d", "23", nil, nil, "t", "t"],
            ]
        case .eventTriggers: []
        }
    }

    private static func table(
        _ oid: String, _ schema: String, _ name: String, _ columns: String, _ types: String,
        kind: String = "r"
    ) -> [String?] {
        let count = columns.split(separator: ",").count
        let numbers = (1...count).map(String.init).joined(separator: ",")
        return [
            oid, schema, name, kind, "0", nil, "postgres", "f", "f", "f", columns, types,
            "{\(numbers)}",
        ]
    }

    private static func function(
        _ oid: String, _ schema: String, _ name: String, _ arguments: String, _ volatility: String
    ) -> [String?] {
        [
            oid, schema, name, "f", arguments, "0", "f", "23", volatility, "sql", "f",
            String(repeating: "a", count: 64),
        ]
    }

    /// A session; the hash of the text chooses what is known of it.
    static func view(hash: UInt64) throws -> SessionView {
        var view = SessionView(catalogue: try catalogue.get(), searchPath: ["public", "app"])
        view.catalogueIsCurrent = hash & 7 != 0
        view.temporariesUnsure = hash & 0x70 == 0
        if hash & 0xF00 == 0 { view.searchPath = nil }
        view.searchPathIsOfTransaction = hash & 0x3000 == 0
        view.temporaries.objects = [
            "scratch": .table, "seen": .view(definition: Array("SELECT * FROM hr.pay".utf8)),
        ]
        let purge = PreparedText(text: try ParsedText.parse(Array("DELETE FROM customers".utf8)))
        let names = PreparedText(
            text: try ParsedText.parse(Array("SELECT name FROM customers".utf8)))
        view.prepared = { $0 == "purge" ? purge : nil }
        view.cursors = { $0 == "names" ? names : nil }
        return view
    }

    /// So many bound values: those of a kind that decides something, and others.
    static func values(_ count: Int) -> [BoundValue] {
        let texts = ["hr.pay", "client_encoding", "1", "SELECT * FROM hr.pay", "SJIS", "{a,b}"]
        return (0..<min(count, 64)).map { place in
            place % 7 == 6
                ? BoundValue(bytes: nil, format: .text, type: 25)
                : BoundValue(
                    bytes: Array(texts[place % 7].utf8), format: place % 5 == 4 ? .binary : .text,
                    type: 25)
        }
    }
}
