/// Queries and what stands behind FROM.
extension StatementGenerator {
    struct Query {
        let text: String
        let columns: [String]
    }

    /// A query of so many columns of type `int`; of some of any type, when the number does not matter.
    mutating func query(columns count: Int?) -> Query {
        depth += 1
        defer { depth -= 1 }
        levels.append(Level())
        defer { levels.removeLast() }
        let with = chance(depth == 1 ? 20 : 8) ? self.with() : ""
        let isAnyType = count == nil
        let count = count ?? 1 + roll(3)
        if depth < 4, chance(12) { return combined(with, count) }
        if chance(6) {
            let row = list(count) { $0.int() }
            return Query(
                text: "\(with)VALUES (\(row))", columns: (1...count).map { "column\($0)" })
        }
        return select(with, count, isAnyType: isAnyType)
    }

    private mutating func combined(_ with: String, _ count: Int) -> Query {
        let left = query(columns: count)
        let right = query(columns: count)
        let operation = pick(["UNION", "UNION ALL", "INTERSECT", "EXCEPT"])
        let order = chance(30) ? " ORDER BY \(pick(left.columns + ["1"]))" : ""
        return Query(
            text: "\(with)(\(left.text)) \(operation) (\(right.text))\(order)",
            columns: left.columns)
    }

    private mutating func select(_ with: String, _ count: Int, isAnyType: Bool) -> Query {
        var text = with + "SELECT "
        let from = chance(92) ? " FROM \(self.from())" : ""
        let isAggregate = chance(12)
        let isDistinct = !isAggregate && chance(6)
        if isDistinct { text += chance(50) ? "DISTINCT " : "DISTINCT ON (\(int())) " }
        var columns: [String] = []
        var targets: [String] = []
        let grouped = isAggregate && chance(60) ? column() : nil
        for _ in 0..<count {
            let value = isAggregate ? aggregate(grouped) : isAnyType ? output() : int()
            if chance(45) {
                columns.append(name())
                targets.append("\(value) AS \(columns[columns.count - 1])")
            } else {
                columns.append(named(value))
                targets.append(value)
            }
        }
        text += targets.joined(separator: ", ") + from
        if chance(35) { text += " WHERE \(bool())" }
        if let grouped { text += " GROUP BY \(grouping(grouped))" }
        if isAggregate, chance(20) { text += " HAVING count(\(int())) > 0" }
        if !isAggregate, chance(8) {
            text += " WINDOW win AS (PARTITION BY \(int()) ORDER BY \(int()))"
        }
        if !isAggregate, !isDistinct, chance(20) {
            text +=
                " ORDER BY \(chance(60) && Set(columns).count == columns.count ? pick(columns) : int())"
        }
        if chance(25) { text += " LIMIT 1" }
        let isLockable = !text.contains("OVER") && !text.contains("JOIN") && !from.isEmpty
        if isLockable, !isAggregate, !isDistinct, depth < 3, chance(8) {
            text += pick([" FOR UPDATE", " FOR SHARE"])
        }
        return Query(text: text, columns: columns)
    }

    private mutating func grouping(_ column: String) -> String {
        switch roll(4) {
        case 0: "GROUPING SETS ((\(column)), ())"
        case 1: "ROLLUP (\(column))"
        default: column
        }
    }

    /// The name that an output without AS gets.
    private func named(_ value: String) -> String {
        let last = value.split(separator: ".").last.map(String.init) ?? value
        return Self.names.contains(last) ? last : "x"
    }

    // MARK: WITH

    mutating func with() -> String {
        var parts: [String] = []
        for _ in 0...roll(2) {
            let name = pick(["a", "b", "c", "t", "v"])
            let isChange = depth == 1 && levels.count == 1 && chance(25)
            let columns = ["id", self.name()]
            let inner =
                isChange
                ? Query(text: change(returning: columns.count), columns: columns)
                : query(columns: columns.count)
            let renames = chance(40) || isChange
            let kind = isChange ? "" : pick(["", "", "MATERIALIZED ", "NOT MATERIALIZED "])
            let list = renames ? " (\(columns.joined(separator: ", ")))" : ""
            parts.append("\(name)\(list) AS \(kind)(\(inner.text))")
            let offered = renames ? columns : inner.columns
            levels[levels.count - 1].ctes.append(Item(name: name, columns: offered))
        }
        return "WITH \(chance(4) ? "RECURSIVE " : "")\(parts.joined(separator: ", ")) "
    }

