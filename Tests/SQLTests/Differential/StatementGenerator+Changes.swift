/// INSERT, UPDATE, DELETE and MERGE.
extension StatementGenerator {
    mutating func change(returning count: Int?) -> String {
        switch roll(3) {
        case 0: insert(returning: count)
        case 1: update(returning: count)
        default: delete(returning: count)
        }
    }

    /// A table or view to write to, with the alias that it may have there.
    private mutating func target(orView: Bool = true) -> (
        words: String, item: Item, relation: Relation
    ) {
        let relation = pick(Self.relations.filter { $0.isWritable && (orView || $0.name != "v") })
        let schema = relation.words.contains("s.") ? "s" : "public"
        guard chance(40) else {
            let item = Item(name: relation.name, columns: relation.columns, schema: schema)
            return (relation.words, item, relation)
        }
        let alias = pick(Self.names.filter { $0 != "excluded" })
        return (
            "\(relation.words) AS \(alias)", Item(name: alias, columns: relation.columns), relation
        )
    }

    private mutating func returned(_ count: Int?) -> String {
        if let count { return " RETURNING " + list(count) { $0.int() } }
        switch roll(6) {
        case 0: return " RETURNING *"
        case 1: return " RETURNING \(int())"
        case 2: return " RETURNING \(any())::text"
        default: return ""
        }
    }

    /// Runs `body` in a query of its own.
    private mutating func nested(_ body: (inout Self) -> String) -> String {
        depth += 1
        levels.append(Level())
        let text = body(&self)
        levels.removeLast()
        depth -= 1
        return text
    }

    private mutating func assignments(_ columns: [String]) -> String {
        let shuffled = columns.shuffled(using: &random)
        if chance(15), shuffled.count > 1 {
            return "(\(shuffled[0]), \(shuffled[1])) = (\(query(columns: 2).text))"
        }
        return "\(shuffled[0]) = \(chance(10) ? "DEFAULT" : int())"
    }

    // MARK: INSERT

    mutating func insert(returning count: Int?) -> String {
        nested { generator in
            let with = generator.chance(15) ? generator.with() : ""
            let (words, item, relation) = generator.target()
            let columns =
                generator.chance(50) ? relation.columns : Array(relation.columns.prefix(2))
            var text = "\(with)INSERT INTO \(words) (\(columns.joined(separator: ", "))) "
            text += generator.query(columns: columns.count).text
            generator.levels[generator.levels.count - 1].items = [item]
            if relation.hasKey, generator.chance(50) { text += generator.conflict(relation) }
            return text + generator.returned(count)
        }
    }

    private mutating func conflict(_ relation: Relation) -> String {
        let place =
            switch roll(4) {
            case 0 where relation.words == "c": "(x, y)"
            case 1: "ON CONSTRAINT \(relation.name == "c" ? "c_x_y_key" : relation.name + "_pkey")"
            case 2: "(id) WHERE \(column()) = 1"
            default: "(id)"
            }
        if chance(20) { return " ON CONFLICT \(chance(50) ? place : "") DO NOTHING" }
        let isSeen = chance(30)
        if isSeen {
            levels[levels.count - 1].items.append(Item(name: "excluded", columns: relation.columns))
        }
        defer { if isSeen { levels[levels.count - 1].items.removeLast() } }
        let condition = chance(40) ? " WHERE \(bool())" : ""
        return " ON CONFLICT \(place) DO UPDATE SET \(assignments(relation.columns))\(condition)"
    }

    // MARK: UPDATE and DELETE

    mutating func update(returning count: Int?) -> String {
        nested { generator in
            let with = generator.chance(15) ? generator.with() : ""
            let (words, item, relation) = generator.target()
            generator.levels[generator.levels.count - 1].items = [item]
            let from = generator.chance(40) ? " FROM \(generator.from())" : ""
            var text =
                "\(with)UPDATE \(words) SET \(generator.assignments(relation.columns))\(from)"
            if generator.chance(60) { text += " WHERE \(generator.bool())" }
            return text + generator.returned(count)
        }
    }

    mutating func delete(returning count: Int?) -> String {
        nested { generator in
            let with = generator.chance(15) ? generator.with() : ""
            let (words, item, _) = generator.target()
            generator.levels[generator.levels.count - 1].items = [item]
            let using = generator.chance(40) ? " USING \(generator.from())" : ""
            var text = "\(with)DELETE FROM \(words)\(using)"
            if generator.chance(60) { text += " WHERE \(generator.bool())" }
            return text + generator.returned(count)
        }
    }

    // MARK: MERGE

    mutating func merge() -> String {
        nested { generator in
            let (words, item, relation) = generator.target(orView: false)
            generator.levels[generator.levels.count - 1].items = [item]
            let (source, items) = generator.fromItem(hiding: [item])
            generator.levels[generator.levels.count - 1].items += items
            var text = "MERGE INTO \(words) USING \(source) ON \(generator.bool())"
            let condition = generator.chance(30) ? " AND \(generator.bool())" : ""
            switch generator.roll(3) {
            case 0: text += " WHEN MATCHED\(condition) THEN DELETE"
            case 1:
                text += " WHEN MATCHED\(condition) THEN UPDATE SET "
                text += generator.assignments(relation.columns)
            default: break
            }
            generator.levels[generator.levels.count - 1].items = items
            let columns = relation.columns.prefix(2)
            let values = generator.list(columns.count) { $0.int() }
            return text + " WHEN NOT MATCHED THEN INSERT (\(columns.joined(separator: ", ")))"
                + " VALUES (\(values))"
        }
    }
}
