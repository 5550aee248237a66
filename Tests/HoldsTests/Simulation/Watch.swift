import Ledger
import Policy
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Policy
@testable import Store

/// Sees what is committed to the store and what is forwarded, and knows by its own rules what may be: it shares no
/// code with the desk.
final class Watch: @unchecked Sendable {
    // Unchecked: as `World`.
    struct Seen {
        /// The same as the store has it.
        let texts: [[Value]]
        let row: HoldRow
        let consents: [ConsentRow]
    }

    weak var world: World?
    /// Each command that asked, by its action's digest.
    var commands: [Digest: Question] = [:]
    /// Holds that sessions know of, in order, and what each was last promised.
    var order: [HoldID] = []
    var promised: [HoldID: Hold] = [:]
    /// When a hold is over: of one that a restart took over it is known to within the time that the restart took.
    var deadlines: [HoldID: (earliest: MonotonicTime, latest: MonotonicTime)] = [:]
    /// Retry holds that have let one go, and those that lived through a restart.
    var sentAgain: Set<HoldID> = []
    var survived: Set<HoldID> = []
    /// Those that this start takes over: one may come to its end while it still does.
    var takenOver: Set<HoldID> = []
    var told: [HoldID: Told] = [:]
    /// Tokens that are known to be revoked.
    var revoked: Set<String> = []
    /// Commands whose release was asked for by a credential that was no longer good, and cannot be good again.
    var hopeless: Set<Digest> = []
    /// Whose consents counted when a hold was released.
    var counted: [HoldID: Set<String>] = [:]
    /// Whose keys are whose.
    var keys: [String: String] = [:]
    private(set) var seen: [HoldID: Seen] = [:]
    /// What was sent upstream.
    private(set) var sent: [Digest: HoldID?] = [:]

    func fail(_ what: String) { world?.fail(what) }

    // MARK: What sessions are told

    /// A session was told that its hold stands.
    func opened(_ hold: Hold, _ digest: Digest, _ signals: Told) {
        order.append(hold.id)
        promised[hold.id] = hold
        deadlines[hold.id] = (hold.deadline, hold.deadline)
        told[hold.id] = signals
        guard let world, !world.fate.isDead else { return }
        world.tell("\(hold.id.rawValue) opened, needs \(hold.needs)")
        let isEntered = world.disk.records.contains {
            $0.kind == "hold-opened" && $0.hold == hold.id && $0.action == digest
        }
        if !isEntered { fail("\(hold.id.rawValue) stands without its entry") }
    }

    /// A session is about to ask for a release.
    func asked(_ digest: Digest) {
        guard let world, let question = commands[digest] else { return }
        let owner =
            world.society.agents.first { $0.name == question.requester }?.owner
            ?? world.society.people.first { $0.name == question.requester }?.name
        let credential = question.credential
        let isOver = credential.expires.map { world.clock.now >= $0 } ?? false
        if owner != question.owner || isOver || revoked.contains(credential.identifier) {
            hopeless.insert(digest)
        }
    }

    /// The configuration or the wall clock is about to change: what had ended but by revocation may be good again.
    func changed() {
        hopeless = hopeless.filter { digest in
            commands[digest].map { revoked.contains($0.credential.identifier) } ?? false
        }
    }

    func reopened(_ hold: Hold) {
        promised[hold.id] = hold
        deadlines[hold.id] = (hold.deadline, hold.deadline)
        world?.tell("\(hold.id.rawValue) again, needs \(hold.needs)")
    }

    /// A command's bytes go upstream.
    func forwarded(_ digest: Digest, by release: borrowing Release, hold: HoldID?) {
        guard let world, !world.fate.isDead else { return }
        world.tell("sent, hold \(hold?.rawValue ?? "none")")
        if release.digest != digest { fail("a release of another action") }
        if let hold, seen[hold]?.row.kind == .retry {
            if !sentAgain.insert(hold).inserted { fail("\(hold.rawValue) was sent twice") }
        } else if sent.updateValue(hold, forKey: digest) != nil {
            fail("sent twice")
        }
        let receipts = world.disk.records.filter { $0.action == digest }
        guard let hold else {
            if !receipts.contains(where: { $0.kind == "decision" }) {
                fail("a reviewed command was sent before its entry was durable")
            }
            return
        }
        let entry = receipts.first {
            $0.kind == "hold-released" && $0.hold == hold
                && $0.body["round"]?.integer == (seen[hold]?.row.round).map(Int64.init)
        }
        guard let entry else {
            return fail("\(hold.rawValue) was sent before its entry was durable")
        }
        let people = entry.body["consents"]?.array?.compactMap { $0["person"]?.text } ?? []
        if people.count != counted[hold]?.count || Set(people) != counted[hold] {
            fail("\(hold.rawValue) was sent by the consents of \(people)")
        }
        if seen[hold]?.row.state != .running {
            fail("\(hold.rawValue) was sent, and is not running")
        }
    }

