import Postgres
import TestKit
import Testing
import Vocabulary

private typealias C = ClientMessages
private typealias R = Replies

@Suite("Simple queries and COPY")
struct QueryTests {
    private func copying() -> Script {
        var script = Script()
        script.verdict = { _ in .release(ReleaseTerms(copiesIn: true, mayChangeSettings: false)) }
        return script
    }

    @Test(
        "COPY FROM STDIN streams by however it is cut, counted, and its rows apart from their frames"
    )
    func copyIn() {
        let data = C.copyData([1, 2, 3]) + C.copyData([4]) + C.copyDone
        for pieces in splits(of: data) {
            var script = copying()
            script.clientSent(C.query("copy t from stdin"))
            script.serverSent(R.copyIn)
            _ = script.takeUpstream()
            for piece in pieces { script.clientSent(piece) }
            #expect(script.takeUpstream() == data)
            #expect(script.copied == [1, 2, 3, 4])
            script.serverSent(R.complete("COPY 2"), R.ready())
            guard case .outcome(_, let outcome)? = script.events.first else {
                Issue.record("no outcome")
                return
            }
            #expect(outcome.copyMessagesIn == 2)
            #expect(outcome.copyBytesIn == 4)
            #expect(outcome.tag == "COPY 2")
            #expect(script.machine.isQuiet)
        }
    }

    @Test("what is sent behind a COPY waits until the server says whether it wants data")
    func copyAnnounced() {
        var script = copying()
        script.clientSent(C.query("copy t from stdin"), C.copyData([1]))
        #expect(script.takeUpstream() == C.query("copy t from stdin"))
        script.serverSent(R.error(), R.ready())
        #expect(script.takeUpstream() == [])
        script.clientSent(C.query("copy t from stdin"))
        #expect(script.takeUpstream() == C.query("copy t from stdin"))
    }

    @Test(
        "a COPY FROM STDIN that was sent behind other messages gets its data, whether they succeed or fail",
        arguments: [
            (C.query("select"), R.complete("SELECT 0") + R.ready()),
            (C.query("select"), R.error() + R.ready()),
            (C.parse(text: "x") + C.sync, R.error() + R.ready()),
        ])
    func copyBehind(_ first: [UInt8], _ replies: [UInt8]) {
        var script = Script()
        script.verdict = {
            .release(ReleaseTerms(copiesIn: $0.id.number == 2, mayChangeSettings: false))
        }
        let copy = C.query("copy t from stdin")
        script.clientSent(first + copy)
        script.serverSent(replies)
        script.clientSent(C.query("behind"))
        #expect(script.takeUpstream() == first + copy, "what it means is not known yet")
        script.serverSent(R.copyIn)
        #expect(script.failure == nil)
        #expect(script.takeUpstream().starts(with: GatewayMessage.copyFail.bytes))
    }

    @Test("threat 9: a Query amid COPY data is judged, after the COPY has ended for certain")
    func queryAmidCopy() {
        var script = copying()
        script.clientSent(C.query("copy t from stdin"))
        script.serverSent(R.copyIn)
        _ = script.takeUpstream()
        script.clientSent(C.copyData([1]), C.query("delete from t"))
        #expect(script.takeUpstream() == C.copyData([1]) + GatewayMessage.copyFail.bytes)
        #expect(script.requests.count == 1)
        script.serverSent(R.error("57014"), R.ready())
        #expect(script.statements.last == "delete from t")
        #expect(script.takeUpstream() == C.query("delete from t"))
    }

    @Test(
        "COPY through the extended protocol: the Sync that libpq sends too early is not taken for its end"
    )
    func extendedCopy() {
        var script = copying()
        script.clientSent(C.parse(text: "copy t from stdin"), C.bind(), C.execute(), C.sync)
        script.serverSent(R.parseComplete, R.bindComplete, R.copyIn)
        script.clientSent(C.copyData([1]), C.copyDone, C.sync)
        script.serverSent(R.complete("COPY 1"), R.ready())
        #expect(script.failure == nil)
        #expect(script.machine.isQuiet)
        let sent = script.takeUpstream()
        #expect(sent.suffix(C.sync.count + C.copyDone.count) == (C.copyDone + C.sync)[...])
    }

    @Test(
        "COPY data outside of a COPY is dropped, as the server does",
        arguments: [
            C.copyData([1]), C.copyDone, C.copyFail("x"),
        ])
    func strayCopy(_ message: [UInt8]) {
        var script = Script()
        script.clientSent(message)
        #expect(script.takeUpstream() == [])
        #expect(script.failure == nil)
    }

    @Test("a server that asks for COPY data which no release announced ends the session")
    func unannounced() {
        var script = Script()
        script.clientSent(C.query("select 1"))
        script.serverSent(R.copyIn)
        #expect(script.failure?.blame == .upstream)
    }

