import Vocabulary

@testable import Store

/// SQLite in memory behind the store's seam: each transaction is done at once, at some moment between its caller's
/// asking and its caller's going on. What has been committed outlives the process.
final class SimulatedStore: Database, @unchecked Sendable {
    // Unchecked: a world's tasks run on one thread at a time.
    private let connection: SQLiteConnection
    private let fate: Fate
    /// Sees the rows after each write that was committed.
    var observe: (any Statements) throws -> Void = { _ in }

    init(_ fate: Fate) throws {
        connection = try SQLiteConnection(path: ":memory:", busyMilliseconds: 0)
        self.fate = fate
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Statements) throws -> Value
    ) async throws -> Value {
        await Task.yield()
        let value = try transaction("BEGIN", body)
        await Task.yield()
        return value
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Statements) throws -> Value
    ) async throws -> Value {
        await Task.yield()
        let value = try transaction("BEGIN IMMEDIATE", body)
        try look(observe)
        // Committed, and the process never hears of it.
        if fate.moment() { throw StoreError.closed }
        await Task.yield()
        return value
    }

    /// For the observer's eyes, who sees whatever the weather is.
    func look<Value>(_ body: (any Statements) throws -> Value) throws -> Value {
        try connection.transaction("BEGIN", body)
    }

    private func transaction<Value>(
        _ begin: String, _ body: (any Statements) throws -> Value
    ) throws -> Value {
        if let fault = fate.storeFault() { throw fault }
        return try connection.transaction(begin) { statements in
            let value = try body(WeatheredStatements(statements: statements, fate: fate))
            if let fault = fate.storeFault() { throw fault }
            return value
        }
    }
}

/// Any statement may be the one that finds the disk broken; its transaction is then rolled back.
private struct WeatheredStatements: Statements {
    let statements: any Statements
    let fate: Fate

    func run(_ sql: String, _ values: [Value]) throws -> Int {
        if let fault = fate.storeFault() { throw fault }
        return try statements.run(sql, values)
    }

    func rows(_ sql: String, _ values: [Value]) throws -> [Row] {
        if let fault = fate.storeFault() { throw fault }
        return try statements.rows(sql, values)
    }
}
