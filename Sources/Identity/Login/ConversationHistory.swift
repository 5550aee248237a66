import Store
import Vocabulary

/// When each person last held a whole PAM conversation: the freshness that a consent asks for.
public struct ConversationHistory: Sendable {
    private let database: any Database

    public init(database: any Database) { self.database = database }

    /// `nil` for a person who never has.
    public func last(of person: PrincipalName) async throws -> WallTime? {
        try await database.read { statements in
            try statements.rows(
                "SELECT finished_at FROM identity_conversations WHERE person = $1",
                [.text(person.text)]
            ).first.map { WallTime(milliseconds: try $0.integer("finished_at")) }
        }
    }

    /// Whether the last one is at most `milliseconds` old. One in the future (a clock was set back) is not
    /// fresh.
    public func isFresh(
        _ person: PrincipalName, within milliseconds: Int64, now: WallTime
    ) async throws -> Bool {
        guard let last = try await last(of: person), last <= now else { return false }
        return now <= last.advanced(byMilliseconds: milliseconds)
    }

    func record(_ person: PrincipalName, at now: WallTime) async throws {
        _ = try await database.write { statements in
            try statements.run(
                """
                INSERT INTO identity_conversations (person, finished_at) VALUES ($1, $2)
                ON CONFLICT (person) DO UPDATE SET finished_at = excluded.finished_at
                """, [.text(person.text), .integer(now.milliseconds)])
        }
    }
}
