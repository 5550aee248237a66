import CSQLite
import Foundation

extension SQLiteDatabase {
    /// Throws what a start would find wrong with the store at `path`, and what would trouble it later: pages that are
    /// damaged, a schema other than the one that `migrations` make. The migrations are tried and taken back. A store
    /// that is not there yet is good.
    public static func examine(path: String, migrations: [Migration]) async throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let store = try SQLiteDatabase(path: path)
        let model = try SQLiteDatabase(path: ":memory:")
        do {
            try await model.migrate(migrations)
            let wanted = try await model.read { try schema($0) }
            try await store.write { statements in
                let verdict = try statements.rows("PRAGMA quick_check(1)").first
                if let verdict = verdict?.optionalText("quick_check"), verdict != "ok" {
                    throw StoreError.cannotOpen(path: path, reason: "it is damaged: \(verdict)")
                }
                try apply(migrations, statements)
                let found = try schema(statements)
                for (name, text) in wanted.sorted(by: { $0.key > $1.key }) where found[name] != text
                {
                    throw StoreError.cannotOpen(
                        path: path, reason: "its \(name) is missing or another: restore a backup")
                }
                throw TakeBack()
            }
        } catch is TakeBack {}
        await model.close()
        await store.close()
    }
}

/// Ends the transaction without its changes.
private struct TakeBack: Error {}

private func schema(_ statements: any Statements) throws -> [String: String] {
    let rows = try statements.rows(
        "SELECT type || ' `' || name || '`' AS name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return Dictionary(
        try rows.map { (try $0.text("name"), try $0.text("sql")) },
        uniquingKeysWith: { first, _ in first })
}
