import Postgres
import TestKit
import Testing
import Vocabulary

private typealias C = ClientMessages
private typealias R = Replies

@Suite("Refusals and holds")
struct VerdictTests {
    private let failing = GatewayMessage.failingParse.bytes
    private let no = Script.no.errorResponse
    private let notice = Script.notice.noticeResponse

    /// Refuses the statements that hold `delete`.
    private func guarding(_ status: TransactionStatus = .idle, _ verdict: Script.Verdict = .refuse)
        -> Script
    {
        var script = Script(status: status)
        script.verdict = { request in
            request.kind == .query
                || (request.kind == .bind && request.statement?.text.first == UInt8(ascii: "d"))
                ? (request.isSettled ? verdict : .settle)
                : .release(ReleaseTerms(mayChangeSettings: false))
        }
        return script
    }

    @Test(
        "a refused Query fails the server's transaction and gets the server's own ReadyForQuery",
        arguments: [
            (TransactionStatus.idle, TransactionStatus.idle), (.inTransaction, .failed),
            (.failed, .failed),
        ])
    func refusedQuery(_ before: TransactionStatus, _ after: TransactionStatus) {
        var script = guarding(before)
        script.clientSent(C.query("delete"))
        #expect(script.takeUpstream() == failing + C.sync)
        script.serverSent(R.error("42601"), R.ready(after))
        #expect(script.takeClient() == no + R.ready(after))
        #expect(script.machine.status == after)
        script.clientSent(C.parse(text: "select 1"))
        #expect(script.takeUpstream() == C.parse(text: "select 1"))
    }

    @Test(
        "the refusal of a pipelined Bind comes behind the earlier replies, and the earlier half fails with it"
    )
    func refusedBind() {
        let earlier = C.parse(text: "insert") + C.bind() + C.execute() + C.parse(text: "delete")
        var script = guarding()
        script.clientSent(
            earlier, C.bind(), C.execute(), C.query("delete"), C.functionCall(1, []), C.copyDone,
            C.sync,
            C.parse(text: "select 1"))
        #expect(script.takeUpstream() == earlier + C.flush)
        let replies = R.parseComplete + R.bindComplete + R.complete("INSERT 0 1") + R.parseComplete
        script.serverSent(replies)
        #expect(script.takeUpstream() == failing + C.sync + C.parse(text: "select 1"))
        script.serverSent(R.error("42601"), R.ready())
        #expect(script.takeClient() == replies + no + R.ready())
        #expect(script.failure == nil)
    }

    @Test("when an earlier message fails, what would have been refused is dropped with it")
    func refusalIsMoot() {
        var script = Script()
        script.verdict = { $0.kind == .bind ? .refuse : .release(ReleaseTerms()) }
        script.clientSent(C.parse(text: "selec"), C.bind(), C.execute(), C.sync)
        #expect(script.takeUpstream() == C.parse(text: "selec") + C.flush)
        script.serverSent(R.error("42601"))
        #expect(script.takeUpstream() == C.sync)
        script.serverSent(R.ready())
        #expect(script.takeClient() == R.error("42601") + R.ready())
    }

    @Test("a hold waits behind the earlier replies, sends its notice, and goes on in place")
    func heldBind() {
        var script = guarding(.idle, .hold)
        script.clientSent(C.parse(text: "delete"), C.bind(), C.execute(), C.sync)
        #expect(script.takeUpstream() == C.parse(text: "delete") + C.flush)
        script.serverSent(R.parseComplete)
        #expect(script.takeClient() == R.parseComplete + notice)
        #expect(script.takeUpstream() == [])
        script.decide(.release(ReleaseTerms()))
        #expect(script.takeUpstream() == C.bind() + C.execute() + C.sync)
        script.serverSent(R.bindComplete, R.complete("DELETE 1"), R.ready())
        #expect(script.failure == nil)
        #expect(script.outcomes == [.succeeded, .succeeded])
    }

    @Test("a held Query in a transaction that is refused, or that its client cancels")
    func heldQueryEnds() {
        for isCancelled in [false, true] {
            var script = guarding(.inTransaction, .hold)
            script.clientSent(C.query("delete"))
            #expect(script.takeClient() == notice)
            #expect(script.takeUpstream() == [])
            if isCancelled { script.machine.abandoned() } else { script.machine.refused(Script.no) }
            script.pump()
            #expect(script.takeUpstream() == failing + C.sync)
            script.serverSent(R.error("42601"), R.ready(.failed))
            let error = isCancelled ? ErrorFields.canceled.errorResponse : no
            #expect(script.takeClient() == error + R.ready(.failed))
        }
    }

    @Test("a release that comes after an earlier message failed sends nothing")
    func lateRelease() {
        var script = Script()
        script.verdict = { $0.kind == .bind ? nil : .release(ReleaseTerms()) }
        script.clientSent(C.parse(text: "selec"), C.bind(), C.sync)
        script.serverSent(R.error("42601"))
        _ = script.takeUpstream()
        script.decide(.release(ReleaseTerms()))
        #expect(script.takeUpstream() == C.sync)
    }

