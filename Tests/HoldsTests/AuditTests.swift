import Ledger
import Testing
import Vocabulary

@testable import Holds
@testable import Identity

/// The entries of one release that was asked of two people and given by bob and dora; each case changes them.
@Suite("What an auditor follows through the ledger")
struct AuditTests {
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What the finding has to say.
        let found: String
        let change: @Sendable (inout [Entry]) throws -> Void

        init(
            _ name: String, _ found: String,
            _ change: @escaping @Sendable (inout [Entry]) throws -> Void
        ) {
            testDescription = name
            self.found = found
            self.change = change
        }
    }

    /// An entry whose parts can be changed.
    struct Entry: Sendable {
        var kind: String
        var body: [String: JSONValue]
        var action: String?

        init(_ kind: String, _ body: JSONValue, action: Digest? = nil) throws {
            self.kind = kind
            self.action = action?.hex
            guard case .object(let members) = body else { throw Missing() }
            self.body = members
        }
    }

    static let changes: [Change] = [
        Change("a key that was never enrolled", "never enrolled by `bob`") {
            $0.removeAll { $0.kind == "key-enrolled" && $0.body["principal"] == .text("bob") }
        },
        Change("a key that was enrolled for somebody else", "never enrolled by `bob`") {
            for index in $0.indices where $0[index].body["principal"] == .text("bob") {
                $0[index].body["principal"] = .text("erin")
            }
        },
        Change("a key that was enrolled after the consent", "never enrolled by `bob`") { entries in
            entries.append(entries.removeFirst())
        },
        Change("a key that had been revoked", "had been revoked") { entries in
            let key = try required(entries[0].body["key"])
            entries.insert(try Entry("key-revoked", ["key": key, "principal": "bob"]), at: 2)
        },
        Change("a hold of another digest", "releases something else") {
            $0.edit("hold-opened") { $0["digest"] = .text(String(repeating: "0", count: 64)) }
        },
        Change("another digest, held and released", "what was signed is not what was held") {
            for kind in ["hold-opened", "hold-released"] {
                $0.edit(kind) { $0["digest"] = .text(String(repeating: "0", count: 64)) }
            }
        },
        Change("no hold", "which was not held") {
            $0.removeAll { $0.kind == "hold-opened" }
        },
        Change("a hold that had expired", "which was not held") {
            $0.insert(try Entry("hold-expired", ["hold": try required($0[2].body["hold"])]), at: 5)
        },
        Change("no consents", "was released by 0 people, and needed 2") {
            $0.edit("hold-released") { $0["consents"] = .array([]) }
        },
        Change("one consent, counted twice", "was released by 1 people, and needed 2") {
            $0.edit("hold-released") {
                guard case .array(let list) = $0["consents"] else { return }
                $0["consents"] = .array([list[0], list[0]])
            }
        },
        Change("no consents, and none asked for when it went", "needed 2") {
            $0.edit("hold-released") {
                $0["consents"] = .array([])
                $0["requirements"] = .array([])
            }
        },
        Change("somebody else's name under a consent", "a consent that nobody gave") {
            $0.edit("hold-released") {
                $0["consents"] = .array([["person": "erin", "entry": 3]])
            }
        },
        Change("a refusal that counts as a consent", "it is no consent to this hold") {
            $0.edit("consent") {
                let text = $0["statement"]?.text ?? ""
                $0["statement"] = .text(text.replacing("consent", with: "refuse"))
            }
        },
        Change("a hold that asked again meanwhile", "releases something else") {
            var again = try required($0.first { $0.kind == "hold-opened" })
            again.kind = "hold-reopened"
            again.body["round"] = .integer(2)
            $0.insert(again, at: 5)
        },
        Change("a release of the same again", "which was not held") {
            $0.append(try required($0.last))
        },
        Change("a release in another session", "in another session than asked") {
            $0.edit("hold-released") { $0["session"] = "ses_2" }
        },
        Change("a release to another credential", "to another credential than asked") {
            $0.edit("hold-released") { $0["credential"] = "token tok_2" }
        },
        Change("a retry hold that says no credential", "to another credential than asked") {
            $0.edit("hold-opened") { $0["kind"] = "retry" }
            $0.edit("hold-released") { $0["credential"] = nil }
        },
        Change("a release of another action", "another action") {
            for index in $0.indices where $0[index].kind == "hold-released" {
                $0[index].action = String(repeating: "0", count: 64)
            }
        },
        Change("a consent of whoever asked", "`bob`, who asked for it, gave it") {
            $0.edit("hold-opened") { $0["requester"] = "bob" }
        },
        Change("a consent of the requester's owner", "`bob`, who owns the requester, gave it") {
            $0.edit("hold-opened") { $0["owner"] = "bob" }
        },
        Change("a consent of the owner in capitals", "`bob`, who owns the requester, gave it") {
            for index in $0.indices {
                if $0[index].body["person"] == "bob" { $0[index].body["person"] = "Bob" }
            }
            $0.edit("hold-opened") { $0["owner"] = "bob" }
        },
        Change(
            "a consent of whoever issued the credential", "`bob`, who had a hand in the requester's"
        ) {
            $0.edit("hold-opened") { $0["issuers"] = ["alice", "bob"] }
        },
        Change("a hold that does not say who asked", "it is not said who asked") {
            $0.edit("hold-opened") { $0["requester"] = nil }
        },
        Change("a hold that does not say whose the requester is", "it is not said who asked") {
            $0.edit("hold-opened") { $0["owner"] = nil }
        },
        Change("a hold whose issuers are not named", "it is not said who asked") {
            $0.edit("hold-opened") { $0["issuers"] = nil }
        },
        Change("another requester when it asked again", "`bob`, who owns the requester, gave it") {
            let opened = try required($0.firstIndex { $0.kind == "hold-opened" })
            var again = $0[opened]
            again.kind = "hold-reopened"
            $0[opened].body["owner"] = "bob"
            $0.insert(again, at: opened + 1)
        },
        Change("a consent of another round", "in another round") {
            $0.edit("consent") { $0["round"] = .integer(2) }
        },
        Change("a consent of no round", "in another round") {
            $0.edit("consent") { $0["round"] = nil }
        },
        Change("somebody's key that another person had enrolled first", "never enrolled by `bob`") {
            var first = $0[0]
            first.body["principal"] = "erin"
            $0.insert(first, at: 0)
        },
    ]

    @Test("finds nothing in what the desk wrote, and each change", arguments: changes)
    func found(_ change: Change) async throws {
        let entries = try await Self.story.value
        #expect(try await findings(in: entries) == [])
        var changed = entries
        try change.change(&changed)
        let found = try await findings(in: changed)
        #expect(found.count == 1 && found.first?.contains(change.found) == true, "\(found)")
    }

    @Test("counts a key for the first who enrolled it, whoever else was entered with it later")
    func enrolledTwice() async throws {
        var entries = try await Self.story.value
        var second = entries[0]
        second.body["principal"] = "erin"
        entries.insert(second, at: 1)
        #expect(try await findings(in: entries) == [])
    }

    private static let story = Task { try await tell() }

    private static func tell() async throws -> [Entry] {
        let scenery = try await Scenery()
        for person in ["bob", "dora"] {
            let key = try await scenery.enrol(person)
            let event = IdentityEvent.keyEnrolled(key)
            _ = try await scenery.ground.ledger.append(
                LedgerEntry(kind: event.kind, body: event.body))
        }
        let decision = scenery.decision(.hold, [("dba", 2)])
        let hold = try await scenery.desk.open(
            scenery.request(decision: decision), notify: { _ in })
        for person in ["bob", "dora"] { try await scenery.consent(hold.id, by: person) }
        guard case .released = try await scenery.desk.release(hold.id, now: decision) else {
            throw Missing()
        }
        return try await scenery.ground.entries().dropFirst().map {
            try Entry($0.kind, $0.body, action: $0.action)
        }
    }

    /// The entries keep the places that they had: consents are named by them.
    private func findings(in entries: [Entry]) async throws -> [String] {
        let audit = ConsentAudit()
        var consents: Int64 = 4
        var found: [String] = []
        for (place, entry) in entries.enumerated() {
            var index = Int64(place + 100)
            if entry.kind == "consent" { (index, consents) = (consents, consents + 1) }
            var members: [String: JSONValue] = [
                "body": .object(entry.body), "index": .integer(index), "kind": .text(entry.kind),
                "time": 1,
            ]
            members["action"] = entry.action.map { .text($0) }
            let line = JSONValue.object(members).canonical
            guard ConsentAudit.kinds.contains(entry.kind) else { continue }
            let record = try required(LedgerRecord(line: line))
            if let finding = await audit.finding(in: record) { found.append(finding) }
        }
        return found
    }
}

extension [AuditTests.Entry] {
    /// Changes the first of that kind.
    fileprivate mutating func edit(
        _ kind: String, _ change: (inout [String: JSONValue]) -> Void
    ) {
        guard let index = firstIndex(where: { $0.kind == kind }) else { return }
        change(&self[index].body)
    }
}
