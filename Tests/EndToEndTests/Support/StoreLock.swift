import TestKit

/// Another process that has SQLite's write lock on a gateway's store until it is told to let go.
final class StoreLock: Sendable {
    private let other: Conversation

    init(_ gateway: TestGateway) throws {
        let script = """
            import sqlite3, sys
            store = sqlite3.connect(sys.argv[1], isolation_level=None)
            store.execute("BEGIN EXCLUSIVE")
            print("locked", flush=True)
            sys.stdin.read()
            store.execute("ROLLBACK")
            """
        other = try Conversation(
            Command("python3", ["-c", script, gateway.home + "/var/store.sqlite"]))
        guard other.expect("locked") != nil else { throw Failure("python3: \(other.rest)") }
    }

    func unlock() {
        other.endInput()
        other.finish()
    }
}
