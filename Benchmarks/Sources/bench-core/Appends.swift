import Cryptography
import Ledger
import Vocabulary

/// An entry as most are: what an agent did that is reviewed.
private let entry = LedgerEntry(
    kind: "reviewed",
    body: [
        "action": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "effects": [["object": "public.orders", "verb": "write"]], "principal": "deploy-bot",
        "rules": ["production-databases/bounded-writes"], "session": "ses_4x7k2m9q1v8b3n5d",
        "statement": "UPDATE public.orders SET status = 'sent' WHERE id = $1", "target": "orders",
    ])

/// Entries that `writers` tasks, each waiting for its last one, made durable in a second.
func measureAppends(directory: String, writers: Int, seconds: Int) async throws {
    let ledger = try openLedger(directory)
    let first = ledger.size
    let start = monotonicNanoseconds()
    let end = start + UInt64(seconds) * 1_000_000_000
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<writers {
            group.addTask {
                while monotonicNanoseconds() < end { _ = try await ledger.append(entry) }
            }
        }
        try await group.waitForAll()
    }
    let elapsed = Double(monotonicNanoseconds() - start) / 1e9
    let count = Double(ledger.size - first)
    await ledger.close()
    report([], [("entries", count), ("seconds", elapsed)])
}

/// Entries until their lines take about `bytes`.
func fillLedger(directory: String, bytes: Int) async throws {
    let ledger = try openLedger(directory)
    let writers = 4_096
    let each = bytes / 490 / writers + 1
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<writers {
            group.addTask { for _ in 0..<each { _ = try await ledger.append(entry) } }
        }
        try await group.waitForAll()
    }
    report([], [("entries", Double(ledger.size))])
    await ledger.close()
}

/// The ledger of a state directory, as the gateway opens it.
private func openLedger(_ state: String) throws -> Ledger {
    let key = try LedgerKey.open(directory: state, name: "sallyport")
    return try Ledger.open(directory: state + "/ledger", origin: "sallyport", key: key)
}
