import Store
import Vocabulary

extension HoldTable {
    /// The ids that begin with `prefix` among those that `viewer` may see, at most two: one is meant, two are not
    /// clear.
    func ids(beginning prefix: String, for viewer: HoldViewer) throws -> [HoldID] {
        // An upper bound instead of LIKE, whose wildcards a user could write.
        let may = viewer.condition(after: 2)
        return try statements.rows(
            "SELECT id FROM holds WHERE id >= $1 AND id < $2 AND \(may.sql) ORDER BY id LIMIT 2",
            [.text(prefix), .text(prefix + "\u{7F}")] + may.values
        ).map { HoldID(rawValue: try $0.text("id")) }
    }

    /// Up to `count` holds that `viewer` may see, newest first, that come behind `last` in that order.
    func items(
        _ state: HoldState?, for viewer: HoldViewer, after last: HoldItem?, count: Int
    ) throws -> [HoldItem] {
        let may = viewer.condition(after: 4)
        return try statements.rows(
            """
            SELECT \(HoldItem.columns) FROM holds WHERE ($1 IS NULL OR state = $1)
            AND (opened_at < $2 OR (opened_at = $2 AND id < $3)) AND \(may.sql)
            ORDER BY opened_at DESC, id DESC LIMIT $4
            """,
            [
                .text(orNull: state?.rawValue), .integer(last?.opened.milliseconds ?? .max),
                .text(last?.id.rawValue ?? ""), .integer(Int64(count)),
            ] + may.values
        ).map(HoldItem.init(row:))
    }

    /// The hold of exactly that id, if `viewer` may see it.
    func item(_ id: HoldID, for viewer: HoldViewer) throws -> HoldItem? {
        let may = viewer.condition(after: 1)
        return try statements.rows(
            "SELECT \(HoldItem.columns) FROM holds WHERE id = $1 AND \(may.sql)",
            [.text(id.rawValue)] + may.values
        ).first.map(HoldItem.init(row:))
    }

    /// Holds that ended before `time`, and of each requester the oldest beyond `bytes` of ended ones; at most `count`.
    func outlived(before time: WallTime, beyond bytes: Int, count: Int) throws -> [HoldID] {
        try statements.rows(
            """
            SELECT id FROM holds WHERE ended_at < $1
            UNION
            SELECT id FROM (
                SELECT id, sum(bytes) OVER (PARTITION BY requester ORDER BY ended_at DESC, id) AS total
                FROM holds WHERE ended_at IS NOT NULL) AS ended
            WHERE total > $2 LIMIT $3
            """,
            [.integer(time.milliseconds), .integer(Int64(bytes)), .integer(Int64(count))]
        ).map { HoldID(rawValue: try $0.text("id")) }
    }
}

extension HoldItem {
    static let columns =
        "id, state, requester, owner, target, risk, opened_at, expires_at, ended_at, beginning, kind"

    init(row: Row) throws {
        id = HoldID(rawValue: try row.text("id"))
        guard let state = HoldState(rawValue: try row.text("state")) else {
            throw StoreError.column("state")
        }
        self.state = state
        guard let kind = HoldKind(rawValue: try row.text("kind")) else {
            throw StoreError.column("kind")
        }
        self.kind = kind
        requester = try row.principal("requester")
        owner = try row.principal("owner")
        guard let target = TargetName(try row.text("target")) else {
            throw StoreError.column("target")
        }
        self.target = target
        risk = row.optionalText("risk")
        opened = WallTime(milliseconds: try row.integer("opened_at"))
        expires = WallTime(milliseconds: try row.integer("expires_at"))
        ended = row.time("ended_at")
        beginning = try row.text("beginning")
    }
}
