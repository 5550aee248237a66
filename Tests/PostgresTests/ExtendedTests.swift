import Postgres
import TestKit
import Testing
import Vocabulary

private typealias C = ClientMessages
private typealias R = Replies

@Suite("The extended protocol")
struct ExtendedTests {
    private let batch =
        C.parse(name: "s", text: "select $1", types: [23])
        + C.bind(statement: "s", values: [BoundValue(bytes: [0x37], format: .text, type: 0)])
        + C.describe(portal: "") + C.execute() + C.sync
    private let answer =
        R.parseComplete + R.bindComplete + R.rowDescription + R.row() + R.complete("SELECT 1")
        + R.ready()

    @Test(
        "a batch passes byte for byte however it is cut, and its Bind shows the statement and its values"
    )
    func cuts() {
        for pieces in splits(of: batch) {
            var script = Script()
            for piece in pieces { script.clientSent(piece) }
            #expect(script.takeUpstream() == batch)
            #expect(script.requests.map(\.kind) == [.parse, .bind, .execute])
            #expect(script.requests[1].statement?.text == Array("select $1".utf8))
            #expect(script.values[1] == [BoundValue(bytes: [0x37], format: .text, type: 23)])
            #expect(script.statements[0] == "select $1")
            let bind = script.requests[1].id
            #expect(script.requests[2].execution == .first(of: bind, othersBetween: false))
            #expect(script.requests[2].id == bind)
        }
    }

    @Test("the server's replies pass byte for byte however they are cut")
    func replyCuts() {
        for pieces in splits(of: answer) {
            var script = Script()
            script.clientSent(batch)
            for piece in pieces { script.serverSent(piece) }
            #expect(script.takeClient() == answer)
            #expect(script.outcomes == [.succeeded, .succeeded])
            #expect(script.machine.isQuiet)
        }
    }

    @Test("threat 9: a name means what the server's replies made it, not what the client asked for")
    func skippedClose() {
        var script = Script()
        script.clientSent(C.parse(name: "s", text: "select 1"), C.sync)
        script.serverSent(R.parseComplete, R.ready())
        // An error, and behind it a Close and a Parse which the server never looks at.
        script.clientSent(C.parse(name: "bad", text: "selec"))
        script.serverSent(R.error("42601"))
        _ = script.takeUpstream()
        script.clientSent(C.close(statement: "s"), C.parse(name: "s", text: "delete from t"))
        #expect(script.takeUpstream() == [])
        script.clientSent(C.sync)
        script.serverSent(R.ready())
        #expect(script.takeUpstream() == C.sync)
        script.clientSent(C.bind(statement: "s"))
        #expect(script.requests.last?.statement?.text == Array("select 1".utf8))
    }

    @Test("messages that were sent before the error are skipped in the same way")
    func skippedInFlight() {
        var script = Script()
        script.clientSent(C.parse(name: "s", text: "select 1"), C.sync)
        script.serverSent(R.parseComplete, R.ready())
        script.clientSent(
            C.parse(name: "bad", text: "selec"), C.close(statement: "s"),
            C.parse(name: "s", text: "delete from t"), C.sync)
        script.serverSent(R.error("42601"), R.ready())
        script.clientSent(C.bind(statement: "s"))
        #expect(script.requests.last?.statement?.text == Array("select 1".utf8))
        #expect(script.failure == nil)
    }

    @Test("a definition that waits beyond a Sync is uncertain: the Bind waits for the answer")
    func acrossSync() {
        var script = Script()
        script.clientSent(C.parse(name: "s", text: "select 1"), C.sync, C.bind(statement: "s"))
        #expect(script.requests.map(\.kind) == [.parse])
        script.serverSent(R.error(), R.ready())
        #expect(script.requests.map(\.kind) == [.parse, .bind])
        #expect(script.requests.last?.statement == nil)
    }

