import Ledger
import Policy
import Store
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Policy

extension Watch {
    /// A decision that counts from now on.
    func checkConsent(
        _ consent: ConsentRow, _ before: HoldRow, _ row: HoldRow, _ statements: any Statements
    ) throws {
        guard let world else { return }
        let id = row.id.rawValue
        let person = consent.person.text
        let why = "the \(consent.decision.rawValue) of \(person) to \(id) counts"
        if before.state != .pending || consent.round != before.round {
            fail("\(why), though it was \(before.state.rawValue) in round \(before.round)")
        }
        if told[row.id].map({ $0.ends > 0 }) == true, consent.decision == .consent {
            fail("\(why), though its session was told of its end")
        }
        if let objection = objection(to: person, row) { fail("\(why), though \(objection)") }
        if try !isLive(consent.key, of: person, statements) { fail("\(why) by no key of theirs") }
        let now = world.clock.now
        if now >= row.terms.expires { fail("\(why) after its time") }
        if let deadline = deadlines[row.id]?.latest, world.clock.monotonic >= deadline {
            fail("\(why) after its deadline")
        }
        let last = try statements.rows(
            "SELECT finished_at FROM identity_conversations WHERE person = $1", [.text(person)]
        ).first?.integer("finished_at")
        guard let last else { return fail("\(why) without a login") }
        if last > now.milliseconds || now.milliseconds - last > 1_800_000 {
            fail("\(why), though the last login is too old")
        }
        guard let entry = world.disk.records.first(where: { $0.index == consent.entry }),
            entry.kind == LedgerKind.consent, entry.hold == row.id,
            entry.body["person"]?.text == person,
            entry.body["round"]?.integer == Int64(consent.round),
            entry.body["decision"]?.text == consent.decision.rawValue,
            let document = ConsentDocument(
                parsing: Array((entry.body["statement"]?.text ?? "").utf8))
        else { return fail("\(why) without a durable entry that says so") }
        if document.digest != before.terms.digest || document.hold != row.id
            || document.decision != consent.decision
        {
            fail("\(why), and it was about something else")
        }
    }

    /// A step must rest on what allows it at this very moment.
    func checkStep(
        to row: HoldRow, _ consents: [ConsentRow], _ statements: any Statements
    ) throws {
        let id = row.id.rawValue
        switch row.state {
        case .approved, .running: try checkConsents(row, consents, statements)
        case .denied:
            let isRefused = consents.contains {
                $0.decision == .refuse && $0.person == row.endedBy && $0.round == row.round
            }
            if row.endedBy != nil, !isRefused { fail("\(id) is denied, and nobody refused it") }
        case .expired:
            if let deadline = deadlines[row.id]?.earliest, let now = world?.clock.monotonic,
                now < deadline
            {
                fail("\(id) expired too early")
            }
        case .abandoned:
            if let person = row.endedBy, person != row.requester, person != row.owner {
                fail("\(id) was withdrawn by \(person)")
            }
        case .pending, .succeeded, .failed, .unknown: break
        }
    }

    private func checkConsents(
        _ row: HoldRow, _ consents: [ConsentRow], _ statements: any Statements
    ) throws {
        guard let world else { return }
        let id = row.id.rawValue
        var people: Set<String> = []
        for consent in consents where consent.round == row.round && consent.decision == .consent {
            let person = consent.person.text
            guard objection(to: person, row) == nil,
                try isLive(consent.key, of: person, statements)
            else { continue }
            people.insert(person)
        }
        if consents.contains(where: { $0.decision == .refuse }) {
            fail("\(id) is \(row.state.rawValue), though someone refused it")
        }
        if !suffices(people, for: row.terms.requirements) {
            fail("\(id) is \(row.state.rawValue) by \(people.sorted())")
        }
        guard row.state == .running else { return }
        counted[row.id] = people
        let decisions = world.process?.releasing[row.id] ?? []
        if decisions.isEmpty { return fail("\(id) runs, and nobody asked for it") }
        let mayRun = decisions.contains {
            $0.verdict != .deny && suffices(people, for: $0.requirements)
        }
        if !mayRun {
            fail("\(id) runs by \(people.sorted()), and the policy now asks for more")
        }
        if hopeless.contains(row.action) { fail("\(id) runs, though its credential had ended") }
        if let deadline = deadlines[row.id]?.latest, world.clock.monotonic >= deadline {
            fail("\(id) runs after its deadline")
        }
    }

    /// Why `person` may not decide now; `nil` when they may.
    private func objection(to person: String, _ row: HoldRow) -> String? {
        guard let world, let command = commands[row.action] else { return "nobody knows it" }
        if person == command.requester { return "they asked for it" }
        let owner = world.society.agents.first { $0.name == command.requester }?.owner
        if person == command.owner || person == owner { return "they own who asks" }
        if command.issuers.contains(person) { return "they issued the credential" }
        guard let groups = groups(of: person) else { return "nobody has that name" }
        let asked = Set(row.terms.requirements.map(\.group))
        return groups.isDisjoint(with: asked) ? "they are in none of the groups" : nil
    }

    private func groups(of person: String) -> Set<String>? {
        world?.society.people.first { $0.name == person }.map { Set($0.groups) }
    }

    private func isLive(
        _ key: KeyID, of person: String, _ statements: any Statements
    ) throws -> Bool {
        let rows = try statements.rows(
            """
            SELECT person FROM identity_keys
            WHERE fingerprint = $1 AND person = $2 AND revoked_at IS NULL
            """, [.text(key.rawValue), .text(person)])
        return rows.count == 1 && keys[key.rawValue] == person
    }

    /// Hall's condition: whichever groups are looked at, there are people enough of them.
    private func suffices(_ people: Set<String>, for requirements: [ConsentRequirement]) -> Bool {
        (1..<(1 << requirements.count) + 1).dropLast().allSatisfy { subset in
            let asked = requirements.enumerated().filter { subset >> $0.offset & 1 == 1 }
                .map(\.element)
            let able = people.filter { person in
                asked.contains { groups(of: person)?.contains($0.group) == true }
            }
            return able.count >= asked.reduce(0) { $0 + $1.count }
        }
    }
}
