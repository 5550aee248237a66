import Cryptography
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Control
@testable import Gateway
@testable import Recording

@Suite("threat 34: an answer about recordings is bounded in bytes, and so is what it costs")
struct PageTests {
    /// A session of deploy-bot's that has said all of `texts`.
    private func session(_ control: RunningControl, _ texts: [String]) async throws -> SessionID {
        let id = SessionID(rawValue: Random.identifier("ses_"))
        let loop = try control.services.recorder.makeLoopRecorder()
        let recording = try loop.begin(
            SessionOpened(
                session: id, principal: principal("deploy-bot"), owner: principal("alice"),
                target: try required(TargetName("orders")), credential: "token:x",
                address: "127.0.0.1:5", application: "test", at: control.services.clock.wall()))
        for (index, text) in texts.enumerated() {
            try recording.action(
                ActionEvent(
                    number: UInt64(index + 1), kind: .query, statement: Array(text.utf8),
                    statementKey: nil, values: [], verdict: .allow, rules: ["p/r"],
                    policyVersion: "version-1", hold: nil, digest: SHA256.hash(text),
                    microseconds: 10))
            try loop.commit()
        }
        try await control.services.recorder.settle()
        return id
    }

    private func large(_ count: Int, _ bytes: Int) -> [String] {
        (0..<count).map { "SELECT \($0) -- " + String(repeating: "x", count: bytes) }
    }

    @Test("a long session comes in pages that end where they are full, each event once")
    func pages() async throws {
        let control = try await RunningControl()
        let texts = large(9, 1 << 20)
        let id = try await session(control, texts)
        let token = try await control.token(of: "alice")
        var statements: [String] = []
        var pages = 0
        var after = ""
        while true {
            let answer = try await control.call(
                "GET", "/v1/sessions/\(id.rawValue)\(after)", token: token)
            try #require(answer.status == 200, "\(answer)")
            pages += 1
            #expect(answer.body.utf8.count < ControlLimits.pageBytesMax + (2 << 20))
            let events = try #require(answer.object["events"] as? [[String: Any]])
            statements += events.compactMap { $0["statement"] as? String }
            guard answer.object["isPart"] as? Bool == true else { break }
            after = "?after=\(try #require(events.last?["sequence"] as? Int))"
        }
        #expect(statements == texts)
        #expect(pages == 3)
    }

    @Test("a page goes on where the one before ended, without reading what was read")
    func resumed() async throws {
        let control = try await RunningControl()
        let pages = SessionPages()
        let id = try await session(control, large(6, 1 << 20))
        func page(_ after: UInt64?) async throws -> SessionPages.Page {
            try await pages.page(
                of: id, for: principal("alice"), after: after, control.services.recorder)
        }
        let first = try await page(nil)
        #expect(first.isPart && pages.waitingCount == 1)
        // The file is gone, and the reader that has it open goes on: so it is not read from its beginning.
        try FileManager.default.removeItem(
            atPath: control.scratch.file("var/recordings/sessions/\(id.rawValue).rec"))
        let last = try #require(first.events.last?.sequence)
        let second = try await page(last)
        #expect(second.events.first?.sequence == last + 1 || second.events.first?.kind == "action")
        #expect(!second.isPart && pages.waitingCount == 0)
        #expect((first.events + second.events).count { $0.kind == "action" } == 6)
        await #expect(throws: (any Error).self) { try await page(last) }
    }

    @Test("one reader waits for each caller, and a few in all")
    func waiting() async throws {
        let control = try await RunningControl()
        let pages = SessionPages()
        let ids = [
            try await session(control, large(5, 1 << 20)),
            try await session(control, large(5, 1 << 20)),
        ]
        for id in ids {
            for name in ["alice", "carol", "alice"] {
                _ = try await pages.page(
                    of: id, for: principal(name), after: nil, control.services.recorder)
            }
            #expect(pages.waitingCount == 2)
        }
        for number in 0..<ControlLimits.waitingReadersMax {
            _ = try await pages.page(
                of: ids[0], for: principal("person-\(number)"), after: nil,
                control.services.recorder)
        }
        #expect(pages.waitingCount == ControlLimits.waitingReadersMax)
    }

    @Test("of what a search finds, texts are cut and the answer ends when it is full")
    func search() async throws {
        let control = try await RunningControl()
        // Each of these characters takes six bytes of JSON.
        let texts = (0..<200).map { "alpha\($0) beta " + String(repeating: "\u{1}", count: 9_000) }
        _ = try await session(control, texts)
        let token = try await control.token(of: "alice")
        let one = try await control.call("GET", "/v1/search?q=alpha7", token: token).hits
        #expect(one.compactMap { ($0["text"] as? String)?.unicodeScalars.count } == [4_096])
        let answer = try await control.call("GET", "/v1/search?q=beta", token: token)
        #expect(answer.hits.count > 100 && answer.hits.count < 200)
        #expect(answer.object["isPart"] as? Bool == true)
        #expect(answer.body.utf8.count < ControlLimits.pageBytesMax + (1 << 20))
    }

    @Test(
        "few heavy requests of one principal are under way at once, and nobody else's wait for them"
    )
    func heavy() async throws {
        let calls = HeavyCalls()
        let bot = try principal("deploy-bot")
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let running = (0..<ControlLimits.heavyPerPrincipalMax).map { _ in
            Task {
                try await calls.run(for: bot) {
                    begin.yield()
                    for await _ in gate {}
                }
            }
        }
        var starts = begun.makeAsyncIterator()
        for _ in running { _ = await starts.next() }
        await #expect(throws: CallRefusal.self) { try await calls.run(for: bot) {} }
        try await calls.run(for: principal("alice")) {}
        open.finish()
        for task in running { try await task.value }
        try await calls.run(for: bot) {}
        await #expect(throws: Missing.self) { try await calls.run(for: bot) { throw Missing() } }
        for _ in 0...ControlLimits.heavyPerPrincipalMax { try await calls.run(for: bot) {} }
    }
}