    @Test("verdicts without a request do nothing")
    func strayVerdicts() {
        var script = Script()
        let released = script.machine.released()
        #expect(!released)
        script.machine.refused(Script.no)
        script.machine.held(notice: Script.notice)
        script.machine.settle()
        script.pump()
        #expect(script.takeUpstream() == [])
        #expect(script.takeClient() == [])
        #expect(script.machine.isQuiet)
    }

    @Test("a Terminate right behind the held message says that the client has gone")
    func gaveUp() {
        let held = C.query("delete")
        (held + C.terminate).withUnsafeBytes {
            #expect(PostgresMachine.clientGaveUp(behind: held.count, in: $0))
        }
        (held + C.query("x")).withUnsafeBytes {
            #expect(!PostgresMachine.clientGaveUp(behind: held.count, in: $0))
        }
        held.withUnsafeBytes { #expect(!PostgresMachine.clientGaveUp(behind: held.count, in: $0)) }
    }

    @Test(
        "threat 15: a FunctionCall is judged with its function and arguments, and refused like a Query"
    )
    func functionCall() {
        let argument = BoundValue(bytes: [1, 2], format: .binary, type: 0)
        var script = Script()
        script.clientSent(C.functionCall(957, [argument]))
        #expect(script.requests.last?.function == 957)
        #expect(script.values.last == [argument])
        script.serverSent(R.call, R.ready())
        #expect(script.outcomes == [.succeeded])
        script.verdict = { _ in .refuse }
        _ = script.takeUpstream()
        script.clientSent(C.functionCall(957, [argument]))
        #expect(script.takeUpstream() == failing + C.sync)
    }

    @Test(
        "threat 7: a command above its limit is refused while it streams by, and the session lives")
    func tooLarge() {
        var limits = Limits()
        limits.textBytesMax = 100
        limits.bindBytesMax = 100
        let large = String(repeating: "x", count: 2000)
        for message in [
            C.query(large),
            C.bind(values: [BoundValue(bytes: Array(large.utf8), format: .text, type: 0)]),
            C.parse(text: String(repeating: "y", count: 101)),
            C.execute(portal: String(repeating: "p", count: 20_000)),
        ] {
            var script = Script(limits: limits)
            script.clientSent(Array(message.prefix(40)))
            script.clientSent(Array(message.dropFirst(40)), C.sync)
            script.serverSent(R.error("42601"), R.ready())
            #expect(script.requests.last?.refusal?.code == "54000")
            #expect(script.failure == nil)
            if message[0] == UInt8(ascii: "Q") { script.serverSent(R.ready()) }
            _ = script.takeUpstream()
            script.clientSent(C.query("select 1"))
            #expect(script.takeUpstream() == C.query("select 1"))
        }
    }

    @Test(
        "malformed commands are refused as the server would",
        arguments: [
            [0x51, 0, 0, 0, 4], [0x51, 0, 0, 0, 6, 0, 65], [0x51, 0, 0, 0, 5, 65],
            [0x50, 0, 0, 0, 6, 0, 0],
            [0x42, 0, 0, 0, 10, 0, 0, 0, 1, 0, 9],
            [0x42, 0, 0, 0, 14, 0, 0, 0, 0, 0, 1, 127, 255, 255, 255],
            [0x45, 0, 0, 0, 5, 0], [0x46, 0, 0, 0, 4],
        ] as [[UInt8]])
    func malformed(_ message: [UInt8]) {
        var script = Script()
        script.clientSent(message)
        #expect(script.requests.last?.refusal?.code == "08P01")
        #expect(script.takeUpstream().starts(with: failing))
    }

    @Test(
        "threat 12: under other settings nothing is released, and the error says why",
        arguments: [
            ("LATIN1", "on"), ("UTF8", "off"), ("SQL_ASCII", "on"),
        ])
    func settings(_ encoding: String, _ strings: String) {
        var script = Script(encoding: encoding, strings: strings)
        script.clientSent(C.query("select 1"))
        #expect(script.requests.last?.refusal?.code == "0A000")
        #expect(script.takeUpstream() == failing + C.sync)
        var later = Script()
        later.serverSent(
            R.status("client_encoding", encoding), R.status("standard_conforming_strings", strings))
        later.clientSent(C.parse(text: "select 1"))
        #expect(later.requests.last?.refusal?.code == "0A000")
    }

    @Test(
        "threat 12: text that reads otherwise under other settings waits for what was sent before",
        arguments: [
            ("select '\\'", true), ("select 'ä'", true), ("select 1", false),
            ("select a \\ b", false),
        ])
    func hazards(_ text: String, _ waits: Bool) {
        var script = Script()
        script.verdict = { _ in .release(ReleaseTerms(mayChangeSettings: true)) }
        script.clientSent(C.query("select f()"), C.query(text))
        #expect(script.requests.count == (waits ? 1 : 2))
        script.serverSent(R.rowDescription, R.complete("SELECT 0"), R.ready())
        #expect(script.requests.count == 2)
        #expect(script.requests.last?.refusal == nil)
        var pipeline = Script()
        pipeline.verdict = { _ in .release(ReleaseTerms(mayChangeSettings: true)) }
        pipeline.clientSent(C.parse(text: "select f()"), C.parse(name: "t", text: text))
        #expect((pipeline.requests.last?.refusal != nil) == waits)
    }
}
