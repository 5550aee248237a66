/// The one seam to the embedded store. SQL behind it stays portable (`$1` parameters, `RETURNING`,
/// `ON CONFLICT`), because PostgreSQL will be the second engine.
public protocol Database: Sendable {
    /// Runs `body` in a read transaction on the store's own thread.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Statements) throws -> Value
    ) async throws -> Value

    /// Runs `body` in one write transaction: it commits when `body` returns and rolls back when it throws.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Statements) throws -> Value
    ) async throws -> Value
}

/// What a transaction can run.
public protocol Statements {
    /// Runs one statement; returns how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: [Value]) throws -> Int
    /// Runs one statement and returns all its rows.
    func rows(_ sql: String, _ values: [Value]) throws -> [Row]
}

extension Statements {
    @discardableResult
    public func run(_ sql: String) throws -> Int { try run(sql, []) }
    public func rows(_ sql: String) throws -> [Row] { try rows(sql, []) }
}

/// A value that crosses the seam.
public enum Value: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    public static func text(orNull value: String?) -> Value { value.map { .text($0) } ?? .null }
    public static func integer(orNull value: Int64?) -> Value {
        value.map { .integer($0) } ?? .null
    }
}

/// One row of an answer, by column name.
public struct Row: Sendable {
    let columns: [String: Int]
    let values: [Value]

    /// NULL and an unknown column alike are `.null`; the typed accessors tell them apart.
    public subscript(_ column: String) -> Value {
        columns[column].map { values[$0] } ?? .null
    }

    public func text(_ column: String) throws -> String {
        guard case .text(let text) = self[column] else { throw StoreError.column(column) }
        return text
    }

    public func integer(_ column: String) throws -> Int64 {
        guard case .integer(let integer) = self[column] else { throw StoreError.column(column) }
        return integer
    }

    public func blob(_ column: String) throws -> [UInt8] {
        switch self[column] {
        case .blob(let bytes): return bytes
        case .null, .integer, .real, .text: throw StoreError.column(column)
        }
    }

    public func optionalText(_ column: String) -> String? {
        if case .text(let text) = self[column] { text } else { nil }
    }

    public func optionalInteger(_ column: String) -> Int64? {
        if case .integer(let integer) = self[column] { integer } else { nil }
    }
}

/// What the store could not do, and whose fault it is.
public enum StoreError: Error, Hashable, CustomStringConvertible {
    /// The file cannot be opened or is no database.
    case cannotOpen(path: String, reason: String)
    /// Another process keeps it locked for longer than the busy timeout.
    case busy
    /// The disk is full, or reading or writing failed.
    case disk(reason: String)
    /// The statement is wrong, or a constraint said no.
    case statement(reason: String)
    case constraint(reason: String)
    /// A column is missing or has another type than the caller expects.
    case column(String)
    /// The store has been closed.
    case closed
    /// A newer version of the program wrote this store.
    case tooNew(found: Int, known: Int)

    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "the store `\(path)` cannot be opened: \(reason)"
        case .busy: "the store is locked by another process"
        case .disk(let reason): "the store's disk failed: \(reason)"
        case .statement(let reason): "the store refused a statement: \(reason)"
        case .constraint(let reason): "the store refused a change: \(reason)"
        case .column(let name): "the store's column `\(name)` is missing or of another type"
        case .closed: "the store is closed"
        case .tooNew(let found, let known):
            "the store has schema version \(found), this program knows up to \(known): use the newer program"
        }
    }
}
