import Cryptography
import Glibc
import Synchronization
import Testing
import Vocabulary

@testable import Ledger

@Suite("Entries that a peer can repeat")
struct RepeatedEntriesTests {
    let bench: Bench
    init() throws { bench = try Bench() }

    private func refusal(_ name: String) -> LedgerEntry {
        LedgerEntry(kind: "login-refused", body: ["claimed": .text(name)])
    }

    /// Who each entry names, and its count, behind the ledger's first one.
    private func entered(_ ledger: Ledger) async throws -> [String] {
        await ledger.close()
        return try bench.lines().dropFirst().compactMap { LedgerRecord(line: Array($0)) }.map {
            "\($0.body["claimed"]?.text ?? "?") \($0.body["count"]?.integer ?? 0)"
        }
    }

    @Test("the first is entered at once, further ones once a time with their count")
    func counted() async throws {
        let ledger = try bench.open()
        let entries = RepeatedEntries(ledger: ledger, milliseconds: 3_600_000)
        for name in ["a", "b", "c"] { try await entries.enter(refusal(name), as: "one") }
        try await entries.enter(refusal("d"), as: "other")
        #expect(ledger.size == 3)
        await entries.turn()
        #expect(ledger.size == 4)
        // Repeated in the last time, so only counted in this one; the other was not, and is new again.
        try await entries.enter(refusal("e"), as: "one")
        try await entries.enter(refusal("f"), as: "other")
        await entries.turn()
        await entries.turn()
        try await entries.enter(refusal("g"), as: "one")
        #expect(try await entered(ledger) == ["a 0", "d 0", "c 2", "f 0", "e 1", "g 0"])
    }

    @Test("what was counted is entered when the gateway stops")
    func finished() async throws {
        let ledger = try bench.open()
        let entries = RepeatedEntries(ledger: ledger, milliseconds: 3_600_000)
        for _ in 0..<1_000 { try await entries.enter(refusal("a"), as: "one") }
        await entries.finish()
        #expect(try await entered(ledger) == ["a 0", "a 999"])
    }

    @Test("a flood of sorts is one sort beyond the limit")
    func manySorts() async throws {
        let ledger = try bench.open()
        let entries = RepeatedEntries(ledger: ledger, milliseconds: 3_600_000, sortsMax: 2)
        for number in 0..<100 {
            try await entries.enter(refusal("\(number)"), as: "\(number)")
        }
        await entries.finish()
        #expect(try await entered(ledger) == ["0 0", "1 0", "2 0", "99 97"])
    }

    @Test(
        "threat 25: what is to happen is only counted while the ledger takes entries, and no count is lost"
    )
    func full() async throws {
        let isFull = Atomic(false)
        let ledger = try bench.open { options in
            options.disk.before = { call in
                guard isFull.load(ordering: .relaxed) else { return nil }
                switch call {
                case .write, .allocate: return .error(ENOSPC)
                default: return nil
                }
            }
        }
        let entries = RepeatedEntries(ledger: ledger, milliseconds: 3_600_000)
        var action = refusal("a")
        action.action = SHA256.hash("a")
        for _ in 0..<3 {
            let receipt = try await entries.count(action, as: "one")
            #expect(receipt.action == action.action)
        }
        isFull.store(true, ordering: .relaxed)
        await entries.turn()
        for _ in 0..<2 {
            await #expect(throws: LedgerError.full) {
                _ = try await entries.count(refusal("b"), as: "one")
            }
        }
        isFull.store(false, ordering: .relaxed)
        _ = try await entries.count(refusal("c"), as: "one")
        _ = try await entries.count(refusal("d"), as: "one")
        await entries.finish()
        #expect(try await entered(ledger) == ["a 0", "c 0", "d 3"])
    }

    @Test("by itself it enters the count when the time is over")
    func timed() async throws {
        let ledger = try bench.open()
        let entries = RepeatedEntries(ledger: ledger, milliseconds: 1)
        try await entries.enter(refusal("a"), as: "one")
        try await entries.enter(refusal("b"), as: "one")
        for try await record in ledger.entries(from: 2) {
            #expect(record.body["claimed"]?.text == "b")
            break
        }
    }
}