    @Test("a Close counts at once within its group, and is uncertain beyond its Sync")
    func closeAcrossSync() {
        for isBeyond in [false, true] {
            var script = Script()
            script.clientSent(C.parse(name: "s", text: "select 1"), C.sync)
            script.serverSent(R.parseComplete, R.ready())
            script.clientSent(C.close(statement: "s"))
            if isBeyond { script.clientSent(C.sync) }
            script.clientSent(C.bind(statement: "s"))
            #expect(script.requests.map(\.kind) == (isBeyond ? [.parse] : [.parse, .bind]))
            guard isBeyond else { continue }
            // The Close failed: the statement is still there.
            script.serverSent(R.error(), R.ready())
            #expect(script.requests.last?.statement?.text == Array("select 1".utf8))
        }
    }

    @Test("a statement that the tables do not know is judged without one")
    func unknownStatement() {
        var script = Script()
        script.clientSent(C.bind(statement: "s"))
        #expect(script.requests.last?.statement == nil)
    }

    @Test("a Query and a failed Parse both drop the unnamed statement")
    func unnamed() {
        for killer in [C.query("select 2"), C.parse(text: "selec") + C.sync] {
            var script = Script()
            script.clientSent(C.parse(text: "select 1"), C.sync)
            script.serverSent(R.parseComplete, R.ready())
            script.clientSent(killer)
            script.serverSent(R.error(), R.ready())
            script.clientSent(C.bind())
            #expect(script.requests.last?.statement == nil)
        }
    }

    @Test("names longer than the server compares are refused", arguments: [63, 64])
    func longNames(_ count: Int) {
        let name = String(repeating: "n", count: count)
        var script = Script()
        script.clientSent(C.parse(name: name, text: "select 1"))
        #expect((script.requests.last?.refusal == nil) == (count == 63))
        var other = Script()
        other.clientSent(C.close(statement: name), C.sync)
        #expect(other.requests.isEmpty == (count == 63))
    }

    @Test(
        "threat 34: what a session keeps is bounded; a full table refuses, unanswered messages wait"
    )
    func bounded() {
        var limits = Limits()
        limits.statementsMax = 2
        limits.portalsMax = 1
        limits.pendingRepliesMax = 4
        var script = Script(limits: limits)
        for name in ["a", "b", "c"] { script.clientSent(C.parse(name: name, text: "x")) }
        #expect(script.requests.count == 2)
        script.serverSent(R.parseComplete, R.parseComplete)
        #expect(script.requests.last?.refusal?.code == "53400")
        var flood = Script(limits: limits)
        for _ in 0..<9 { flood.clientSent(C.sync) }
        #expect(flood.takeUpstream().count == 4 * C.sync.count)
        for _ in 0..<4 { flood.serverSent(R.ready()) }
        #expect(flood.takeUpstream().count == 4 * C.sync.count)
    }

    @Test("a second Execute of a finished portal is a new action; a suspended one continues")
    func executeAgain() {
        var script = Script()
        script.clientSent(C.parse(text: "select 1"), C.bind(), C.execute(rowsMax: 1), C.flush)
        script.serverSent(R.parseComplete, R.bindComplete, R.row(), R.suspended)
        script.clientSent(C.execute(rowsMax: 1), C.flush)
        let action = script.requests[1].id
        #expect(script.requests.last?.execution == .suspended(of: action))
        script.serverSent(R.complete("SELECT 0"))
        script.clientSent(C.execute())
        #expect(script.requests.last?.execution == .new)
        #expect(script.requests.last?.id != action)
        #expect(script.requests.last?.statement?.text == Array("select 1".utf8))
    }

    @Test("an Execute behind one that is not answered brings the answer out first")
    func executeRunning() {
        var script = Script()
        script.clientSent(C.parse(text: "select 1"), C.bind(), C.execute(rowsMax: 1))
        _ = script.takeUpstream()
        script.clientSent(C.execute(rowsMax: 1))
        #expect(script.takeUpstream() == C.flush)
        script.serverSent(R.parseComplete, R.bindComplete, R.row(), R.suspended)
        #expect(script.takeUpstream() == C.execute(rowsMax: 1))
    }

