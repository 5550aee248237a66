import Foundation
import TestKit
import Testing

/// Engines that die, or say what is no HTTP, or more than they were asked. Whatever they do, the client hears of it, the
/// session ends on the record, and a hold does too.
@Suite("A container engine that fails", .serialized, .realParts)
struct ContainerWireFaultTests {
    /// Shared by the tests: each has sessions of its own.
    private static let shared = Task { try await WireGateway() }

    private func opened() async throws -> WireGateway { try await Self.shared.value }

    /// What an engine does in the place of an answer.
    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        var says = ""
        var ends = End.not
        /// Of what it says this comes through to the client, who cannot be told any more that something is wrong.
        var comesThrough = ""

        enum End { case not, closes, halfCloses }

        var testDescription: String { name }

        func happen(at peer: FalseEngine.Peer) throws {
            try peer.send(says)
            switch ends {
            case .not: break
            case .closes: peer.end()
            case .halfCloses: peer.endOutput()
            }
        }
    }

    private static let ok = "HTTP/1.1 200 OK\r\n"

    /// None of it is a head.
    private static let noHeads: [Fault] = [
        .init(name: "closes", ends: .closes), .init(name: "half closes", ends: .halfCloses),
        .init(name: "closes in its head", says: ok + "Content-Le", ends: .closes),
        .init(name: "half closes in its head", says: ok + "Content-Le", ends: .halfCloses),
        .init(name: "nonsense", says: "nonsense\r\n\r\n"),
        .init(name: "zero bytes", says: String(repeating: "\0", count: 4_096)),
        .init(name: "TLS", says: "\u{16}\u{3}\u{1}\0\u{5}hello"),
        .init(name: "HTTP/1.0", says: "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        .init(name: "HTTP/2", says: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        .init(name: "status 99", says: "HTTP/1.1 099 Low\r\nContent-Length: 2\r\n\r\n{}"),
        .init(name: "status 1000", says: "HTTP/1.1 1000 High\r\nContent-Length: 2\r\n\r\n{}"),
        .init(name: "bare line ends", says: "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"),
        .init(name: "a folded field", says: ok + "A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}"),
        .init(
            name: "length and chunks",
            says: ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}"),
        .init(
            name: "two lengths", says: ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        .init(name: "a length that is none", says: ok + "Content-Length: two\r\n\r\n{}"),
        .init(name: "gzip", says: ok + "Transfer-Encoding: gzip, chunked\r\n\r\n"),
        .init(name: "a body with 204", says: "HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\n{}"),
        .init(
            name: "a head without end",
            says: ok + "A: " + String(repeating: "a", count: 70_000)),
        .init(
            name: "fields without end",
            says: ok + String(repeating: "A: a\r\n", count: 10_000)),
        .init(
            name: "interim responses without end",
            says: String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 20_000)),
        .init(
            name: "an upgrade that nobody asked for",
            says: "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"),
    ]

    /// The head can be read, and what follows is wrong.
    private static let badBodies: [Fault] = [
        .init(
            name: "a short body", says: ok + "Content-Length: 10\r\n\r\n{}", ends: .closes,
            comesThrough: ok + "Content-Length: 10\r\n\r\n{}"),
        .init(
            name: "a short body, half closed", says: ok + "Content-Length: 10\r\n\r\n{}",
            ends: .halfCloses, comesThrough: ok + "Content-Length: 10\r\n\r\n{}"),
        .init(
            name: "a long body", says: ok + "Content-Length: 2\r\n\r\n{}}",
            comesThrough: ok + "Content-Length: 2\r\n\r\n{}"),
        .init(
            name: "two answers", says: ok + "Content-Length: 2\r\n\r\n{}" + ok + "\r\n",
            comesThrough: ok + "Content-Length: 2\r\n\r\n{}"),
        .init(
            name: "no chunk", says: ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            comesThrough: ok + "Transfer-Encoding: chunked\r\n\r\n"),
        .init(
            name: "no chunk behind one",
            says: ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n",
            comesThrough: ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
        .init(
            name: "a chunk that is too long",
            says: ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
            comesThrough: ok + "Transfer-Encoding: chunked\r\n\r\n"),
        .init(
            name: "a trailer",
            says: ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nA: b\r\n\r\n",
            comesThrough: ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
        .init(
            name: "chunks without an end",
            says: ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", ends: .closes,
            comesThrough: ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    ]

    /// The session's end is on the record, and says that it was the engine's.
    private func expectEnd(_ wire: WireGateway) async throws {
        let reason = try await wire.end()
        #expect(reason.hasPrefix("the server was lost: the engine "), "\(reason)")
    }

    @Test("in the place of an answer to a question", arguments: noHeads + badBodies)
    func question(fault: Fault) async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(wire.head("GET /containers/web/json"))
        #expect(try peer.request().line == "GET /v1.41/containers/web/json")
        try fault.happen(at: peer)
        let response = try client.response()
        #expect(response.status == 502 && response.isLast, "\(response)")
        #expect(try client.rest() == "")
        try await expectEnd(wire)
    }

    @Test("in the place of a response", arguments: noHeads)
    func response(fault: Fault) async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(wire.head("GET /version"))
        #expect(try peer.request().line == "GET /v1.41/version")
        try fault.happen(at: peer)
        let response = try client.response()
        #expect(response.status == 502 && response.isLast, "\(response)")
        #expect(try client.rest() == "")
        try await expectEnd(wire)
    }

    @Test("in the middle of a response", arguments: badBodies)
    func middle(fault: Fault) async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(wire.head("GET /version"))
        #expect(try peer.request().line == "GET /v1.41/version")
        try fault.happen(at: peer)
        #expect(try client.rest() == fault.comesThrough)
        try await expectEnd(wire)
    }

    @Test(
        "answers that can be read and say nothing are not taken, and the session goes on",
        arguments: [
            (200, "no JSON"), (200, ""), (200, "[]"), (200, "null"), (200, "{}"),
            (200, "{\"Id\":\"web\"}"), (200, FalseEngine.Peer.container("../../etc")),
            (200, FalseEngine.Peer.container(String(repeating: "C", count: 64))),
            (200, FalseEngine.Peer.container(WireGateway.container + "0")),
            (200, FalseEngine.Peer.container(WireGateway.container) + "{}"),
            (200, String(repeating: "[", count: 100_000)), (500, "{\"message\":\"no\"}"),
            (500, ""), (301, ""), (206, FalseEngine.Peer.container(WireGateway.container)),
        ])
    func saysNothing(status: Int, body: String) async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(wire.head("POST /containers/web/stop"))
        #expect(try peer.request().line == "GET /v1.41/containers/web/json")
        try peer.answer(status, body)
        let response = try client.response()
        #expect(response.status == 502 && !response.isLast, "\(response)")
        #expect(try wire.isAlive(client, peer))
        client.close()
        #expect(try peer.rest() == "")
    }

    @Test("an answer of five megabytes is not read to its end")
    func longAnswer() async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(wire.head("POST /containers/web/stop"))
        #expect(try peer.request().line == "GET /v1.41/containers/web/json")
        try peer.send(Self.ok + "Content-Length: 5242880\r\n\r\n")
        for _ in 0..<80 where try peer.send([UInt8](repeating: 0x20, count: 1 << 16)) {}
        let response = try client.response()
        #expect(response.status == 502 && response.isLast, "\(response)")
        try await expectEnd(wire)
    }

    @Test("what nobody asked for ends the connection", arguments: [ok + "\r\n", "x"])
    func unasked(says: String) async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        try peer.send(says)
        #expect(try client.rest() == "")
        try await expectEnd(wire)
    }

    @Test(
        "while a call is held: it is told, and nobody needs to decide any more",
        arguments: [
            Fault(name: "answers", says: ok + "Content-Length: 0\r\n\r\n"),
            .init(
                name: "says that it was too slow, and closes",
                says: "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n", ends: .closes),
        ])
    func held(fault: Fault) async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(wire.head("POST /containers/web/kill"))
        try peer.answerQuestions()
        let hold = try await wire.pendingHold()
        try fault.happen(at: peer)
        let response = try client.response()
        #expect(response.status == 502 && response.isLast, "\(response)")
        try await wire.expect(hold, is: "abandoned")
        try await expectEnd(wire)
    }

    @Test("of a call that was approved: its hold ends, and says what is not known")
    func approved() async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(wire.head("POST /containers/web/kill"))
        try peer.answerQuestions()
        let hold = try await wire.pendingHold()
        try await wire.approve(hold)
        try peer.answerQuestions()
        #expect(try peer.request().line.hasSuffix("/kill"))
        peer.end()
        #expect(try client.response().status == 502)
        try await wire.expect(hold, is: "unknown")
        try await expectEnd(wire)
    }

    @Test(
        "while a body comes that is judged as a whole: it is judged and sent on a new connection",
        arguments: [false, true])
    func body(isRefused: Bool) async throws {
        let wire = try await opened()
        let (client, first) = try wire.session()
        let body = isRefused ? "no JSON" : "{\"Cmd\":[\"true\"]}"
        client.send(
            wire.head(
                "POST /containers/web/exec",
                [
                    "Content-Type: application/json", "Content-Length: \(body.utf8.count)",
                    "Expect: 100-continue",
                ]))
        #expect(try client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(try first.closeIdle() == "")
        client.send(body)
        if isRefused {
            let response = try client.response()
            #expect(response.status == 400 && response.isLast, "\(response)")
            #expect(try client.rest() == "")
            return try await expectEnd(wire)
        }
        let peer = try wire.engine.accept()
        try peer.answerQuestions()
        #expect(
            try peer.request().line == "POST /v1.41/containers/\(WireGateway.container)/exec")
        try peer.answer(201, "{\"Id\":\"\(WireGateway.other)\"}")
        #expect(try client.response().status == 201)
        #expect(try wire.isAlive(client, peer))
    }

    /// A call that was approved, and about which the engine is asked once more.
    ///
    /// - Parameter onNew: connection, as the engine had closed the first.
    private func askedAgain(
        _ wire: WireGateway, onNew: Bool = false
    ) async throws -> (client: RawClient, peer: FalseEngine.Peer, hold: String) {
        let (client, first) = try wire.session()
        client.send(wire.head("POST /containers/web/kill"))
        try first.answerQuestions()
        let hold = try await wire.pendingHold()
        if onNew { #expect(try first.closeIdle() == "") }
        try await wire.approve(hold)
        let peer = try onNew ? wire.engine.accept() : first
        #expect(try peer.request().line == "GET /v1.41/containers/web/json")
        return (client, peer, hold)
    }

    @Test("when it is asked again about a call that was approved", arguments: [false, true])
    func askedAgain(onNew: Bool) async throws {
        let wire = try await opened()
        let (client, peer, hold) = try await askedAgain(wire, onNew: onNew)
        peer.end()
        #expect(try client.response().status == 502)
        try await wire.expect(hold, is: "abandoned")
    }

    // MARK: Silence

    /// A gateway whose time the tests let pass.
    private static let timed = Task {
        let clock = try MovedClock()
        return (try await WireGateway(environment: clock.environment), clock)
    }

    /// The gateway's limit for an answer passes, and the connection on which it waits notices.
    private func limitPasses(_ wire: WireGateway, _ clock: MovedClock, _ client: RawClient) throws {
        try clock.pass(seconds: 61)
        client.send(wire.head("GET /_ping"))
    }

    @Test(
        "in the place of an answer to a question, for longer than the gateway waits: what comes late is nobody's answer",
        arguments: [
            Fault(name: "says nothing"), .init(name: "begins a head", says: ok + "Content-Le"),
            .init(name: "begins a body", says: ok + "Content-Length: 10\r\n\r\n{}"),
            .init(name: "says that it goes on", says: "HTTP/1.1 100 Continue\r\n\r\n"),
        ])
    func silence(fault: Fault) async throws {
        let (wire, clock) = try await Self.timed.value
        let (client, peer) = try wire.session()
        let session = try #require(
            wire.gateway.ledgerBodies("session-opened").last?["session"] as? String)
        client.send(wire.head("POST /containers/web/stop"))
        #expect(try peer.request().line == "GET /v1.41/containers/web/json")
        try fault.happen(at: peer)
        try limitPasses(wire, clock, client)
        let response = try client.response()
        #expect(response.status == 504 && response.isLast, "\(response)")
        #expect(response.body.hasPrefix("{\"message\":\"sallyport: the engine did not answer"))
        #expect(try client.rest() == "")
        #expect(try peer.rest() == "")
        try await expectEnd(wire)
        try await until("it is entered and recorded") {
            let shown = try await wire.gateway.person("alice", ["session", session]).out
            let entered = try wire.gateway.entered("refused").last ?? ""
            return [shown, entered].allSatisfy { $0.contains("the engine did not answer within") }
        }
        let (next, other) = try wire.session()
        try peer.answer(200, FalseEngine.Peer.container(WireGateway.container))
        #expect(try wire.isAlive(next, other))
    }

    @Test("when it is asked again about a call that was approved, for longer than that")
    func silenceBehindApproval() async throws {
        let (wire, clock) = try await Self.timed.value
        let (client, peer, hold) = try await askedAgain(wire)
        try limitPasses(wire, clock, client)
        #expect(try client.response().status == 504)
        #expect(try peer.rest() == "")
        try await wire.expect(hold, is: "abandoned")
    }

    @Test(
        "an engine that is slow has the limit for each question, and what it has answered is over")
    func slow() async throws {
        let (wire, clock) = try await Self.timed.value
        let (client, peer) = try wire.session()
        client.send(wire.head("POST /containers/web/stop"))
        #expect(try peer.request().line == "GET /v1.41/containers/web/json")
        try clock.pass(seconds: 40)
        try peer.answer(200, FalseEngine.Peer.container(WireGateway.container))
        #expect(try peer.request().line.hasPrefix("GET /v1.41/images/"))
        try clock.pass(seconds: 40)
        try peer.answer(200, FalseEngine.Peer.image)
        #expect(try peer.request().line.hasSuffix("/stop"))
        // What it does may take as long as it likes.
        try clock.pass(seconds: 1_000)
        try peer.answer(200, "{}")
        #expect(try client.response().status == 200)
        #expect(try wire.isAlive(client, peer))
    }

    // MARK: Streams

    private static let changes =
        "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"

    /// A client whose attach has left for the engine.
    private func attaching(
        _ wire: WireGateway
    ) throws -> (client: RawClient, peer: FalseEngine.Peer) {
        let (client, peer) = try wire.session()
        client.send(
            wire.head(
                "POST /containers/web/attach?stream=1&stdin=1&stdout=1",
                ["Connection: Upgrade", "Upgrade: tcp"]))
        try peer.answerQuestions()
        #expect(try peer.request().line.contains("/attach?"))
        return (client, peer)
    }

    @Test("a client that has ended its input, for a stream that does not begin, has left")
    func noStream() async throws {
        let wire = try await opened()
        let (client, peer) = try attaching(wire)
        client.endInput()
        try peer.answer(409, "{\"message\":\"not running\"}")
        #expect(try client.response().status == 409)
        #expect(try client.rest() == "")
        #expect(try await wire.end() == "the client left")
    }

    @Test("in a stream: what has come is the client's, and then it ends", arguments: [false, true])
    func stream(halfCloses: Bool) async throws {
        let wire = try await opened()
        let (client, peer) = try attaching(wire)
        try peer.send(Self.changes)
        #expect(try client.response().status == 101)
        try peer.send([2, 0, 0, 0, 0, 0, 1, 0] + Array("cut".utf8))
        if halfCloses { peer.endOutput() } else { peer.end() }
        #expect(try client.restBytes() == [2, 0, 0, 0, 0, 0, 1, 0] + Array("cut".utf8))
        _ = try await wire.end()
    }

    @Test(
        "in frames that are none: the bytes are the client's all the same",
        arguments: [
            [9, 0, 0, 0, 0, 0, 0, 1, 0x61], [1, 1, 1, 1, 0, 0, 0, 1, 0x61],
            [1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x61], [0, 0, 0, 0, 0, 0, 0, 0, 0x61],
            [0x61, 0x62, 0x63], [3, 0, 0, 0, 0, 0, 0, 2, 0x61, 0x62, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]])
    func badFrames(bytes: [UInt8]) async throws {
        let wire = try await opened()
        let (client, peer) = try attaching(wire)
        try peer.send(Self.changes)
        #expect(try client.response().status == 101)
        try peer.send(bytes)
        peer.end()
        #expect(try client.restBytes() == bytes)
        _ = try await wire.end()
    }

    @Test("that changes to another protocol than it was asked for")
    func otherProtocol() async throws {
        let wire = try await opened()
        let (client, peer) = try attaching(wire)
        try peer.send(Self.changes.replacing("tcp", with: "h2c"))
        let response = try client.response()
        #expect(response.status == 502 && response.isLast, "\(response)")
        try await expectEnd(wire)
    }

    // MARK: Bodies

    @Test("in the middle of an archive that comes", arguments: [false, true])
    func archive(answers: Bool) async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(
            wire.head("PUT /containers/web/archive?path=/tmp", ["Content-Length: 50000000"])
                + String(repeating: "x", count: 3_000_000))
        try peer.answerQuestions()
        #expect(try peer.read(until: "xxx").hasPrefix("PUT "))
        if answers { try peer.answer(507, "{\"message\":\"full\"}") }
        peer.end()
        let response = try client.response()
        #expect(response.status == (answers ? 507 : 502), "\(response)")
        #expect(try client.rest() == "")
        _ = try await wire.end()
    }
}