    // MARK: FROM

    mutating func from() -> String {
        var parts: [String] = []
        for _ in 0...(chance(35) ? 1 : 0) {
            let (text, items) = fromItem(hiding: levels[levels.count - 1].items)
            parts.append(text)
            levels[levels.count - 1].items += items
        }
        return parts.joined(separator: ", ")
    }

    mutating func fromItem(hiding taken: [Item]) -> (String, [Item]) {
        switch roll(12) {
        case 0,
            1 where depth < 4:
            return subselect(taken)
        case 2,
            3 where depth < 5:
            return join(taken)
        case 4:
            let alias = freeName(taken)
            let column = name()
            return chance(50)
                ? (
                    "generate_series(1, 1) AS \(alias)(\(column))",
                    [Item(name: alias, columns: [column])]
                )
                : ("generate_series(1, 1) AS \(alias)", [Item(name: alias, columns: [alias])])
        case 5:
            if let cte = levels.flatMap(\.ctes).randomElement(using: &random) {
                return aliased(cte.name, Item(name: cte.name, columns: cte.columns), taken)
            }
            fallthrough
        default:
            let relation = pick(Self.relations)
            let item = Item(
                name: relation.name, columns: relation.columns,
                schema: relation.words.contains("s.") ? "s" : "public")
            return aliased((chance(5) ? "ONLY " : "") + relation.words, item, taken)
        }
    }

    private mutating func aliased(_ words: String, _ item: Item, _ taken: [Item]) -> (
        String, [Item]
    ) {
        let mustRename = taken.contains { $0.name == item.name }
        guard mustRename || chance(50) else { return (words, [item]) }
        let alias = freeName(taken)
        guard chance(20) else {
            return ("\(words) AS \(alias)", [Item(name: alias, columns: item.columns)])
        }
        var columns = item.columns
        for index in 0...roll(columns.count) where index < columns.count {
            columns[index] = freeName(columns.map { Item(name: $0, columns: []) })
        }
        let list = columns.joined(separator: ", ")
        return ("\(words) AS \(alias)(\(list))", [Item(name: alias, columns: columns)])
    }

    private mutating func subselect(_ taken: [Item]) -> (String, [Item]) {
        let alias = freeName(taken)
        let isLateral = chance(40)
        // What is not LATERAL does not see what stands beside it.
        let beside = levels[levels.count - 1].items
        if !isLateral, chance(80) { levels[levels.count - 1].items = [] }
        let inner = query(columns: chance(85) ? 1 + roll(3) : nil)
        levels[levels.count - 1].items = beside
        var columns = inner.columns
        var list = ""
        if chance(25) {
            columns[0] = name()
            list = "(\(columns[0]))"
        }
        return (
            "\(isLateral ? "LATERAL " : "")(\(inner.text)) AS \(alias)\(list)",
            [Item(name: alias, columns: columns)]
        )
    }

    private mutating func join(_ taken: [Item]) -> (String, [Item]) {
        depth += 1
        defer { depth -= 1 }
        let (left, leftItems) = fromItem(hiding: taken)
        let (right, rightItems) = fromItem(hiding: taken + leftItems)
        let kind = pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "JOIN"])
        var items = leftItems + rightItems
        var text: String
        let shared = leftItems.flatMap(\.columns).filter(rightItems.flatMap(\.columns).contains)
        switch roll(5) {
        case 0: text = "\(left) NATURAL \(chance(20) ? "FULL JOIN" : kind) \(right)"
        case 1: text = "\(left) CROSS JOIN \(right)"
        case 2 where !shared.isEmpty:
            text = "\(left) \(kind) \(right) USING (\(pick(shared)))"
            if chance(20) {
                let alias = freeName(taken + items)
                return ("\(text) AS \(alias)", items + [Item(name: alias, columns: [pick(shared)])])
            }
        default:
            let outside = levels[levels.count - 1].items
            levels[levels.count - 1].items = chance(85) ? items : outside
            text = "\(left) \(kind) \(right) ON \(bool())"
            levels[levels.count - 1].items = outside
        }
        guard chance(20) else { return (text, items) }
        let alias = freeName(taken)
        items = [Item(name: alias, columns: items.flatMap(\.columns))]
        return ("(\(text)) AS \(alias)", items)
    }
}
