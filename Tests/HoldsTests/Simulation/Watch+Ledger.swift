import Ledger
import Vocabulary

@testable import Holds

/// What the store says of holds against what the ledger says.
extension Watch {
    func checkNothingIsOpen(_ after: String) {
        for hold in seen.values.map(\.row).sorted(by: { $0.id.rawValue < $1.id.rawValue })
        where !hold.state.isEnd && !mayStay(hold) {
            fail("\(hold.id.rawValue) is \(hold.state.rawValue), though \(after)")
        }
        for (id, signals) in told where signals.ends > 1 { fail("\(id.rawValue) ended twice") }
    }

    /// A retry hold that nobody has to wait for, if the ledger is known to have it as it is.
    func mayStay(_ row: HoldRow) -> Bool {
        row.kind == .retry && row.state != .running && row.enteredRound == row.round
    }

    /// A start takes over what may stay: asked before and after it.
    func restarts(isOver: Bool) {
        guard let world else { return }
        let staying = seen.values.map(\.row).filter { !$0.state.isEnd && mayStay($0) }
        if !isOver { takenOver = Set(staying.map(\.id)) }
        for row in staying {
            let expires = row.terms.expires.milliseconds
            let left = min(
                expires - world.clock.now.milliseconds, expires - row.opened.milliseconds)
            let deadline = MonotonicTime(
                nanoseconds: world.clock.monotonic.nanoseconds + UInt64(max(0, left)) * 1_000_000)
            deadlines[row.id] = (
                earliest: isOver ? deadlines[row.id]?.earliest ?? deadline : deadline,
                latest: deadline
            )
            if isOver { survived.insert(row.id) }
        }
    }

    /// At a start, when what was left open has been ended.
    func checkAgreement() {
        guard let world, !world.fate.isDead else { return }
        let records = Dictionary(
            grouping: world.disk.records.filter { $0.hold != nil },
            by: { $0.hold ?? HoldID(rawValue: "") })
        for (id, records) in records.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where seen[id] == nil {
            fail("the ledger has \(records.map(\.kind)) of \(id.rawValue), which the store has not")
        }
        for (_, hold) in seen.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            Story(hold.row, records[hold.row.id] ?? [], self).check()
        }
        checkUses(world.disk.records)
    }

    /// Each consent releases once at most.
    private func checkUses(_ records: [LedgerRecord]) {
        var used: Set<Int64> = []
        for record in records where record.kind == "hold-released" {
            for consent in record.body["consents"]?.array ?? [] {
                guard let entry = consent["entry"]?.integer, used.insert(entry).inserted else {
                    fail("a consent was used twice")
                    continue
                }
            }
        }
    }

    fileprivate func wasSent(_ row: HoldRow) -> Bool {
        row.kind == .retry ? sentAgain.contains(row.id) : sent.keys.contains(row.action)
    }
}

/// One hold's entries, in order, beside its row.
private struct Story {
    let row: HoldRow
    let records: [LedgerRecord]
    let watch: Watch

    init(_ row: HoldRow, _ records: [LedgerRecord], _ watch: Watch) {
        self.row = row
        self.records = records
        self.watch = watch
    }

    private var kinds: [String] { records.map(\.kind) }

    private func fail(_ what: String) {
        watch.fail("\(row.id.rawValue) is \(row.state.rawValue), the ledger has \(kinds): \(what)")
    }

    func check() {
        checkOrder()
        if watch.mayStay(row), !row.state.isEnd {
            let over = Set(Self.ends.keys).union(["hold-released"])
            if !over.isDisjoint(with: kinds) { fail("over") }
            return
        }
        checkEnd()
        let ran: Set<HoldState> = [.succeeded, .failed, .unknown]
        let isReleased = kinds.contains("hold-released")
        if isReleased, !ran.contains(row.state) { fail("released") }
        if row.state == .succeeded, !isReleased { fail("not released") }
        if watch.wasSent(row), !isReleased || !ran.contains(row.state) { fail("sent") }
    }

    private func checkOrder() {
        let isKnown = watch.promised[row.id] != nil
        if isKnown, kinds.first != "hold-opened" { fail("not opened first") }
        if kinds.filter({ $0 == "hold-opened" }).count > 1 { fail("opened twice") }
        if kinds.filter({ $0 == "hold-released" }).count > 1 { fail("released twice") }
        for (place, record) in records.enumerated() where record.kind == LedgerKind.consent {
            let round = 1 + kinds[..<place].count { $0 == "hold-reopened" }
            if record.body["round"]?.integer != Int64(round) { fail("decided out of its round") }
        }
        let ends = Set(Self.ends.keys).union(["hold-released"])
        guard let end = kinds.firstIndex(where: ends.contains) else { return }
        if kinds[end...].contains("hold-reopened") { fail("reopened after its end") }
        if kinds[end...].contains(LedgerKind.consent) { fail("decided after its end") }
        if let finish = kinds.firstIndex(where: { Self.ends[$0] != nil }),
            kinds[finish...].contains("hold-released")
        {
            fail("released after its end")
        }
    }

    /// It ends as the store says. An end that a killed process did not note as entered is entered again.
    private func checkEnd() {
        let ends = records.filter { Self.ends[$0.kind] != nil }
        guard let end = ends.first else {
            if !watch.takenOver.contains(row.id) { fail("no end") }
            return
        }
        if Set(ends.map(\.body)).count > 1 { fail("different ends") }
        if Self.ends[end.kind]?.contains(row.state) != true
            || end.body["state"]?.text != row.state.rawValue
        {
            fail("another end")
        }
    }

    private static let ends: [String: Set<HoldState>] = [
        "hold-denied": [.denied], "hold-expired": [.expired], "hold-abandoned": [.abandoned],
        "hold-withdrawn": [.abandoned], "hold-finished": [.succeeded, .failed, .unknown],
    ]
}
