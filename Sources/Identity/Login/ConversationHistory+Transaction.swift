import Store
import Vocabulary

extension ConversationHistory {
    /// As `isFresh`, inside a transaction of the store.
    public static func isFresh(
        _ person: PrincipalName, within milliseconds: Int64, now: WallTime,
        in statements: any Statements
    ) throws -> Bool {
        let rows = try statements.rows(
            "SELECT finished_at FROM identity_conversations WHERE person = $1", [.text(person.text)]
        )
        guard let last = try rows.first.map({ try $0.integer("finished_at") }) else { return false }
        let time = WallTime(milliseconds: last)
        return time <= now && now <= time.advanced(byMilliseconds: milliseconds)
    }
}
