import CSQLite
import Dispatch

/// SQLite in WAL mode, `synchronous=FULL`: a committed transaction survives a power cut. One connection on
/// one serial queue, so that callers never wait on a thread of NIO's or of Swift's pool.
public final class SQLiteDatabase: Database {
    private let queue: DispatchQueue
    private let connection: SQLiteConnection

    /// Opens or creates the file at `path`. A lock held elsewhere is waited for up to `busyMilliseconds`.
    public init(path: String, busyMilliseconds: Int32 = StoreLimits.busyMillisecondsMax) throws {
        queue = DispatchQueue(label: "store")
        connection = try queue.sync { [path] in
            try SQLiteConnection(path: path, busyMilliseconds: busyMilliseconds)
        }
    }

    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Statements) throws -> Value
    ) async throws -> Value {
        try await transaction("BEGIN", body)
    }

    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Statements) throws -> Value
    ) async throws -> Value {
        try await transaction("BEGIN IMMEDIATE", body)
    }

    /// Ends what is under way and closes the file; later calls throw `StoreError.closed`.
    public func close() async {
        await withCheckedContinuation { continuation in
            queue.async { [connection] in
                connection.close()
                continuation.resume()
            }
        }
    }

    private func transaction<Value: Sendable>(
        _ begin: String, _ body: @escaping @Sendable (any Statements) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [connection] in
                continuation.resume(with: Result { try connection.transaction(begin, body) })
            }
        }
    }
}
