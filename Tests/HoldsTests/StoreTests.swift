import Cryptography
import Store
import TestKit
import Testing
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Policy

@Suite("Holds in the store")
struct HoldStoreTests {
    private func ended(_ scenery: Scenery, by who: String = "deploy-bot") async throws -> HoldID {
        let hold = try await scenery.desk.open(
            scenery.request(by: scenery.caller(who)), notify: { _ in })
        #expect(try await scenery.desk.abandon(hold.id, reason: "client went away"))
        return hold.id
    }

    private func rows(_ scenery: Scenery, of id: HoldID) async throws -> [Int64] {
        try await scenery.ground.database.read { statements in
            try [
                "holds WHERE id", "hold_statements WHERE hold", "hold_groups WHERE hold",
                "hold_consents WHERE hold",
            ].map { place in
                try statements.rows(
                    "SELECT count(*) AS count FROM \(place) = $1", [.text(id.rawValue)])[0]
                    .integer("count")
            }
        }
    }

    @Test(
        "a list is made without what is consented to: many large holds are listed like small ones")
    func lightLists() async throws {
        let scenery = try await Scenery()
        let hold = try await scenery.desk.open(scenery.request(masked: "m"), notify: { _ in })
        let before = try await scenery.desk.holds(for: scenery.caller("bob"))
        try await scenery.ground.database.write {
            _ = try $0.run("UPDATE hold_statements SET statement = 'not read', masked = NULL")
        }
        #expect(try await scenery.desk.holds(for: scenery.caller("bob")) == before)
        #expect(before.map(\.beginning) == ["m"])
        await #expect(throws: StoreError.self) {
            try await scenery.desk.hold(hold.id, for: scenery.caller("bob"))
        }
    }

    @Test("a list goes on behind the last hold of the page before, in one order")
    func pages() async throws {
        let scenery = try await Scenery()
        var ids: [HoldID] = []
        for _ in 0..<4 {
            ids.append(try await scenery.desk.open(scenery.request(), notify: { _ in }).id)
            scenery.clock.advance(milliseconds: 1)
        }
        ids.reverse()
        let franks = try await scenery.desk.open(
            scenery.request(
                by: scenery.caller("frank"), decision: scenery.decision(.hold, [("security", 1)])),
            notify: { _ in })
        let dora = try scenery.caller("dora")
        #expect(try await scenery.desk.holds(for: dora).map(\.id) == ids)
        for (index, id) in ids.enumerated() {
            let rest = try await scenery.desk.holds(.pending, for: dora, after: id).map(\.id)
            #expect(rest == Array(ids[(index + 1)...]))
        }
        #expect(try await scenery.desk.holds(.denied, for: dora, after: ids[0]).isEmpty)
        for other in [franks.id, HoldID(rawValue: "hld_nothing")] {
            await #expect(throws: HoldError.notFound(other)) {
                try await scenery.desk.holds(for: dora, after: other)
            }
        }
        let viewer = try required(HoldViewer(name("dora"), in: scenery.directory.value))
        let two = try await scenery.ground.database.read {
            try HoldTable($0).items(nil, for: viewer, after: nil, count: 2)
        }
        #expect(two.map(\.id) == Array(ids[..<2]))
    }

    @Test(
        "the store's own rule about who may see a hold is that of views and events",
        arguments: ["deploy-bot", "alice", "bob", "carol", "dora", "erin", "frank"])
    func audience(who: String) async throws {
        let scenery = try await Scenery()
        var holds: [Hold] = []
        for group in ["dba", "security"] {
            for requester in ["deploy-bot", "frank"] {
                holds.append(
                    try await scenery.desk.open(
                        scenery.request(
                            by: scenery.caller(requester),
                            decision: scenery.decision(.hold, [(group, 1)])), notify: { _ in }))
            }
        }
        let viewer = try scenery.caller(who)
        var visible: Set<HoldID> = []
        for hold in holds {
            if (try? await scenery.desk.hold(hold.id, for: viewer)) != nil {
                visible.insert(hold.id)
            }
        }
        let listed = try await scenery.desk.holds(for: viewer).map(\.id)
        #expect(Set(listed) == visible)
        let gone: Set = who == "alice" ? [who, "deploy-bot"] : [who]
        scenery.directory.replace(with: try Directory(Scenery.declaration(without: gone)))
        #expect(try await scenery.desk.holds(for: viewer).isEmpty)
    }

    @Test("a beginning of an id is clear when it is that of one hold that the asker may see")
    func prefixes() async throws {
        let scenery = try await Scenery()
        let security = scenery.decision(.hold, [("security", 1)])
        let hidden = try await scenery.desk.open(
            scenery.request(by: scenery.caller("frank"), decision: security), notify: { _ in })
        let all = HoldID(rawValue: "hld_")
        for who in ["dora", "deploy-bot"] {
            await #expect(throws: HoldError.notFound(all)) {
                try await scenery.desk.hold(all, for: scenery.caller(who))
            }
        }
        let seen = try await scenery.desk.open(scenery.request(), notify: { _ in })
        for who in ["dora", "deploy-bot", "alice"] {
            #expect(try await scenery.desk.hold(all, for: scenery.caller(who)).id == seen.id)
            await #expect(throws: HoldError.notFound(hidden.id)) {
                try await scenery.desk.hold(hidden.id, for: scenery.caller(who))
            }
        }
        await #expect(throws: HoldError.ambiguous("hld_")) {
            try await scenery.desk.hold(all, for: scenery.caller("bob"))
        }
    }

    @Test(
        "a hold goes from the store 30 days after its end, and stays in the ledger; one that waits stays"
    )
    func outlived() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let old = try await scenery.desk.open(scenery.request(), notify: { _ in }).id
        try await scenery.deny(old, by: "bob")
        #expect(try await rows(scenery, of: old) == [1, 1, 1, 1])
        let entries = try await scenery.ground.entries(of: old).count
        scenery.clock.advance(milliseconds: Limits.endedMillisecondsMax)
        let waiting = try await scenery.desk.open(
            scenery.request(decision: scenery.decision(milliseconds: 7 * 86_400_000)),
            notify: { _ in }
        ).id
        let young = try await ended(scenery)
        #expect(try await rows(scenery, of: old) == [1, 1, 1, 1], "not before")
        scenery.clock.advance(milliseconds: Limits.tidyingMilliseconds)
        _ = try await ended(scenery)
        #expect(try await rows(scenery, of: old) == [0, 0, 0, 0])
        #expect(try await rows(scenery, of: young) == [1, 1, 1, 0])
        #expect(try await rows(scenery, of: waiting) == [1, 1, 1, 0])
        #expect(try await scenery.ground.entries(of: old).count == entries)
        await #expect(throws: HoldError.notFound(old)) {
            try await scenery.desk.hold(old, for: scenery.caller("bob"))
        }
    }

    @Test("threat 34: one requester's ended holds take so many bytes, and no other's go for them")
    func quota() async throws {
        let scenery = try await Scenery()
        let others = try await ended(scenery, by: "frank")
        var own: [HoldID] = []
        for _ in 0..<3 {
            scenery.clock.advance(milliseconds: 1)
            own.append(try await ended(scenery))
        }
        let waiting = try await scenery.desk.open(scenery.request(), notify: { _ in }).id
        try await scenery.ground.database.write { _ = try $0.run("UPDATE holds SET bytes = 100") }
        func outlived(beyond bytes: Int) async throws -> Set<HoldID> {
            Set(
                try await scenery.ground.database.read {
                    try HoldTable($0).outlived(
                        before: WallTime(milliseconds: 0), beyond: bytes, count: 10)
                })
        }
        #expect(try await outlived(beyond: 300).isEmpty)
        #expect(try await outlived(beyond: 299) == [own[0]])
        #expect(try await outlived(beyond: 100) == [own[0], own[1]])
        let all = try await outlived(beyond: 99)
        #expect(all == Set(own + [others]))
        let most = try await outlived(beyond: 0)
        #expect(!most.contains(waiting))
    }

    @Test("a store of the version before has all its holds in this one")
    func migration() async throws {
        let scenery = try await Scenery()
        let id = try await scenery.desk.open(scenery.request(masked: "m"), notify: { _ in }).id
        let row = try await scenery.ground.database.read { try HoldTable($0).get(id) }
        let scratch = try ScratchDirectory()
        let old = try SQLiteDatabase(path: scratch.file("old"))
        try await old.migrate([HoldMigrations.all[0]])
        let names = HoldRow.columns.split(separator: ", ").dropLast(5)
        let values = Array(try row.values().dropLast(5))
        let statement = try encoded(row.terms.statement)
        try await old.write { statements in
            let places = (1...names.count + 2).map { "$\($0)" }.joined(separator: ", ")
            _ = try statements.run(
                "INSERT INTO holds (\(names.joined(separator: ", ")), statement, masked) VALUES (\(places))",
                values + [.text(statement), .text("m")])
        }
        try await old.migrate(HoldMigrations.all)
        let kept = try await old.read { try HoldTable($0).get(id) }
        // It is not known of which of its rules an older version's hold is.
        #expect(row.terms.holdRules == ["p/r"] && kept.terms.holdRules == nil)
        var expected = row
        expected.terms = kept.terms
        #expect(kept == expected)
        let terms = (row.terms, kept.terms)
        #expect(terms.0.statement == terms.1.statement && terms.0.rules == terms.1.rules)
        #expect(terms.0.requirements == terms.1.requirements && terms.0.risk == terms.1.risk)
        #expect(terms.0.policy == terms.1.policy && terms.0.expires == terms.1.expires)
    }

    @Test("a hold knows which of its rules hold it, also under the terms that it is asked for anew")
    func holdRules() async throws {
        let scenery = try await Scenery()
        let plain = scenery.decision()
        let others = [("walls", Verdict.hold), ("our-images", .allow)].map {
            RuleMatch(policy: "p", rule: $0.0, verdict: $0.1)
        }
        let decision = Decision(
            verdict: .hold, matches: others, uncovered: [], requirements: plain.requirements,
            holdMilliseconds: plain.holdMilliseconds, risk: nil, policyVersion: "version-1")
        let id = try await scenery.desk.open(
            scenery.request(decision: decision), notify: { _ in }
        ).id
        let other = try await scenery.desk.open(scenery.request(), notify: { _ in }).id
        try await scenery.ground.database.write { statements in
            let table = HoldTable(statements)
            let row = try table.get(id)
            #expect(row.terms.rules == ["p/walls", "p/our-images"])
            #expect(row.terms.holdRules == ["p/walls"])
            #expect(HoldView(row, consents: [], missing: []).holdRules == ["p/walls"])
            let approved = try table.take(.approve, row, at: row.opened)
            let terms = try table.get(other).terms
            _ = try table.reopen(approved, under: terms, at: row.opened, why: "new terms")
        }
        let again = try await scenery.ground.database.read { try HoldTable($0).get(id) }
        #expect(again.round == 2 && again.terms.holdRules == ["p/r"])
    }
}
