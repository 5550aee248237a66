import CSQLite

/// One connection. Not `Sendable` by itself: its owner confines it to one queue, which is why the
/// conformance is unchecked.
final class SQLiteConnection: Statements, @unchecked Sendable {
    /// Owned: closed in `close()`. Only touched on the owner's queue.
    private var handle: OpaquePointer?
    /// Owned: finalised in `close()`.
    private var prepared: [String: OpaquePointer] = [:]

    init(path: String, busyMilliseconds: Int32) throws {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK else {
            let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            close()
            throw StoreError.cannotOpen(path: path, reason: reason)
        }
        sqlite3_busy_timeout(handle, busyMilliseconds)
        do {
            for pragma in ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"] {
                _ = try rows("PRAGMA \(pragma)", [])
            }
        } catch {
            close()
            throw StoreError.cannotOpen(path: path, reason: "\(error)")
        }
    }

    deinit { close() }

    func close() {
        for statement in prepared.values { sqlite3_finalize(statement) }
        prepared = [:]
        sqlite3_close_v2(handle)
        handle = nil
    }

    func transaction<Value>(
        _ begin: String, _ body: (any Statements) throws -> Value
    ) throws -> Value {
        try run(begin, [])
        do {
            let value = try body(self)
            try run("COMMIT", [])
            return value
        } catch {
            // After some failures (a full disk) SQLite has already rolled back by itself.
            if let handle, sqlite3_get_autocommit(handle) == 0 { try? rollback() }
            throw error
        }
    }

    private func rollback() throws { try run("ROLLBACK", []) }

    @discardableResult
    func run(_ sql: String, _ values: [Value]) throws -> Int {
        _ = try rows(sql, values)
        return Int(sqlite3_changes(handle))
    }

    func rows(_ sql: String, _ values: [Value]) throws -> [Row] {
        let statement = try prepare(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() {
            // To SQLite `$2` is a name and not a place: it counts parameters as they first appear.
            let place = sqlite3_bind_parameter_index(statement, "$\(index + 1)")
            try check(bind(value, to: statement, at: place))
        }
        let names = (0..<sqlite3_column_count(statement)).map { index in
            String(cString: sqlite3_column_name(statement, index))
        }
        let columns = Dictionary(
            names.enumerated().map { ($0.element, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        var rows: [Row] = []
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return rows }
            guard code == SQLITE_ROW else { throw error(code) }
            let values = (0..<names.count).map { value(of: statement, at: Int32($0)) }
            rows.append(Row(columns: columns, values: values))
        }
    }

    private func prepare(_ sql: String) throws -> OpaquePointer {
        guard let handle else { throw StoreError.closed }
        if let statement = prepared[sql] { return statement }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(
            handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error(code) }
        prepared[sql] = statement
        return statement
    }

    private func bind(_ value: Value, to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let integer): sqlite3_bind_int64(statement, index, integer)
        case .real(let real): sqlite3_bind_double(statement, index, real)
        case .text(let text):
            sallyport_bind_text(statement, index, text, Int32(text.utf8.count))
        case .blob(let bytes):
            // An empty array has no base address, and a null pointer would bind NULL.
            bytes.isEmpty
                ? sqlite3_bind_zeroblob(statement, index, 0)
                : sallyport_bind_blob(statement, index, bytes, Int32(bytes.count))
        }
    }

    private func value(of statement: OpaquePointer, at index: Int32) -> Value {
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, index))
        case SQLITE_TEXT:
            let count = Int(sqlite3_column_bytes(statement, index))
            guard let start = sqlite3_column_text(statement, index) else { return .null }
            return .text(
                String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            let count = Int(sqlite3_column_bytes(statement, index))
            guard let start = sqlite3_column_blob(statement, index) else { return .blob([]) }
            return .blob(Array(UnsafeRawBufferPointer(start: start, count: count)))
        default: return .null
        }
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw error(code) }
    }

    private func error(_ code: Int32) -> StoreError {
        let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "closed"
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: return .busy
        case SQLITE_FULL, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_READONLY, SQLITE_CANTOPEN,
            SQLITE_NOTADB:
            return .disk(reason: reason)
        case SQLITE_CONSTRAINT: return .constraint(reason: reason)
        default: return .statement(reason: reason)
        }
    }
}
