import Foundation
import Testing
import Vocabulary

@testable import Recording

@Suite struct IndexTests {
    private func record(
        _ recorder: Recorder, _ name: String, principal: String, target: String, at: Int64,
        closedAt: Int64?, _ texts: [String]
    ) throws {
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(
            try opening(name, principal: principal, owner: "carol", target: target, at: at))
        for (number, text) in texts.enumerated() {
            try session.action(
                action(UInt64(number), text, hold: number == 0 ? "hld_\(name)" : nil))
        }
        if let closedAt { try session.close(reason: "left", at: WallTime(milliseconds: closedAt)) }
        try loop.commit()
    }

    private func filled(_ desk: Desk) async throws -> Recorder {
        let recorder = try await desk.open()
        try record(
            recorder, "ses_a", principal: "alice", target: "orders", at: 100, closedAt: 200,
            ["SELECT ssn FROM hr.customers", "SELECT 1"])
        try record(
            recorder, "ses_b", principal: "bob", target: "orders", at: 200, closedAt: 300,
            ["DELETE FROM customers WHERE name = 'O\"Neil'"])
        try record(
            recorder, "ses_c", principal: "bob", target: "billing", at: 300, closedAt: nil,
            ["SELECT order_id, pg_sleep(1) FROM invoices"])
        try await recorder.settle()
        return recorder
    }

    @Test func listsAreFilteredAndNewestFirst() async throws {
        let desk = try Desk()
        let recorder = try await filled(desk)
        let bob = PrincipalName("bob")
        let orders = TargetName("orders")
        let cases: [(SessionFilter, [String])] = [
            (SessionFilter(), ["ses_c", "ses_b", "ses_a"]),
            (SessionFilter(principal: bob), ["ses_c", "ses_b"]),
            (SessionFilter(owner: PrincipalName("carol"), limit: 1), ["ses_c"]),
            (SessionFilter(owner: PrincipalName("dave")), []),
            (SessionFilter(principal: bob, target: TargetName("orders")), ["ses_b"]),
            (SessionFilter(from: WallTime(milliseconds: 200)), ["ses_c", "ses_b"]),
            (SessionFilter(before: WallTime(milliseconds: 200)), ["ses_a"]),
            (SessionFilter(isOpen: true), ["ses_c"]),
            (SessionFilter(targets: []), []), (SessionFilter(target: orders, targets: []), []),
            (SessionFilter(principal: bob, targets: orders.map { [$0] }), ["ses_b"]),
            (SessionFilter(target: TargetName("billing"), targets: orders.map { [$0] }), []),
            (SessionFilter(isOpen: false), ["ses_b", "ses_a"]),
            (SessionFilter(limit: -1), []),
        ]
        for (filter, expected) in cases {
            let found = try await recorder.sessions(filter)
            #expect(found.map(\.session.rawValue) == expected, "\(filter)")
        }
        let row = try await recorder.session(SessionID(rawValue: "ses_a"))
        #expect(row.actions == 2 && row.holds == 1 && row.closed == WallTime(milliseconds: 200))
        await recorder.close()
    }

