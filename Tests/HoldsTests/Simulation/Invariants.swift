import Ledger
import Testing
import Vocabulary

@testable import Holds

/// What must be true of one hold at a world's end.
struct Invariants {
    let seed: UInt64
    let prefix: String
    let row: HoldRow
    let consents: [ConsentRow]
    let records: [LedgerRecord]
    let hold: World.WatchedHold

    func check() throws {
        checkReleases()
        try checkPeople()
        checkSignals()
        checkLedger()
    }

    private func checkReleases() {
        #expect(hold.releases.all.count <= 1, "seed \(seed): released twice")
        let entries = records.filter { $0.kind == "hold-released" }
        #expect(entries.count == hold.releases.all.count, "seed \(seed): entries of releases")
        let ran: Set<HoldState> = [.succeeded, .failed, .unknown]
        #expect(ran.contains(row.state) == !entries.isEmpty, "seed \(seed): \(row.state.rawValue)")
        for entry in entries {
            #expect(entry.action == row.action)
            let people = entry.body["consents"]?.array?.compactMap { $0["person"]?.text } ?? []
            #expect(Set(people).count == people.count, "seed \(seed): a person counted twice")
            let needed = row.terms.requirements.reduce(0) { $0 + $1.count }
            #expect(people.count >= needed, "seed \(seed): too few consents")
        }
    }

    /// Requester, owner and issuer never count, and nobody outside of the groups does.
    private func checkPeople() throws {
        let may = Set(["bob", "carol", "dora"].map { prefix + $0 })
        for consent in consents {
            #expect(may.contains(consent.person.text), "seed \(seed): \(consent.person)")
            let entry = try #require(records.first { $0.index == consent.entry })
            #expect(entry.kind == "consent")
            #expect(entry.body["person"]?.text == consent.person.text)
            #expect(entry.body["round"]?.integer == Int64(consent.round))
        }
        #expect(Set(consents.map(\.entry)).count == consents.count)
    }

    private func checkSignals() {
        let ends = hold.told.all.filter { if case .ended = $0 { true } else { false } }
        #expect(ends.count <= 1, "seed \(seed): told of two ends")
        if let end = ends.first { #expect(hold.told.all.last == end) }
    }

    /// The entries, read in order, drive the state table from pending to the state that the store has.
    private func checkLedger() {
        var machine = HoldMachine()
        var kinds = records.map(\.kind)
        #expect(kinds.first == "hold-opened", "seed \(seed)")
        kinds.removeFirst()
        for record in records.dropFirst() {
            do {
                for step in steps(record) { try machine.take(step) }
            } catch {
                Issue.record("seed \(seed): \(record.kind) after \(kinds): \(error)")
            }
        }
        #expect(machine.state == row.state, "seed \(seed): \(kinds)")
        for record in records where record.kind == "consent" {
            let isCounted = consents.contains { $0.entry == record.index }
            let isRefused = records.contains {
                $0.kind == "consent-refused" && $0.body["entry"]?.integer == Int64(record.index)
            }
            #expect(isCounted != isRefused, "seed \(seed): entry \(record.index)")
        }
    }

    private func steps(_ record: LedgerRecord) -> [HoldStep] {
        switch record.kind {
        case "hold-released": [.approve, .release]
        case "hold-reopened": [.approve, .reopen]
        case "hold-denied": [.deny]
        case "hold-expired": [.expire]
        case "hold-abandoned", "hold-withdrawn": [.abandon]
        case "hold-finished": record.body["state"]?.text == "succeeded" ? [.succeed] : [.lose]
        default: []
        }
    }
}
