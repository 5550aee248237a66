/// Expressions, nearly all of them of type `int`.
extension StatementGenerator {
    /// A column of one of the queries around, by whatever name it can be called; or any name.
    mutating func column() -> String {
        if roll(150) == 0 { return chance(60) ? name() : "\(name()).\(name())" }
        guard let items = visibleItems() else { return "1" }
        let item = pick(items)
        let column = pick(item.columns)
        // A name that two items have is one too many.
        let isPlain = items.flatMap(\.columns).count { $0 == column } == 1 || roll(150) == 0
        if isPlain, chance(60) { return column }
        if let schema = item.schema, chance(15) { return "\(schema).\(item.name).\(column)" }
        return "\(item.name).\(column)"
    }

    /// Those of one of the queries around, mostly of the innermost.
    private mutating func visibleItems() -> [Item]? {
        let levels = levels.map(\.items).filter { !$0.isEmpty }
        if let inner = levels.last, chance(70) { return inner }
        return levels.randomElement(using: &random)
    }

    private mutating func itemName() -> String? { visibleItems().map { pick($0).name } }

    /// A FROM item that no column hides: its name means its whole row.
    private mutating func row(where isWanted: (Item) -> Bool = { _ in true }) -> String? {
        let columns = levels.flatMap { $0.items.flatMap(\.columns) } + Self.systemColumns
        return levels.flatMap(\.items).filter { !columns.contains($0.name) && isWanted($0) }
            .randomElement(using: &random)?.name
    }

    /// What a target list holds.
    mutating func output() -> String {
        switch roll(12) {
        case 0: return any() + "::text"
        case 1: return "sum(\(int())) OVER (PARTITION BY \(int()) ORDER BY \(int()))"
        case 2: return "rank() OVER (ORDER BY \(int()))"
        default: return int()
        }
    }

    mutating func aggregate(_ grouped: String?) -> String {
        if let grouped, chance(40) { return grouped }
        switch roll(5) {
        case 0: return "count(*)"
        case 1: return "count(\(any()))"
        case 2: return "max(\(int())) FILTER (WHERE \(bool()))"
        case 3: return "sum(\(int()) ORDER BY \(int()))"
        default: return "max(\(int()))"
        }
    }

    /// Of whatever type: a whole row, a system column, a call in a column's dress.
    mutating func any() -> String {
        switch roll(8) {
        case 0: return itemName() ?? "1"
        case 1:
            let tables = levels.flatMap(\.items).filter { $0.schema != nil }
            let table = tables.randomElement(using: &random)?.name
            return table.map { "\($0).\(pick(Self.systemColumns))" } ?? "1"
        case 2 where chance(10): return pick(Self.systemColumns)
        case 3: return itemName().map { "ROW(\($0).*)" } ?? "1"
        case 4: return row().map { "(\($0))" } ?? "1"
        case 5: return row().map { "row_to_json(\($0))" } ?? "1"
        case 6:
            guard let item = levels.flatMap(\.items).randomElement(using: &random) else {
                return "1"
            }
            return "((\(item.name).*)).\(pick(item.columns))"
        default: return int()
        }
    }

    /// `public.f` takes a row of `public.a`.
    private mutating func rowFunction() -> String {
        let columns = Self.relations[0].columns
        let name = row { $0.schema == "public" && $0.columns == columns }
        return name.map { chance(50) ? "\($0).f" : "f(\($0))" } ?? "g(\(int()))"
    }

    mutating func int() -> String {
        depth += 1
        defer { depth -= 1 }
        guard depth < 7 else { return column() }
        switch roll(20) {
        case 0: return "1"
        case 1: return "\(int()) + \(int())"
        case 2: return "coalesce(\(int()), \(int()))"
        case 3: return "CASE WHEN \(bool()) THEN \(int()) ELSE \(int()) END"
        case 4,
            5 where depth < 5:
            return "(\(query(columns: 1).text))"
        case 6: return "length((\(any()))::text)"
        case 7: return "(\(any()) IS NULL)::int"
        case 8: return chance(50) ? "g(\(int()))" : rowFunction()
        case 9: return "(ARRAY[\(int()), \(int())])[\(int())]"
        default: return column()
        }
    }

    mutating func bool() -> String {
        depth += 1
        defer { depth -= 1 }
        guard depth < 6 else { return "\(column()) = 1" }
        switch roll(12) {
        case 0: return "EXISTS (\(query(columns: nil).text))"
        case 1: return "\(int()) IN (\(query(columns: 1).text))"
        case 2: return "\(int()) = ANY (ARRAY(\(query(columns: 1).text)))"
        case 3: return "(\(int()), \(int())) = (\(query(columns: 2).text))"
        case 4: return "\(int()) BETWEEN \(int()) AND \(int())"
        case 5: return "NOT \(int()) > \(int())"
        case 6: return "(\(any())) IS NOT NULL"
        case 7: return "\(int()) = 1 AND \(int()) = 1"
        default: return "\(int()) = \(int())"
        }
    }
}
