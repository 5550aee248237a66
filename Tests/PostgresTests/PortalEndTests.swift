import Postgres
import TestKit
import Testing

private typealias C = ClientMessages
private typealias R = Replies

@Suite("A portal's end")
struct PortalEndTests {
    private static let bound = C.parse(name: "s", text: "select 1") + C.bind(statement: "s")

    /// What the client sends behind Parse and Bind, what the server answers to it, and how the Bind's action ends.
    private static let roads: [(name: String, sent: [UInt8], answer: [UInt8], hasRun: Bool)] = [
        ("the transaction's end, never executed", C.sync, R.ready(), false),
        ("Close, never executed", C.close(portal: ""), R.closeComplete, false),
        ("another Bind of its name", C.bind(statement: "s"), R.bindComplete, false),
        (
            "the transaction's end, at a row limit", C.execute(rowsMax: 1) + C.sync,
            R.row() + R.suspended + R.ready(), true
        ),
        (
            "Close, at a row limit", C.execute(rowsMax: 1) + C.close(portal: ""),
            R.row() + R.suspended + R.closeComplete, true
        ),
        (
            "a Query", C.execute(rowsMax: 1) + C.sync + C.query("select 2"),
            R.row() + R.suspended + R.ready(.inTransaction) + R.complete("SELECT 1")
                + R.ready(.inTransaction), true
        ),
    ]

    @Test("ends the action that it was bound for, once", arguments: roads)
    func ends(name: String, sent: [UInt8], answer: [UInt8], hasRun: Bool) {
        var script = Script(status: .inTransaction)
        script.clientSent(Self.bound, sent)
        script.serverSent(R.parseComplete, R.bindComplete, answer)
        let bind = script.requests[1].id
        let said = script.events.compactMap { event -> ActionOutcome.Ending? in
            guard case .outcome(bind, let outcome) = event else { return nil }
            return outcome.ending
        }
        #expect(said.last == .closed(hasRun: hasRun), "\(name): \(said)")
        #expect(said.count { $0 != .suspended } == 1, "\(name): \(said)")
    }

    @Test("of one that ran to its end says nothing more")
    func completed() {
        var script = Script()
        script.clientSent(Self.bound, C.execute(), C.sync)
        script.serverSent(
            R.parseComplete, R.bindComplete, R.row(), R.complete("SELECT 1"), R.ready())
        #expect(script.outcomes == [.succeeded, .succeeded])
    }
}

@Suite("The texts that a session keeps")
struct KeptTextTests {
    private func script() -> Script {
        var limits = Limits()
        limits.statementTextBytesMax = 100
        return Script(limits: limits)
    }

    private let text = String(repeating: "x", count: 40)

    @Test(
        "threat 34: count before they are answered: a pipeline of Parses waits, and is refused when they stand"
    )
    func pipelined() {
        var script = script()
        for name in ["a", "b", "c"] { script.clientSent(C.parse(name: name, text: text)) }
        #expect(script.requests.count == 2)
        script.serverSent(R.parseComplete, R.parseComplete)
        #expect(script.requests.last?.refusal?.code == "53400")
    }

    @Test("threat 34: count those of SQL's PREPARE, which is refused above the limit")
    func prepared() {
        var script = script()
        let kept = PreparedText(text: Array(text.utf8))
        for (name, fits) in [("a", true), ("b", true), ("c", false)] {
            script.verdict = { _ in
                .release(
                    ReleaseTerms(changes: [[.prepare(name: name, kept)]], mayChangeSettings: false))
            }
            script.clientSent(C.query("prepare \(name) as ..."))
            #expect(!script.takeUpstream().starts(with: C.query("prepare")) || fits)
            guard fits else { continue }
            script.serverSent(R.complete("PREPARE"), R.ready())
        }
        script.serverSent(R.error("42601"), R.ready())
        #expect(script.requests.count == 3)
        #expect(String(decoding: script.takeClient(), as: UTF8.self).contains("53400"))
        guard case .known = script.machine.statement(named: "b") else {
            Issue.record("what fitted is not known")
            return
        }
        if case .known = script.machine.statement(named: "c") {
            Issue.record("what did not fit was prepared")
        }
    }
}
