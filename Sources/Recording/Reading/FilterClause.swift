import Store

/// A `SessionFilter` as a condition on `recording_sessions s`.
struct FilterClause {
    let condition: String
    let values: [Value]
    let limit: Int

    /// `others` are conditions that end in `$`, behind which their value's number is put.
    init(_ filter: SessionFilter, and others: [(String, Value)] = []) {
        var terms = others
        if let principal = filter.principal {
            terms.append(("s.principal = $", .text(principal.text)))
        }
        if let owner = filter.owner { terms.append(("s.owner = $", .text(owner.text))) }
        if let target = filter.target { terms.append(("s.target = $", .text(target.text))) }
        if let from = filter.from { terms.append(("s.opened >= $", .integer(from.milliseconds))) }
        if let before = filter.before {
            terms.append(("s.opened < $", .integer(before.milliseconds)))
        }
        var conditions = terms.enumerated().map { "\($0.element.0)\($0.offset + 1)" }
        if let isOpen = filter.isOpen {
            conditions.append(isOpen ? "s.closed IS NULL" : "s.closed IS NOT NULL")
        }
        if filter.isHeld { conditions.append("s.holds > 0") }
        if filter.isRefused { conditions.append("s.refused > 0") }
        values = terms.map(\.1) + (filter.targets ?? []).sorted().map { .text($0.text) }
        if filter.targets != nil {
            let places = (terms.count..<values.count).map { "$\($0 + 1)" }
            // Of none: nothing, and no syntax error.
            conditions.append("s.target IN (\((["NULL"] + places).joined(separator: ", ")))")
        }
        condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        limit = max(0, min(filter.limit, Limits.listedMax))
    }
}
