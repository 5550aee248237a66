import Cryptography
import Testing
import Vocabulary

@testable import Recording

@Suite struct RecorderTests {
    @Test func aWholeSessionReadsBackAsItWasRecorded() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let opened = try opening()
        let session = try loop.begin(opened)
        let values = [
            BoundValue(bytes: [1, 2], format: .binary, type: 23),
            BoundValue(bytes: nil, format: .text, type: 0),
        ]
        let event = action(1, "DELETE FROM customers", values: values, hold: "hld_1")
        try session.action(event)
        let outcome = OutcomeEvent(
            number: 1, tag: "DELETE 3", rows: 3, bytes: 12, microseconds: 77, sqlstate: "57014",
            message: "canceled")
        try session.outcome(outcome)
        try session.refused(
            RefusalEvent(
                statement: Array("DROP TABLE x".utf8), verdict: .deny, rules: ["p/no"],
                sqlstate: "42501", message: "refused"))
        try session.sealed(hold: HoldID(rawValue: "hld_1"), bytes: [9, 8, 7])
        try session.notice("said")
        try session.rows(number: 1, [[[65], nil], []])
        try session.close(reason: "left", at: WallTime(milliseconds: 2_000))
        try loop.commit()

        let events = try await recorder.all(of: opened.session)
        #expect(
            events.map(\.content) == [
                .opened(opened),
                .action(
                    RecordedAction(
                        number: 1, kind: .query, statement: event.statement,
                        values: values.map {
                            RecordedValue(bytes: $0.bytes, format: $0.format, type: $0.type)
                        },
                        verdict: .allow, rules: ["p/r"], policyVersion: "v1",
                        hold: HoldID(rawValue: "hld_1"), digest: event.digest)),
                .outcome(outcome),
                .refused(
                    RecordedRefusal(
                        statement: Array("DROP TABLE x".utf8), verdict: .deny, rules: ["p/no"],
                        sqlstate: "42501", message: "refused")),
                .sealed(hold: HoldID(rawValue: "hld_1"), bytes: [9, 8, 7]),
                .notice("said"),
                .rows(
                    number: 1, rows: [[RecordedCell(bytes: [65]), RecordedCell(bytes: nil)], []]),
                .closed(reason: "left", at: WallTime(milliseconds: 2_000)),
            ])
        let row = try await recorder.session(opened.session)
        #expect(row.actions == 1 && row.holds == 1 && row.reason == "left")
        #expect(row.owner == opened.owner && row.closed == WallTime(milliseconds: 2_000))
        let root = try #require(desk.roots.of(opened.session).last)
        #expect(root.isFinal && root.bytes == row.bytes && root.root == row.root)
        await recorder.close()
    }

    @Test func aReceiptIsThereOnlyBehindTheCommitAndOnceForEachAction() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        let first = action(1)
        try session.action(first)
        try session.action(first)
        #expect(loop.receipted(first.digest) == nil)
        try loop.commit()
        #expect(loop.receipted(SHA256.hash("another")) == nil)
        #expect(loop.receipted(first.digest) == first.digest)
        #expect(loop.receipted(first.digest) == first.digest)
        #expect(loop.receipted(first.digest) == nil)
        try session.action(first)
        try loop.commit()
        try loop.commit()
        #expect(loop.receipted(first.digest) == nil)
        await recorder.close()
    }
}