    @Test(
        "A list is narrowed to sessions with holds, and to those with refusals, which are counted")
    func refusals() async throws {
        let desk = try Desk()
        let recorder = try await filled(desk)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening("ses_d", principal: "bob", at: 400))
        func refuse() throws {
            try session.refused(
                RefusalEvent(
                    statement: Array("DROP TABLE x".utf8), verdict: .deny, rules: ["p/no"],
                    sqlstate: "42501", message: "refused"))
        }
        func found(_ narrow: (inout SessionFilter) -> Void) async throws -> [String] {
            var filter = SessionFilter()
            narrow(&filter)
            return try await recorder.sessions(filter).map(\.session.rawValue)
        }
        for count in 1...2 {
            try refuse()
            try loop.commit()
            try await recorder.settle()
            #expect(try await recorder.session(session.session).refused == Int64(count))
        }
        #expect(try await found { $0.isRefused = true } == ["ses_d"])
        #expect(try await found { $0.isHeld = true } == ["ses_c", "ses_b", "ses_a"])
        #expect(try await found { ($0.isHeld, $0.isRefused) = (true, true) } == [])
        #expect(
            try await found { ($0.isRefused, $0.principal) = (true, PrincipalName("alice")) } == [])
        #expect(try await recorder.session(SessionID(rawValue: "ses_a")).refused == 0)
        await recorder.close()
    }

    @Test(
        "A search finds the texts that have all its words",
        arguments: [
            ("customers", ["ses_b", "ses_a"]), ("CUSTOMERS delete", ["ses_b"]),
            ("hr.customers", ["ses_a"]), ("order_id", ["ses_c"]), ("order", []),
            ("order*", ["ses_c"]), ("pg_sleep(1)", ["ses_c"]), ("O\"Neil", ["ses_b"]),
            ("customers OR invoices", []), ("NOT customers", []), ("text:customers", []),
            ("\"", []), ("*", []), ("", []), ("(", []), ("NEAR(customers, 2)", []),
            ("customers\0", ["ses_b", "ses_a"]),
        ] as [(String, [String])])
    func search(_ text: String, _ expected: [String]) async throws {
        let desk = try Desk()
        let recorder = try await filled(desk)
        #expect(try await recorder.search(text).hits.map(\.session.rawValue) == expected)
        await recorder.close()
    }

    @Test("Words of different statements are no match, however many statements are kept together")
    func statementsApart() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let texts = (0..<200).map { "SELECT name FROM customers WHERE id = \($0)" }
        try record(
            recorder, "ses_a", principal: "alice", target: "orders", at: 100, closedAt: 200,
            texts)
        try await recorder.settle()
        #expect(try await recorder.search("17 18").hits.isEmpty)
        #expect(try await recorder.search("17.select").hits.isEmpty)
        #expect(try await recorder.search("customers 117").hits.map(\.text) == [texts[117]])
        let all = try await recorder.search("customers", SessionFilter(limit: 1_000)).hits
        #expect(all.count == 200 && all.map(\.text) == texts.reversed())
        #expect(all.map(\.sequence) == all.map(\.sequence).sorted(by: >))
        let some = try await recorder.search("customers", SessionFilter(limit: 70)).hits
        #expect(some.map(\.text) == Array(texts.reversed().prefix(70)))
        await recorder.close()
    }

    @Test("A search looks through so much and no more, and says that there may be more")
    func bounded() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        // Each session's statements are a passage of their own, with both words in different statements but for one.
        for number in 0..<20 {
            let texts = number == 3 ? ["SELECT left, right"] : ["SELECT left", "SELECT right"]
            try record(
                recorder, "ses_\(number)", principal: "alice", target: "orders", at: 100,
                closedAt: 200, texts)
            try await recorder.settle()
        }
        for (most, hits, isPart) in [(1_000, 1, false), (20, 1, true), (17, 1, true)] {
            let found = try await recorder.search("left right", passagesMax: most)
            #expect(found.hits.count == hits && found.isPart == isPart, "\(most)")
        }
        let found = try await recorder.search("left right", passagesMax: 16)
        #expect(found.hits.isEmpty && found.isPart)
        #expect(try await !recorder.search("nowhere", passagesMax: 1).isPart)
        let full = try await recorder.search("left", SessionFilter(limit: 5))
        #expect(full.hits.count == 5 && full.isPart)
        await recorder.close()
    }

    @Test func whatIsIndexedAgainStaysOnce() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        try record(
            recorder, "ses_a", principal: "alice", target: "orders", at: 100, closedAt: nil,
            ["SELECT 0"])
        try await recorder.settle()
        let session = SessionID(rawValue: "ses_b")
        var passage = Passage(of: session)
        for number in 1...3 {
            passage.append(
                IndexedText(bytes: Array("SELECT \(number)".utf8), isOutput: false),
                sequence: UInt64(number),
                at: WallTime(milliseconds: 5))
        }
        #expect(passage.behind(0)?.places == passage.places)
        #expect(passage.behind(2)?.statements.map { Array($0.text) } == [Array("SELECT 3".utf8)])
        #expect(passage.behind(3) == nil)
        var longer = passage
        longer.append(
            IndexedText(bytes: Array("SELECT 4".utf8), isOutput: false), sequence: 4,
            at: WallTime(milliseconds: 6))
        let written = [passage, passage, longer]
        // Its calls block, so a thread of their own makes them.
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [index = RecordingIndex(database: recorder.database)] in
                continuation.resume(
                    with: Result { for passage in written { try index.write([], [passage]) } })
            }
        }
        let rows = try await recorder.database.read {
            try $0.rows("SELECT text FROM recording_texts ORDER BY rowid").map {
                try $0.text("text")
            }
        }
        #expect(rows == ["SELECT 0\n", "SELECT 1\nSELECT 2\nSELECT 3\n", "SELECT 4\n"])
        await recorder.close()
    }

    @Test func aSearchIsFilteredAsListsAre() async throws {
        let desk = try Desk()
        let recorder = try await filled(desk)
        let found = try await recorder.search(
            "select*", SessionFilter(principal: PrincipalName("bob"))
        ).hits
        #expect(found.map(\.text) == ["SELECT order_id, pg_sleep(1) FROM invoices"])
        #expect(found.map(\.target) == [TargetName("billing")])
        #expect(found.map(\.at) == [WallTime(milliseconds: 300)])
        let one = try await recorder.search("select*", SessionFilter(limit: 1)).hits
        #expect(one.count == 1)
        await recorder.close()
    }

    @Test(
        "A removal that the ledger has is known, and such a recording is the last to be tried again"
    )
    func enteredRemovals() async throws {
        let desk = try Desk()
        let recorder = try await filled(desk)
        let before = WallTime(milliseconds: 400)
        let (first, second) = (SessionID(rawValue: "ses_a"), SessionID(rawValue: "ses_b"))
        #expect(try await recorder.expired(before: before).map(\.session) == [first, second])
        #expect(try await !recorder.isRemovalEntered(first))
        try await recorder.enteredRemoval(of: first, at: 7)
        #expect(try await recorder.isRemovalEntered(first))
        #expect(try await !recorder.isRemovalEntered(second))
        #expect(try await recorder.expired(before: before).map(\.session) == [second, first])
        #expect(try await recorder.remove([first]).map(\.session) == [first])
        #expect(try await !recorder.isRemovalEntered(first))
        await recorder.close()
    }

    @Test func retentionRemovesEndedRecordingsAndSaysWhatTheyWere() async throws {
        let desk = try Desk()
        let recorder = try await filled(desk)
        let before = WallTime(milliseconds: 300)
        let expired = try await recorder.expired(before: before)
        #expect(expired.map(\.session.rawValue) == ["ses_a"])
        #expect(try await recorder.expired(before: before, target: TargetName("billing")).isEmpty)
        let ids = ["ses_a", "ses_c", "ses_none", "../x"].map { SessionID(rawValue: $0) }
        #expect(try await recorder.remove(ids) == expired)
        #expect(!SystemDisk().exists(desk.file(of: ids[0])))
        #expect(SystemDisk().exists(desk.file(of: ids[1])))
        #expect(try await recorder.search("customers").hits.map(\.session.rawValue) == ["ses_b"])
        await #expect(throws: RecordingError.unknownSession("ses_a")) {
            _ = try await recorder.events(of: ids[0])
        }
        #expect(try await recorder.remove(ids).isEmpty)
        await recorder.close()
    }
}
