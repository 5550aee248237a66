import Foundation
import Store
import TestKit
import Testing

@Suite("The store")
struct StoreTests {
    let directory = try! ScratchDirectory()

    @Test("what a write committed is read back, of every type")
    func roundTrip() async throws {
        let store = try SQLiteDatabase(path: directory.file("a.sqlite"))
        let values: [Value] = [
            .null, .integer(-7), .real(1.5), .text("zwei\0drei"), .blob([0, 255]), .blob([]),
        ]
        let read = try await store.write { statements in
            try statements.run("CREATE TABLE t (v)")
            for value in values { try statements.run("INSERT INTO t VALUES ($1)", [value]) }
            return try statements.rows("SELECT v FROM t ORDER BY rowid").map { $0["v"] }
        }
        #expect(read == values)
    }

    @Test("`$2` is the second value, wherever it stands and however often")
    func numberedParameters() async throws {
        let store = try SQLiteDatabase(path: directory.file("n.sqlite"))
        let row = try await store.read {
            try $0.rows("SELECT $2 AS b, $1 AS a, $2 AS c", [.integer(1), .integer(2)])[0]
        }
        #expect([row["a"], row["b"], row["c"]] == [.integer(1), .integer(2), .integer(2)])
        await #expect(throws: StoreError.self) {
            try await store.read { _ = try $0.rows("SELECT $1", [.integer(1), .integer(2)]) }
        }
    }

    @Test("a write that throws leaves nothing behind")
    func rollback() async throws {
        let store = try SQLiteDatabase(path: directory.file("b.sqlite"))
        _ = try await store.write { try $0.run("CREATE TABLE t (v)") }
        await #expect(throws: StoreError.self) {
            try await store.write { statements in
                try statements.run("INSERT INTO t VALUES (1)")
                try statements.run("INSERT INTO nowhere VALUES (1)")
            }
        }
        let count = try await store.read {
            try $0.rows("SELECT count(*) AS n FROM t")[0].integer("n")
        }
        #expect(count == 0)
    }

    @Test("migrations run once, in order, and a newer store is refused")
    func migrations() async throws {
        let store = try SQLiteDatabase(path: directory.file("c.sqlite"))
        let first = Migration(module: "m", version: 1, statements: ["CREATE TABLE t (v)"])
        let second = Migration(module: "m", version: 2, statements: ["INSERT INTO t VALUES (1)"])
        try await store.migrate([first])
        try await store.migrate([second, first])
        try await store.migrate([first, second])
        let count = try await store.read {
            try $0.rows("SELECT count(*) AS n FROM t")[0].integer("n")
        }
        #expect(count == 1)
        await #expect(throws: StoreError.tooNew(found: 2, known: 1)) {
            try await store.migrate([first])
        }
    }

    @Test("a store that another process keeps locked is an error, not a wait for ever")
    func locked() async throws {
        let path = directory.file("d.sqlite")
        let one = try SQLiteDatabase(path: path)
        let other = try SQLiteDatabase(path: path, busyMilliseconds: 1)
        _ = try await one.write { try $0.run("CREATE TABLE t (v)") }
        try await one.write { statements in
            try statements.run("INSERT INTO t VALUES (1)")
            let done = Latch()
            Task {
                await #expect(throws: StoreError.busy) {
                    try await other.write { try $0.run("INSERT INTO t VALUES (2)") }
                }
                done.open()
            }
            done.wait()
        }
    }

    @Test("a file that is no database is refused with its path")
    func notADatabase() throws {
        let path = directory.file("e.sqlite")
        try String(repeating: "no database ", count: 100).write(
            toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: StoreError.self) { try SQLiteDatabase(path: path) }
    }
}