    // MARK: What is committed

    /// The rows after a write.
    func look(_ statements: any Statements) throws {
        let raw = try statements.rows(HoldRow.selection)
        let consents = Dictionary(
            grouping: try statements.rows(
                "SELECT \(ConsentRow.columns) FROM hold_consents ORDER BY hold, round, entry, person"
            ),
            by: { $0["hold"] })
        var now: [HoldID: Seen] = [:]
        for row in raw {
            let texts = [row.values] + (consents[row["id"]]?.map(\.values) ?? [])
            let id = HoldID(rawValue: try row.text("id"))
            if let before = seen[id], before.texts == texts {
                now[id] = before
                continue
            }
            let after = Seen(
                texts: texts, row: try HoldRow(row: row),
                consents: try (consents[row["id"]] ?? []).map(ConsentRow.init(row:)))
            try compare(seen[id], after, statements)
            now[id] = after
        }
        for (id, before) in seen where now[id] == nil {
            if before.row.state != .pending || promised[id] != nil {
                fail("\(id.rawValue) is gone from the store")
            }
        }
        seen = now
    }

    private func compare(_ before: Seen?, _ after: Seen, _ statements: any Statements) throws {
        let row = after.row
        let id = row.id.rawValue
        guard let before else {
            if row.state != .pending || row.round != 1 || !after.consents.isEmpty {
                fail("\(id) began as \(row.state.rawValue)")
            }
            return checkTerms(row)
        }
        if before.row.state.isEnd { fail("\(id) was \(before.row.state.rawValue), and changed") }
        if !Self.mayFollow(before.row, row) {
            fail(
                "\(id) went from \(before.row.state.rawValue) in round \(before.row.round) to "
                    + "\(row.state.rawValue) in round \(row.round)")
        }
        if before.row.round != row.round { checkTerms(row) }
        if !after.consents.starts(with: before.consents) { fail("a consent to \(id) changed") }
        for consent in after.consents.dropFirst(before.consents.count) {
            try checkConsent(consent, before.row, row, statements)
        }
        if before.row.state != row.state {
            world?.tell("\(id) is \(row.state.rawValue) \(row.why ?? "")")
            try checkStep(to: row, after.consents, statements)
        }
    }

    /// The states by which a hold may go on, in one transaction.
    private static func mayFollow(_ before: HoldRow, _ after: HoldRow) -> Bool {
        let next: [HoldState: Set<HoldState>] = [
            .pending: [.pending, .approved, .denied, .expired, .abandoned],
            .approved: [.approved, .running, .denied, .expired, .abandoned, .pending],
            .running: [.running, .succeeded, .failed, .unknown],
        ]
        let isReopened = before.state == .approved && after.state == .pending
        return next[before.state]?.contains(after.state) == true
            && after.round == before.round + (isReopened ? 1 : 0)
    }

    /// The row says who asked for what, as it was.
    private func checkTerms(_ row: HoldRow) {
        guard let command = commands[row.action] else { return fail("a hold of no command") }
        if row.requester.text != command.requester || row.owner.text != command.owner
            || Set(row.issuers.map(\.text)) != command.issuers
            || (row.kind == .session && row.session != command.session)
            || row.credential
                != "\(command.credential.kind.rawValue) \(command.credential.identifier)"
        {
            fail("\(row.id.rawValue) does not say who asked")
        }
        if row.terms.statement.digest != row.terms.digest { fail("\(row.id.rawValue): digest") }
    }
}

extension LedgerRecord {
    var hold: HoldID? { body["hold"]?.text.map(HoldID.init(rawValue:)) }
}