    @Test("an action between Bind and its Execute is told")
    func othersBetween() {
        var script = Script()
        script.clientSent(
            C.parse(text: "select 1"), C.bind(portal: "a"), C.bind(portal: "b"),
            C.execute(portal: "a"))
        let first = script.requests[1].id
        #expect(script.requests.last?.execution == .first(of: first, othersBetween: true))
    }

    @Test("portals die with their transaction; a holdable cursor does not")
    func portalsDie() {
        let cursor = PreparedText(text: Array("select 1".utf8))
        for isHoldable in [false, true] {
            var script = Script()
            script.verdict = { _ in
                .release(
                    ReleaseTerms(changes: [
                        [.declare(portal: "c", cursor, holdable: isHoldable)]
                    ]))
            }
            script.clientSent(C.query("declare c ..."))
            script.serverSent(R.complete("DECLARE CURSOR"), R.ready(.inTransaction))
            guard case .known = script.machine.cursor(named: "c") else {
                Issue.record("the cursor is not known")
                return
            }
            script.verdict = { _ in .release(ReleaseTerms()) }
            script.clientSent(C.query("commit"))
            script.serverSent(R.complete("COMMIT"), R.ready())
            if case .known = script.machine.cursor(named: "c") {
                #expect(isHoldable)
            } else {
                #expect(!isHoldable)
            }
        }
    }

    @Test("in a transaction from the first message after ReadyForQuery")
    func inTransaction() {
        var script = Script()
        script.clientSent(C.parse(text: "select 1"), C.bind(), C.execute(), C.sync)
        #expect(script.requests.map(\.inTransaction) == [false, true, true])
        script.clientSent(C.query("select 1"))
        #expect(script.requests.last?.inTransaction == true)
        script.serverSent(
            R.parseComplete, R.bindComplete, R.complete("SELECT 1"), R.ready(), R.rowDescription,
            R.complete("SELECT 0"), R.ready())
        script.clientSent(C.query("select 1"))
        #expect(script.requests.last?.inTransaction == false)
    }

    @Test(
        "threat 8: a reply that nothing asked for ends the session",
        arguments: [
            R.parseComplete, R.bindComplete, R.closeComplete, R.noData, R.suspended, R.empty,
            R.copyDone,
            R.copyIn, R.copyOut, R.copyBoth, R.rowDescription, R.row(), R.call,
            R.complete("SELECT 1"),
            R.ready(), R.error(), R.authentication(0), R.key(1, 2), [0x31, 0, 0, 0, 3],
            [0x44, 255, 255, 255, 255],
            [0x5a, 0, 0, 0, 6, 73, 73],
        ])
    func unasked(_ reply: [UInt8]) {
        var script = Script()
        script.serverSent(reply)
        #expect(script.failure?.blame == .upstream)
        #expect(script.takeClient() == [])
    }

    @Test("notices, notifications and settings pass at any time; a FATAL passes and ends it")
    func asynchronous() {
        var script = Script()
        let bytes = Script.notice.noticeResponse + R.status("TimeZone", "UTC")
        script.serverSent(bytes)
        #expect(script.takeClient() == bytes)
        script.serverSent(R.error("57P01", .fatal))
        #expect(script.takeClient() == R.error("57P01", .fatal))
        #expect(script.failure == nil)
        script.clientSent(C.query("select 1"))
        #expect(script.requests.isEmpty)
    }

    @Test(
        "unknown types and impossible lengths end the session",
        arguments: [
            [0x41, 0, 0, 0, 4], [0x51, 0, 0, 0, 3], [0x51, 255, 255, 255, 255],
            [0x51, 127, 255, 255, 255],
            [0x53, 0, 0, 0, 5, 0], [0x70, 0, 0, 0, 4], [0, 0, 0, 8, 4],
        ] as [[UInt8]])
    func badFrames(_ bytes: [UInt8]) {
        var script = Script()
        script.clientSent(bytes)
        #expect(script.failure?.blame == .client)
        #expect(script.failure?.error.code == "08P01")
        #expect(script.takeUpstream() == [])
    }
}