    @Test("rows of COPY TO and of SELECT are counted, and a row may come in pieces")
    func counts() {
        var script = Script()
        script.clientSent(C.query("select 1; copy t to stdout"))
        let row = R.row("abc")
        let bytes =
            R.rowDescription + row + R.complete("SELECT 1") + R.copyOut + R.frame("d") + R.copyDone
            + R.complete("COPY 1") + R.ready()
        for byte in bytes { script.serverSent([byte]) }
        #expect(script.takeClient() == bytes)
        guard case .outcome(_, let outcome)? = script.events.first else {
            Issue.record("no outcome")
            return
        }
        #expect(outcome.rowsOut == 2)
        #expect(outcome.bytesOut == row.count + 5)
        #expect(outcome.statements == 2)
        #expect(outcome.tag == "COPY 1")
    }

    @Test("the changes of a batch apply statement by statement, and none behind the error")
    func batchChanges() {
        let text = PreparedText(text: [])
        var script = Script()
        script.verdict = { _ in
            .release(
                ReleaseTerms(changes: [
                    [.prepare(name: "a", text)], [], [.prepare(name: "b", text)],
                ]))
        }
        script.clientSent(C.query("prepare a ..; select 1/0; prepare b .."))
        if case .uncertain = script.machine.statement(named: "a") {
        } else {
            Issue.record("not uncertain")
        }
        script.serverSent(R.complete("PREPARE"), R.error(), R.ready())
        if case .known = script.machine.statement(named: "a") {
        } else {
            Issue.record("a is unknown")
        }
        if case .unknown = script.machine.statement(named: "b") {
        } else {
            Issue.record("b is known")
        }
    }

    @Test(
        "a temporary table is sure only while no undone transaction made it",
        arguments: [
            (["CREATE TABLE", "COMMIT"], true, false),
            (["CREATE TABLE", "ROLLBACK"], false, false),
            (["CREATE TABLE", "error", "ROLLBACK"], false, false),
            (["CREATE TABLE", "ROLLBACK", "COMMIT"], false, true),
            (["CREATE TABLE", "error", "ROLLBACK", "COMMIT"], false, true),
            (["CREATE TABLE"], true, false),
        ])
    func temporaries(_ tags: [String], _ isSure: Bool, _ isPossible: Bool) {
        let name = ObjectName(["t"])
        var script = Script()
        script.verdict = { request in
            let changes: [[SessionChange]] =
                request.id.number == 1 ? [[.createTemporary(name, dropsOnCommit: false)]] : []
            return .release(ReleaseTerms(changes: changes))
        }
        for (index, tag) in tags.enumerated() {
            script.clientSent(C.query(tag))
            #expect(index > 0 || script.machine.temporaries.possible == [name])
            let last = index == tags.count - 1
            let status: TransactionStatus = last ? .idle : tag == "error" ? .failed : .inTransaction
            script.serverSent(tag == "error" ? R.error() : R.complete(tag), R.ready(status))
        }
        #expect(script.machine.temporaries.sure.contains(name) == isSure)
        #expect(script.machine.temporaries.possible.contains(name) == isPossible)
    }

    @Test(
        "whatever the peers send, in whatever order, the machine neither traps nor stalls on itself",
        arguments: 0..<200)
    func random(_ seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let ours: [[UInt8]] = [
            C.query("select"), C.parse(text: "x"), C.parse(name: "a", text: "y"), C.bind(),
            C.bind(statement: "a"),
            C.execute(), C.execute(rowsMax: 1), C.sync, C.flush, C.describe(portal: ""),
            C.describe(statement: "a"),
            C.close(statement: "a"), C.close(portal: ""), C.copyData([1, 2]), C.copyDone,
            C.copyFail("x"),
            C.functionCall(1, []), [0x51, 0, 0, 0, 4],
        ]
        let theirs: [[UInt8]] = [
            R.parseComplete, R.bindComplete, R.closeComplete, R.noData, R.suspended, R.empty,
            R.copyIn, R.copyOut,
            R.rowDescription, R.parameterDescription, R.row(), R.complete("X"), R.ready(),
            R.ready(.failed), R.error(), R.call,
        ]
        var script = Script()
        var isServerHonest = true
        script.verdict = { request in
            switch request.id.number % 5 {
            case 0: .refuse
            case 1: request.isSettled ? .hold : .settle
            default: .release(ReleaseTerms(copiesIn: request.kind == .query))
            }
        }
        for _ in 0..<60 where script.failure == nil {
            switch random.below(4) {
            case 0, 1: script.clientSent(ours[Int(random.below(UInt64(ours.count)))])
            case 2:
                script.serverSent(theirs[Int(random.below(UInt64(theirs.count)))])
                isServerHonest = false
            default: script.decide(random.below(2) == 0 ? .refuse : .release(ReleaseTerms()))
            }
        }
        #expect(script.failure == nil || !isServerHonest)
    }
}
